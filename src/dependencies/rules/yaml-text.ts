import { isTimestamp, resolvePlain } from '../../chart/yaml/resolve.ts'

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
/** What go-yaml v2 takes for unprintable, U+10000 and above among it. */
const UNPRINTABLE = /[^ -~\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/
const ESCAPED = /[^ -~\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]|["\\\u2028\u2029]/gu

/**
 * A text as sigs.k8s.io/yaml (go-yaml v2) writes it as a value: plain where it reads as a text, else in single or double
 * quotes, long ones on several lines. Helm has replaced line breaks and tabs by blanks before.
 */
export function yamlText(text: string, place: Place): string {
  if (isOther(text)) return folded('"', escaped(text), place)
  if (UNPRINTABLE.test(text) || /[\u2028\u2029]/.test(text))
    return folded('"', escaped(text), place)
  const isPlain = !INDICATORS.test(text) && !/^ | $/.test(text)
  return isPlain ? folded('', text, place) : folded("'", text.replaceAll("'", "''"), place)
}

/** Whether a plain text would be read as something else: a number, a time stamp, true. */
function isOther(text: string): boolean {
  return resolvePlain(text).kind !== 'string' || isTimestamp(text) || BASE_60.test(text)
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
  '\u2028': 'L',
  '\u2029': 'P'
}

function escaped(text: string): string {
  return text.replace(ESCAPED, (sign) => {
    const code = sign.codePointAt(0) ?? 0
    const named = NAMED[sign]
    if (named !== undefined) return `\\${named}`
    const [letter, width] = code <= 0xff ? ['x', 2] : code <= 0xffff ? ['u', 4] : ['U', 8]
    return `\\${letter}${code.toString(16).toUpperCase().padStart(Number(width), '0')}`
  })
}

/** Breaks a line at the first single blank beyond the best width; in quotes neither at the first nor the last sign. */
function folded(quote: string, text: string, { column, indent }: Place): string {
  let written = quote
  let at = column + quote.length
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
  return written + quote
}

function isBreak(signs: readonly string[], index: number, quote: string): boolean {
  if (signs[index - 1] === ' ') return false
  if (quote !== '' && (index === 0 || index === signs.length - 1)) return false
  return quote === '"' || signs[index + 1] !== ' '
}
