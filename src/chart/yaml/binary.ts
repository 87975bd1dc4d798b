const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/**
 * The text of a `!!binary` scalar, or undefined where Go's base64 refuses it. Bytes that are not
 * UTF-8 become one U+FFFD each, as when Go writes them as JSON.
 */
export function decodeBinary(text: string): string | undefined {
  const digits = text.replace(/[\r\n]/g, '')
  if (!BASE64.test(digits)) return undefined
  return replaceInvalid(Buffer.from(digits, 'base64'))
}

function replaceInvalid(bytes: Buffer): string {
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const char = characterAt(bytes, at)
    text += char ?? '\ufffd'
    at += char === undefined ? 1 : Buffer.byteLength(char)
  }
  return text
}

function characterAt(bytes: Buffer, at: number): string | undefined {
  for (let width = 1; width <= 4 && at + width <= bytes.length; width++) {
    const char = bytes.toString('utf8', at, at + width)
    if (!char.includes('\ufffd') || isReplacement(bytes, at, width)) return char
  }
  return undefined
}

function isReplacement(bytes: Buffer, at: number, width: number): boolean {
  return width === 3 && bytes.readUIntBE(at, 3) === 0xefbfbd
}
