import { isKey, type KeyText } from './key-text.ts'
import type { Detector } from './leak.ts'

/** More than a key of RSA with 16384 bits, or one of PGP with many subkeys and a photograph. */
const LONGEST_KEY_BYTES = 128 * 1024
/** "-----BEGIN ENCRYPTED ", and longer titles of others. */
const LONGEST_TITLE = 64
const BEGIN = /-----BEGIN ((?:[A-Z0-9]+ )*)$/
const DASHES = '-----'
const COMMENT = /(?:^|[\s"'`])(#+|\/\/+|\*+|>+|--|;+)[ \t]*$/
/** Line ends in JSON, YAML and shells, however often they were escaped; in XML and URLs. */
const ESCAPED_LINE_END = /\\+[rn]|\\+u000[aAdD]|&#1[03];|&#x0?[aAdD];|%0[aAdD]/g
/** Of base64: all but the last one of a key are longer; words of prose are not. */
const SHORTEST_LINE = 24
/** "Proc-Type", "DEK-Info", "Version", "Comment", in parts where blanks stand for the ends of lines. */
const MOST_HEADERS = 12
const BASE64_LINE = /^[A-Za-z0-9+/]+={0,2}$/

/** Finds, at the text "PRIVATE KEY", a key with its body: titles in comments and prose, and placeholders, have none. */
export const detectPemKey: Detector = (file, at) => {
  const before = file.toString('latin1', Math.max(0, at - LONGEST_TITLE), at)
  const [, title] = BEGIN.exec(before) ?? []
  if (title === undefined) return undefined
  const start = file.indexOf(DASHES, at, 'latin1')
  if (start === -1 || start - at > 'PRIVATE KEY BLOCK'.length) return undefined
  const begin = start + DASHES.length
  const window = file.subarray(begin, begin + LONGEST_KEY_BYTES)
  const end = window.indexOf(DASHES, 0, 'latin1')
  const text = window.toString('latin1', 0, end === -1 ? window.length : end)
  const name = title.trim()
  const key = keyText(name, text, commentBefore(file, at))
  return isKey(key) ? { kind: 'key', what: `${title}private key` } : undefined
}

/** What comments out the line of the title, and so the others: "#", "//". */
function commentBefore(file: Buffer, at: number): string {
  const title = file.lastIndexOf(DASHES, at, 'latin1')
  const before = file.toString('latin1', Math.max(0, title - LONGEST_TITLE), title)
  return COMMENT.exec(before.slice(before.lastIndexOf('\n') + 1))?.[1] ?? ''
}

function keyText(title: string, text: string, comment: string): KeyText {
  const unescaped = text.replace(ESCAPED_LINE_END, '\n')
  // In a variable of one line, blanks stand for the ends of lines.
  const isOneLine = !/[\r\n]/.test(unescaped.trim())
  const parts = unescaped.split(isOneLine ? /\s+/ : /[\r\n]+/)
  const lines = parts.map((line) => bareLine(line, comment)).filter((line) => line !== '')
  const isBase64 = lines.map((line) => BASE64_LINE.test(line))
  const start = lines.findIndex((line, index) => isBase64[index] && line.length >= SHORTEST_LINE)
  if (start === -1 || start > MOST_HEADERS) return { title, headers: [], base64: '' }
  const end = isBase64.indexOf(false, start)
  const body = lines.slice(start, end === -1 ? lines.length : end)
  return { title, headers: lines.slice(0, start), base64: body.join('') }
}

/** A line without what a comment, a list or a sum of strings puts around it. */
function bareLine(line: string, comment: string): string {
  const trimmed = line.trim()
  const isCommented = comment !== '' && trimmed.startsWith(comment)
  return (isCommented ? trimmed.slice(comment.length) : trimmed)
    .trim()
    .replace(/^["'`]/, '')
    .replace(/["'`]\s*[+,;)\].]*$|\s+[+\\]$|[,\\]$/, '')
    .trim()
}
