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
