import { isTimestamp, resolvePlain } from './resolve.ts'

/** A place in a YAML document. */
interface Place {
  /** The column where the text begins, after its key. */
  readonly column: number
  /** The indentation of the lines that it goes on with. */
  readonly indent: number
}

/** go-yaml's emitter breaks lines at blanks beyond this column. */
const BEST_WIDTH = 80
/** A plain text must not look like something else: beginnings, and signs that only blanks make special. */
const INDICATORS = /^(?:[#,[\]{}&*!|>'"%@`]|---|\.\.\.|[?:-](?: |$))|:(?: |$)| #/
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/
/** What go-yaml v2 takes for unprintable. */
const UNPRINTABLE = /[^\n -~\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/
const ESCAPED = /[^ -~\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]|["\\\u2028\u2029]/gu
/** Of these the first is the only one that ends the lines of what Helm writes. */
const BREAK = /[\n\u2028\u2029]/
/** Where a block of lines, and where a text in quotes, cannot show the blanks in it. */
const HIDDEN_BLANK = / (?:[\n\u2028\u2029]|$)/
const BLANK_AT_BREAK = /[\n\u2028\u2029] | [\n\u2028\u2029]/

/**
 * A text as sigs.k8s.io/yaml (go-yaml v2, encode.go and emitterc.go) writes it as a value, with the end of its last line:
 * several lines as a block, others plain where they read as a text, else in single or double quotes, long ones folded.
 */
export function yamlLine(text: string, place: Place): string {
  const isBlock = text.includes('\n') && !UNPRINTABLE.test(text) && !HIDDEN_BLANK.test(text)
  return isBlock ? block(text, place.indent) : `${inOneLine(text, place)}\n`
}

/** A text as a key, which is never folded; undefined for one that has to be written as `? key`. */
export function yamlKey(text: string): string | undefined {
  if (BREAK.test(text) || Buffer.byteLength(text) > LONGEST_KEY) return undefined
  return inOneLine(text, { column: Number.NEGATIVE_INFINITY, indent: 0 })
}

/** In bytes (emitterc.go, check_simple_key). */
const LONGEST_KEY = 128

function inOneLine(text: string, place: Place): string {
  const isSpecial = UNPRINTABLE.test(text) || text.includes('\n') || BLANK_AT_BREAK.test(text)
  if (isSpecial || isOther(text)) return folded('"', escaped(text), place)
  const isPlain = !INDICATORS.test(text) && !/^ | $/.test(text) && !BREAK.test(text)
  return isPlain ? folded('', text, place) : folded("'", text.replaceAll("'", "''"), place)
}

/** Whether a plain text would be read as something else: a number, a time stamp, true. */
function isOther(text: string): boolean {
  return resolvePlain(text).kind !== 'string' || isTimestamp(text) || BASE_60.test(text)
}

/** The lines of a text behind a `|`, with what says how they begin and end. The other line breaks of YAML 1.1 end a line too. */
function block(text: string, indent: number): string {
  const hint = /^[ \n\u2028\u2029]/.test(text) ? '2' : ''
  const lines = text.replace(
    /(^|[\n\u2028\u2029])(?=[^\n\u2028\u2029])/g,
    `$1${' '.repeat(indent)}`
  )
  const end = /[\n\u2028\u2029]$/.test(text) ? '' : '\n'
  return `|${hint}${chomping(text)}\n${lines}${end}`
}

function chomping(text: string): string {
  if (!/[\n\u2028\u2029]$/.test(text)) return '-'
  return /(?:^|[\n\u2028\u2029])[\n\u2028\u2029]$/.test(text) ? '+' : ''
}

const NAMED: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\u0085': 'N',
  '\u00a0': '_',
  '\u2028': 'L',
  '\u2029': 'P'
}

/** Where the first sign is a byte order mark, go-yaml takes each sign for one. */
function escaped(text: string): string {
  return text.replace(text.startsWith('\ufeff') ? /./gsu : ESCAPED, (sign) => {
    const code = sign.codePointAt(0) ?? 0
    const named = NAMED[sign]
    if (named !== undefined) return `\\${named}`
    const [letter, width] = code <= 0xff ? ['x', 2] : code <= 0xffff ? ['u', 4] : ['U', 8]
    return `\\${letter}${code.toString(16).toUpperCase().padStart(Number(width), '0')}`
  })
}

/** In quotes, a line that another line break of YAML 1.1 has begun is indented. */
function folded(quote: string, text: string, { column, indent }: Place): string {
  const lines = text.split(/(?<=[\u2028\u2029])(?=[^\u2028\u2029])/)
  const written = lines.map((line, index) => {
    const at = index === 0 ? column + quote.length : indent
    return foldedLine(quote, line, { column: at, indent })
  })
  return `${quote}${written.join(' '.repeat(indent))}${quote}`
}

/** Breaks a line at the first single blank beyond the best width; in quotes neither at the first nor the last sign. */
function foldedLine(quote: string, text: string, { column, indent }: Place): string {
  let written = ''
  let at = column
  const signs = [...text]
  for (const [index, sign] of signs.entries()) {
    if (sign === ' ' && at > BEST_WIDTH && isBreak(signs, index, quote)) {
      const more = quote === '"' && signs[index + 1] === ' ' ? '\\' : ''
      written += `\n${' '.repeat(indent)}${more}`
      at = indent + more.length
    } else {
      written += sign
      at += 1
    }
  }
  return written
}

function isBreak(signs: readonly string[], index: number, quote: string): boolean {
  if (signs[index - 1] === ' ') return false
  if (quote !== '' && (index === 0 || index === signs.length - 1)) return false
  return quote === '"' || signs[index + 1] !== ' '
}
