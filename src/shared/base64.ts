/** Padded, and without anything but line breaks in it. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Decodes base64 as Go's StdEncoding does; undefined for what that refuses. */
export function decodeBase64(text: string): Buffer | undefined {
  const digits = text.replace(/[\r\n]/g, '')
  return BASE64.test(digits) ? Buffer.from(digits, 'base64') : undefined
}
