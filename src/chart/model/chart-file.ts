/** So many names stand in a message; the rest is counted. */
const NAMES_SHOWN = 5

/** A file of a chart as Helm's loader holds it. */
export interface ChartFile {
  /** Below the root folder, cleaned. */
  readonly path: ByteString
  /** As they lie in the chart, byte order marks included. */
  readonly bytes: Buffer
}

/** The first names of a list, quoted, and how many more there are. */
export function listNames(names: readonly ByteString[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => `"${toText(name)}"`)
  const more = names.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}

/**
 * A string whose characters stand for one byte each. Names in a tar file need not be UTF-8; so kept,
 * they compare and sort by their bytes, and nothing is lost.
 */
export type ByteString = string

export function toByteString(text: string): ByteString {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** The bytes read as UTF-8, for messages; what is no UTF-8 becomes U+FFFD. */
export function toText(bytes: ByteString): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
