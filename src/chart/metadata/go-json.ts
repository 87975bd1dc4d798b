/** What can be written as Go's encoding/json writes it. Objects are lists of pairs: their order is theirs. */
export type GoJson =
  | null
  | boolean
  | number
  | string
  | readonly GoJson[]
  | ReadonlyMap<string, GoJson>
  | JsonText

/** JSON that is written already. */
export interface JsonText {
  readonly json: string
}

/**
 * JSON exactly as Go's `json.Marshal` writes it: compact, `<`, `>`, `&`, U+2028 and U+2029 escaped.
 * Maps are written in their own order; see {@link sortedByKey} for Go's order of maps.
 */
export function goJson(value: GoJson): string {
  if (typeof value === 'string') return goString(value)
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : JSON.stringify(value)
  if (value instanceof Map) {
    const members = [...value].map(([key, item]) => `${goString(key)}:${goJson(item)}`)
    return `{${members.join(',')}}`
  }
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`
  if (isJsonText(value)) return value.json
  return JSON.stringify(value)
}

function isJsonText(value: GoJson): value is JsonText {
  return typeof value === 'object' && value !== null && 'json' in value
}

/** `entries` in the order in which Go writes the keys of a map: by their UTF-8 bytes. */
export function sortedByKey<T>(entries: Iterable<readonly [string, T]>): ReadonlyMap<string, T> {
  return new Map([...entries].sort(([a], [b]) => compareUtf8(a, b)))
}

/** Orders texts by their UTF-8 bytes, which is not JavaScript's order beyond U+FFFF. */
export function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'))
}

function goString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
