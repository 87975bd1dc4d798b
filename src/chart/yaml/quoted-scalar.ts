import { type Characters, END, isBlankOrEnd, isBreak } from './characters.ts'
import { yamlError } from './error.ts'
import { atDocumentMarker, takeGap } from './line-folding.ts'

const DOUBLE_QUOTE = 0x22
const BACKSLASH = 0x5c

/** The escapes of double quotes that go-yaml v2 knows (scannerc.go); `\/` is none of them. */
const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029'
}
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

/** Reads a scalar in single or double quotes from its opening quote on. @throws YamlError */
export function scanQuotedScalar(chars: Characters): string {
  const quote = chars.at()
  chars.skip()
  const parts: string[] = []
  for (;;) {
    requireContent(chars)
    const afterEscapedBreak = takeWords(chars, quote, parts)
    chars.need(1)
    if (chars.at() === quote) break
    parts.push(takeGap(chars, { indent: 0, afterEscapedBreak }).text)
  }
  chars.skip()
  return parts.join('')
}

function requireContent(chars: Characters): void {
  chars.need(4)
  if (atDocumentMarker(chars))
    throw yamlError(chars.line, 'found a document marker in a quoted scalar')
  if (chars.at() === END) throw yamlError(chars.line, 'a quoted scalar does not end')
}

/** Takes everything up to white space or the closing quote; true when it ended with an escaped break. */
function takeWords(chars: Characters, quote: number, parts: string[]): boolean {
  for (;;) {
    takeWord(chars, quote, parts)
    if (atEscapedBreak(chars, quote)) return skipEscapedBreak(chars)
    const escaped = quote === DOUBLE_QUOTE ? takeEscape(chars) : takeQuotePair(chars)
    if (escaped === undefined) return false
    parts.push(escaped)
    chars.need(2)
  }
}

function takeWord(chars: Characters, quote: number, parts: string[]): void {
  const { text, position } = chars
  let end = position
  while (!endsWord(text.charCodeAt(end) || END, quote)) end += 1
  if (end === position) return
  parts.push(text.slice(position, end))
  chars.advanceTo(end, 2)
}

function endsWord(code: number, quote: number): boolean {
  return code === quote || isBlankOrEnd(code) || (code === BACKSLASH && quote === DOUBLE_QUOTE)
}

function takeQuotePair(chars: Characters): string | undefined {
  if (!chars.text.startsWith("''", chars.position)) return undefined
  chars.skip(2)
  return "'"
}

function atEscapedBreak(chars: Characters, quote: number): boolean {
  return quote === DOUBLE_QUOTE && chars.at() === BACKSLASH && isBreak(chars.at(1))
}

function skipEscapedBreak(chars: Characters): true {
  chars.need(3)
  chars.skip()
  chars.takeBreak()
  return true
}

function takeEscape(chars: Characters): string | undefined {
  if (chars.at() !== BACKSLASH) return undefined
  const char = chars.text.charAt(chars.position + 1)
  const digits = HEX_DIGITS[char]
  const escaped = ESCAPES[char]
  if (escaped === undefined && digits === undefined)
    throw yamlError(chars.line, `found the unknown escape "\\${char}"`)
  chars.skip(2)
  return escaped ?? takeCodePoint(chars, digits ?? 0)
}

function takeCodePoint(chars: Characters, digits: number): string {
  chars.need(digits)
  const text = chars.text.slice(chars.position, chars.position + digits)
  if (text.length < digits || !/^[0-9a-fA-F]*$/.test(text))
    throw yamlError(chars.line, `an escape wants ${digits} hexadecimal digits`)
  const value = Number.parseInt(text, 16)
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff)
    throw yamlError(chars.line, `the escape of ${text} is no character`)
  chars.skip(digits)
  return String.fromCodePoint(value)
}
