import { isUtf8 } from 'node:buffer'

/**
 * A YAML stream decoded the way go-yaml v2 reads it (readerc.go): in windows of 512 bytes, so that a
 * byte that is no text harms only who reads as far as its window.
 */
export interface DecodedStream {
  /** Everything before the first window that cannot be decoded. */
  readonly text: string
  /** Where the windows end in `text`. */
  readonly ends: readonly number[]
  /** Why the window after the last one cannot be decoded; undefined when all of them could. */
  readonly failure: string | undefined
}

interface Encoding {
  readonly markBytes: number
  /** The greatest end not after `end` at which no character is cut in two. */
  readonly wholeEnd: (bytes: Buffer, start: number, end: number) => number
  /** The text of whole characters; undefined when they are none. */
  readonly decode: (bytes: Buffer) => string | undefined
}

const WINDOW_BYTES = 512
const DISALLOWED = /[^\t\n\r -~\u0085\u00a0-\ufffd]/

/** Decodes `bytes` by their byte order mark: UTF-16 of either order, else UTF-8. */
export function decodeStream(bytes: Buffer): DecodedStream {
  const { markBytes, wholeEnd, decode } = encodingOf(bytes)
  const texts: string[] = []
  const ends: number[] = []
  let length = 0
  let start = markBytes
  let full = Math.min(WINDOW_BYTES, bytes.length)
  const decoded = (failure?: string) => ({ text: texts.join(''), ends, failure })
  while (start < bytes.length) {
    const end = wholeEnd(bytes, start, full)
    if (end === start) return decoded('the last character is incomplete')
    const text = decode(bytes.subarray(start, end))
    if (text === undefined) return decoded('invalid UTF-8 or UTF-16')
    if (DISALLOWED.test(text)) return decoded('control characters are not allowed')
    length += text.length
    texts.push(text)
    ends.push(length)
    start = end
    full = Math.min(start + WINDOW_BYTES, bytes.length)
  }
  return decoded()
}

function encodingOf(bytes: Buffer): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16((unit) => unit)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16(swapBytes)
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  return { markBytes: marked ? 3 : 0, wholeEnd: wholeUtf8End, decode: decodeUtf8 }
}

function utf16(littleEndian: (bytes: Buffer) => Buffer): Encoding {
  return {
    markBytes: 2,
    wholeEnd: (bytes, start, full) => {
      const end = full - ((full - start) % 2)
      if (end === start) return end
      const last = littleEndian(bytes.subarray(end - 2, end)).readUInt16LE()
      return (last & 0xfc00) === 0xd800 ? end - 2 : end
    },
    decode: (bytes) => {
      const text = littleEndian(bytes).toString('utf16le')
      return text.isWellFormed() ? text : undefined
    }
  }
}

function swapBytes(bytes: Buffer): Buffer {
  return Buffer.from(bytes).swap16()
}

/** A first byte decides how many belong to its character, whatever the others are. */
function wholeUtf8End(bytes: Buffer, start: number, end: number): number {
  for (let at = Math.max(start, end - 3); at < end; at++) {
    if (utf8Width(bytes[at] ?? 0) > end - at) return at
  }
  return end
}

/** By the first byte of a character; 0 for a byte that begins none. */
function utf8Width(byte: number): number {
  if (byte < 0x80) return 1
  if ((byte & 0xe0) === 0xc0) return 2
  if ((byte & 0xf0) === 0xe0) return 3
  return (byte & 0xf8) === 0xf0 ? 4 : 0
}

function decodeUtf8(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}
