import { isUtf8 } from 'node:buffer'
import { YamlError, yamlError } from './error.ts'

const DISALLOWED = /[^\t\n\r -~\u0085\u00a0-\ufffd\u{10000}-\u{10ffff}]/u
/** The line ends of YAML 1.1; the library knows `\n` alone. */
const LINE_END = /\r\n?|[\u0085\u2028\u2029]/g

/**
 * The text of a YAML stream, decoded by its byte order mark: UTF-16 of either order, else UTF-8. Every
 * line ends with `\n`.
 * @throws YamlError where go-yaml v2 refuses a byte or a character (readerc.go)
 */
export function decodeText(bytes: Buffer): string {
  const text = decode(bytes)
  if (text === undefined) throw new YamlError('invalid UTF-8 or UTF-16')
  const disallowed = DISALLOWED.exec(text)
  if (disallowed)
    throw yamlError(linesBefore(text, disallowed.index), 'control characters are not allowed')
  return text.replace(LINE_END, '\n')
}

function decode(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes.subarray(2))
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeUtf16(swapped(bytes.subarray(2)))
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  return isUtf8(bytes) ? bytes.toString('utf8', isMarked ? 3 : 0) : undefined
}

function decodeUtf16(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf16le')
  return bytes.length % 2 === 0 && text.isWellFormed() ? text : undefined
}

/** An odd byte at the end is left as it is. */
function swapped(bytes: Buffer): Buffer {
  const even = bytes.length - (bytes.length % 2)
  return Buffer.concat([Buffer.from(bytes.subarray(0, even)).swap16(), bytes.subarray(even)])
}

function linesBefore(text: string, index: number): number {
  return text.slice(0, index).split('\n').length - 1
}
