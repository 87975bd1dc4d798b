/**
 * Go reads 10 000 levels (encoding/json); walking through what is nested so deeply ends V8's stack, and parsing it
 * takes a hundred times its size in memory. No document of any use has a tenth of these.
 */
const MOST_LEVELS = 500

/** JSON of unknown shape, which may be a server's; undefined where `bytes` are none, or are nested without reason. */
export function parseJson(bytes: Buffer): unknown {
  if (isTooDeep(bytes)) return undefined
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c]
/** Brackets and braces, and what each does to the level. */
const STEPS: ReadonlyMap<number, number> = new Map([
  [0x5b, 1],
  [0x7b, 1],
  [0x5d, -1],
  [0x7d, -1]
])

/** Whether JSON has more levels of objects and lists than are read; of other bytes it says nothing. */
function isTooDeep(bytes: Buffer): boolean {
  let levels = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte === QUOTE) at = endOfText(bytes, at + 1)
    else levels += STEPS.get(byte) ?? 0
    if (levels > MOST_LEVELS) return true
  }
  return false
}

/** The place of the quote that ends a text of JSON, given that behind the one that begins it. */
export function endOfText(bytes: Buffer, start: number): number {
  let at = start
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at
}
