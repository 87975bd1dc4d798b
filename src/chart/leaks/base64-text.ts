/** What comes before a marker and matters: the beginning of a title, "-----BEGIN ENCRYPTED ". */
const DIGITS_BEFORE = 100
const DIGITS_AFTER = 192 * 1024
/** The place, modulo 4, of the first digit that a text decides when so many bytes, modulo 3, stand before it. */
const FIRST_DIGITS = [0, 2, 3]

/** How base64 writes `text`, by how many bytes modulo 3 stand before it: the digits that depend on it only. */
export function base64Forms(text: string): readonly string[] {
  return FIRST_DIGITS.map((first, offset) => {
    const digits = Buffer.from(`${'\0'.repeat(offset)}${text}`, 'latin1').toString('base64')
    return digits.slice(first, Math.floor(((offset + text.length) * 8) / 6))
  })
}

/** Decodes the base64 around `at`, where the form for `offset` was found, line breaks in it left out. */
export function decodeAround(file: Buffer, at: number, offset: number): Buffer {
  const before = digitsOf(file.toString('latin1', Math.max(0, at - 2 * DIGITS_BEFORE), at))
  const after = file.toString('latin1', at, at + DIGITS_AFTER)
  const known = before.slice(-DIGITS_BEFORE)
  const skipped = (known.length - (FIRST_DIGITS[offset] ?? 0) + 4) % 4
  const [digits = ''] = /^(?:[A-Za-z0-9+/]|\\n|\s*[\r\n]\s*)*/.exec(after) ?? []
  return Buffer.from((known + digits.replaceAll('\\n', '')).slice(skipped), 'base64')
}

/** The digits at the end of a text. What else stands there is decoded too, and means nothing. */
function digitsOf(text: string): string {
  const joined = text.replace(/(?:\\n|\s*[\r\n]\s*)/g, '')
  return /[A-Za-z0-9+/]*$/.exec(joined)?.[0] ?? ''
}
