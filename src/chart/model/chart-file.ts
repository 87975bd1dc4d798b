import { type ByteString, toText } from './byte-string.ts'

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
