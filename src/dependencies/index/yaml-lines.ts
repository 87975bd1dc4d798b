import { endOfFlow, endOfQuoted, isDocumentMark } from './yaml-spans.ts'

/** A line of the plain YAML that programs write, with all that belongs to its value. */
export interface PlainLine {
  /** The column of each `-`. */
  readonly dashes: readonly number[]
  /** The column of the key, or of what stands in its place. */
  readonly column: number
  /** As written, with its quotes; undefined where the line has none. */
  readonly key: string | undefined
  /** Where the key begins. */
  readonly start: number
  /** The rest of the line behind the key; empty where the value is on the lines below. */
  readonly value: string
  readonly valueAt: number
  /** Where the line after the value begins. */
  readonly next: number
}

/** What ends the lines that can be read: the document, or something that only a whole parse understands. */
export type LineEnd = 'end' | 'odd'

const KEY =
  /(?:[\w./$\x80-\xff][\w./$~+@\x80-\xff -]{0,300}|"[^"\\\n]{0,300}"|'[^'\n]{0,300}') *:(?=[ \n])/y
const BLOCK_HEADER = /^[|>](?:[-+][1-9]?|[1-9][-+]?)?$/
/** Lists nobody nests more deeply. */
const MOST_DASHES = 20
/** What a plain text cannot begin with, and what it cannot hold. */
const NOT_PLAIN = /^(?:[,[\]{}&*!%@`]|[?-](?: |$))|:(?:[ \t]|$)/

/**
 * Reads the line that begins at `at`, after blank ones and comments, by what a YAML parser would take it for. The texts
 * in quotes and blocks that are its value may go on over many lines.
 * @param text one character for each byte; every line ends with `\n`
 */
export function readLine(text: string, at: number): PlainLine | LineEnd {
  const begin = afterBlankLines(text, at)
  if (begin >= text.length || isDocumentMark(text, begin)) return 'end'
  const { at: start, dashes } = readDashes(text, begin)
  if (dashes.length > MOST_DASHES) return 'odd'
  const colon = endOfKey(text, start)
  const column = start - begin
  // The value of an item without a key belongs to its dash.
  const owner = colon === undefined ? dashes.at(-1) : column
  if (owner === undefined) return 'odd'
  const valueAt = skipBlanks(text, colon ?? start)
  const next = endOfValue(text, valueAt, owner)
  if (next === undefined) return 'odd'
  const key = colon === undefined ? undefined : text.slice(start, colon - 1).trimEnd()
  const value = text[valueAt] === '#' ? '' : lineAt(text, valueAt)
  return { dashes, column, key, start, value, valueAt, next }
}

/** Behind the colon. */
function endOfKey(text: string, start: number): number | undefined {
  KEY.lastIndex = start
  return KEY.test(text) ? KEY.lastIndex : undefined
}

function afterBlankLines(text: string, at: number): number {
  let line = at
  while (line < text.length) {
    const first = text[skipBlanks(text, line)]
    if (first !== '\n' && first !== '#') return line
    line = endOfLine(text, line)
  }
  return line
}

function readDashes(text: string, begin: number) {
  let at = skipBlanks(text, begin)
  const dashes: number[] = []
  while (text[at] === '-' && (text[at + 1] === ' ' || text[at + 1] === '\n')) {
    dashes.push(at - begin)
    at = skipBlanks(text, at + 1)
  }
  return { at, dashes }
}

/** Where the line after a value begins; undefined where the value is odd. */
function endOfValue(text: string, at: number, column: number): number | undefined {
  const sign = text[at]
  if (sign === '\n' || sign === '#') return endOfLine(text, at)
  if (sign === '"' || sign === "'") return nextLine(text, endOfQuoted(text, at))
  if (sign === '[' || sign === '{') return nextLine(text, endOfFlow(text, at))
  const line = lineAt(text, at)
  const isBlock = sign === '|' || sign === '>'
  const isSound = isBlock ? BLOCK_HEADER.test(line) : !NOT_PLAIN.test(line)
  return isSound ? endOfIndented(text, at, column) : undefined
}

/** The line after a text in quotes or a list in brackets, which nothing but a comment may follow. */
function nextLine(text: string, end: number | undefined): number | undefined {
  if (end === undefined) return undefined
  const next = endOfLine(text, end)
  return /^(?: *| +#.*)$/.test(text.slice(end, next - 1)) ? next : undefined
}

/** The first line from the next one on that is neither blank nor indented by more than `column`. */
function endOfIndented(text: string, at: number, column: number): number {
  let line = endOfLine(text, at)
  while (line < text.length) {
    const first = skipBlanks(text, line)
    if (text[first] !== '\n' && first - line <= column) return line
    line = endOfLine(text, first)
  }
  return line
}

/** The rest of the line, without a comment and the blanks before it. */
function lineAt(text: string, at: number): string {
  const line = text.slice(at, endOfLine(text, at) - 1)
  const comment = line.indexOf(' #')
  return (comment === -1 ? line : line.slice(0, comment)).trimEnd()
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end + 1
}

function skipBlanks(text: string, at: number): number {
  let end = at
  while (text.charCodeAt(end) === 0x20) end++
  return end
}
