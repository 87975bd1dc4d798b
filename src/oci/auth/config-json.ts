import { isObject } from '../../shared/json.ts'

/**
 * The first JSON value in `text`, as Go's decoder reads a file: what stands behind it does not matter, such as the
 * rest of a longer file that was overwritten. Undefined when there is none.
 */
export function firstJsonValue(text: string): unknown {
  const whole = parsed(text)
  return whole === undefined ? parsed(text.slice(0, endOfObject(text))) : whole
}

/**
 * The field of an object whose name is `name` in any case, as Go's decoder fills fields: of several the last one.
 * Undefined where there is none, or where it is null.
 */
export function fieldOf(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return valuesOf(object, name).at(-1)
}

function valuesOf(object: Readonly<Record<string, unknown>>, name: string): readonly unknown[] {
  return Object.entries(object).flatMap(([key, value]) => {
    return key.toLowerCase() === name && value !== null ? [value] : []
  })
}

/** As `fieldOf`, for maps: Go puts the keys of all of them into one. Undefined when one of them is not an object. */
export function mapOf(
  object: Readonly<Record<string, unknown>>,
  name: string
): Readonly<Record<string, unknown>> | undefined {
  const maps = valuesOf(object, name)
  if (!maps.every(isObject)) return undefined
  return Object.fromEntries(maps.flatMap((map) => Object.entries(map)))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Where the object that a text begins with ends; 0 when it does not end. */
function endOfObject(text: string): number {
  let depth = 0
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (token === '{') depth += 1
    if (token === '}') depth -= 1
    if (token === '}' && depth === 0) return index + 1
  }
  return 0
}
