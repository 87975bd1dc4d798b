import { isKey, type KeyText } from './key-text.ts'
import type { Detector } from './leak.ts'

/** More than a key of RSA with 16384 bits, or one of PGP with many subkeys and a photograph. */
const LONGEST_KEY_BYTES = 128 * 1024
/** "-----BEGIN ENCRYPTED ", and longer titles of others. */
const LONGEST_TITLE = 64
const BEGIN = /-----BEGIN(?: |%20|\+)((?:[A-Z0-9]+(?: |%20|\+))*)$/
/** How URLs and forms write the blank in a title. */
const URL_BLANK = /%20|\+/g
/** "PRIVATE KEY", and what the titles of PGP have after it. */
const LONGEST_END = 'PRIVATE%20KEY%20BLOCK'.length
const DASHES = '-----'
/** Of lists and of patches too. */
const COMMENT = /(?:^|[\s"'`])(#+|\/\/+|\*+|>+|--|;+|[-+])[ \t]*["'`]?$/
/** Line ends in JSON, YAML and shells, escaped once or several times; in XML and URLs. */
const ESCAPED_LINE_END = /\\{1,16}(?:[rn]|u000[aAdD])|&#1[03];|&#x0?[aAdD];|%0[aAdD]/g
/** The other characters, as JSON, JavaScript, XML and URLs may write those of base64, and quotes in quotes. */
const ESCAPED = /\\{1,16}(?:u00|x)([\da-f]{2})|&#x0*([\da-f]{2});|%([\da-f]{2})/gi
const DECIMAL = /&#0*(\d{2,3});/g
const BACKSLASHED = /\\{1,16}(["'/])/g
/** Between two strings of a list or a sum. */
const STRING_END = /["'`]\s*(?:[+.,]\s*)?["'`]/g
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
  if (start === -1 || start - at > LONGEST_END) return undefined
  const begin = start + DASHES.length
  const window = file.subarray(begin, begin + LONGEST_KEY_BYTES)
  const end = window.indexOf(DASHES, 0, 'latin1')
  const text = window.toString('latin1', 0, end === -1 ? window.length : end)
  const name = title.replace(URL_BLANK, ' ')
  const key = keyText(name.trim(), text, commentBefore(file, at))
  return isKey(key) ? { kind: 'key', what: `${name}private key` } : undefined
}

/** What comments out the line of the title, and so the others: "#", "//". */
function commentBefore(file: Buffer, at: number): string {
  const title = file.lastIndexOf(DASHES, at, 'latin1')
  const before = file.toString('latin1', Math.max(0, title - LONGEST_TITLE), title)
  return COMMENT.exec(before.slice(before.lastIndexOf('\n') + 1))?.[1] ?? ''
}

function keyText(title: string, text: string, comment: string): KeyText {
  const unescaped = withoutEscapes(text).replace(STRING_END, '\n')
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

function withoutEscapes(text: string): string {
  return text
    .replace(ESCAPED_LINE_END, '\n')
    .replace(ESCAPED, (_, ...codes: readonly (string | undefined)[]) => {
      return String.fromCharCode(Number.parseInt(codes.slice(0, 3).find(Boolean) ?? '', 16))
    })
    .replace(DECIMAL, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(BACKSLASHED, '$1')
}

/** A line without what a comment, a list or a sum of strings puts around it. */
function bareLine(line: string, comment: string): string {
  const trimmed = line.trim()
  const isCommented = comment !== '' && trimmed.startsWith(comment)
  return (isCommented ? trimmed.slice(comment.length) : trimmed)
    .trim()
    .replace(/^["'`]/, '')
    .replace(/["'`]\s*[+,;)\].]*$|(?<!\s)\s+[+\\]$|[,\\]$/, '')
    .trim()
}
