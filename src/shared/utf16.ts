/** The byte order marks of UTF-16, as PowerShell and Windows editors write them. */
const LITTLE_ENDIAN = Buffer.from([0xff, 0xfe])
const BIG_ENDIAN = Buffer.from([0xfe, 0xff])

/**
 * Bytes of UTF-16, the little-endian one, as text; half a character at the end is left out. They are copied before,
 * since Node 24 damages its memory when it decodes an odd number of bytes that begin at an odd address.
 */
export function decodeUtf16(bytes: Buffer): string {
  return evenCopy(bytes).toString('utf16le')
}

/** The text of a file that begins with a byte order mark of UTF-16, the mark included; undefined for other files. */
export function utf16FileText(file: Buffer): string | undefined {
  const mark = file.subarray(0, LITTLE_ENDIAN.length)
  if (mark.equals(LITTLE_ENDIAN)) return decodeUtf16(file)
  return mark.equals(BIG_ENDIAN) ? evenCopy(file).swap16().toString('utf16le') : undefined
}

/** A file of UTF-16 in UTF-8, so that what is looked for as bytes is found in it; other files as they are. */
export function inUtf8(file: Buffer): Buffer {
  const text = utf16FileText(file)
  return text === undefined ? file : Buffer.from(text, 'utf8')
}

function evenCopy(bytes: Buffer): Buffer {
  return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)))
}
