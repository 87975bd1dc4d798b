interface DerContent {
  readonly start: number
  readonly end: number
}

const SEQUENCE = 0x30
const INTEGER = 0x02

/**
 * Whether bytes begin with a SEQUENCE of DER (X.690) that is there to its end, and that begins with what private keys
 * begin with: a version, or the algorithm that one is encrypted with.
 */
export function beginsWithKey(bytes: Buffer): boolean {
  const outer = derContent(bytes, 0)
  if (bytes[0] !== SEQUENCE || !outer || outer.end > bytes.length) return false
  const inner = derContent(bytes, outer.start)
  const tag = bytes[outer.start]
  return (tag === INTEGER || tag === SEQUENCE) && inner !== undefined && inner.end < outer.end
}

/** Where the content of the value at `at` lies; undefined where its length is not sound. */
function derContent(bytes: Buffer, at: number): DerContent | undefined {
  const first = bytes[at + 1]
  if (first === undefined) return undefined
  if (first < 0x80) return { start: at + 2, end: at + 2 + first }
  const digits = first & 0x7f
  const start = at + 2 + digits
  if (digits === 0 || digits > 4 || start > bytes.length) return undefined
  return { start, end: start + bytes.readUIntBE(at + 2, digits) }
}
