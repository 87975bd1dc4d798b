import { Composer, type CST, type Document, Lexer, LineCounter, Parser } from 'yaml'
import { type YamlError, yamlError } from './node.ts'

/** The first document of a stream as the library reads it. */
export interface ParsedText {
  readonly text: string
  readonly document: Document.Parsed
  /** The line, counted from 0, of an offset in the text. */
  readonly lineAt: (offset: number) => number
}

/** Helm nests ten thousand deep; the library composes by recursion, and its stack lasts for a thousand. */
const DEEPEST = 500
/** So many cost the library up to 600 MB. A MiB of short keys and values has 670,000. */
const MOST_LEXEMES = 2_000_000

/** Scalars stay the texts that they are: what they mean is go-yaml's to say, and so are equal keys and `<<`. */
const OPTIONS = {
  version: '1.1',
  schema: 'failsafe',
  merge: false,
  resolveKnownTags: false,
  uniqueKeys: false,
  logLevel: 'error'
} as const

/** Reads the first document of `text`, whose lines end with `\n`; without one it is empty. @throws YamlError */
export function parseText(text: string): ParsedText | undefined {
  const lines = new LineCounter()
  const lineAt = (offset: number) => Math.max(lines.linePos(offset).line - 1, 0)
  const composer = new Composer(OPTIONS)
  stopAtFirstError(composer, lineAt)
  const [document] = composer.compose(firstDocument(text, lines), true, text.length)
  return document && { text, document, lineAt }
}

/** The tokens that make up the first document, as far as the beginning of what follows it. */
function* firstDocument(text: string, lines: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine)
  lines.addNewLine(0)
  const directives = new Set<string>()
  let isRead = false
  let lexemes = 0
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      requireSound(token, directives, lines)
      yield token
      isRead ||= token.type === 'document'
    }
    if (isRead && parser.stack.length > 0) return
    lexemes += 1
    requireBounds(lexemes, parser.stack.length, lines)
  }
  for (const token of parser.end()) {
    requireSound(token, directives, lines)
    yield token
  }
}

function requireSound(token: CST.Token, directives: Set<string>, lines: LineCounter): void {
  if (token.type === 'error') throw here(lines, token.message)
  if (token.type === 'directive') noteDirective(token.source, directives, lines)
}

/** The library knows %YAML and %TAG, but minds neither version nor repetition. */
function noteDirective(source: string, noted: Set<string>, lines: LineCounter): void {
  const [name = '', first = ''] = source.trim().split(/[ \t]+/)
  if (name === '%YAML' && first !== '1.1') throw here(lines, `Helm reads YAML 1.1, not "${first}"`)
  const directive = name === '%TAG' ? `${name} ${first}` : name
  if (noted.has(directive)) throw here(lines, `found a second ${directive}`)
  noted.add(directive)
}

function requireBounds(lexemes: number, depth: number, lines: LineCounter): void {
  if (depth > DEEPEST) throw here(lines, `lists and maps are nested more than ${DEEPEST} deep`)
  if (lexemes > MOST_LEXEMES)
    throw here(lines, `it has more than ${MOST_LEXEMES} words and symbols`)
}

/** An error where the parser is. */
function here({ lineStarts }: LineCounter, why: string): YamlError {
  return yamlError(lineStarts.length - 1, why)
}

/** What the library says as well of a text that Helm reads, whose further lines are not indented. */
const QUOTE_MISSING = /^Missing closing ['"]quote$/
const NO_END = 'a quoted text is not closed, or continues on a line that is not indented'

/** An offset, a range, or a token. */
type Position = number | readonly number[] | { readonly offset: number; readonly source?: string }

/**
 * The library collects errors, a million of them where a file has as many, in the documents and beside them: the first
 * is thrown in their place. Of its warnings, only those on directives are refusals of go-yaml.
 */
function stopAtFirstError(composer: Composer, lineAt: (offset: number) => number): void {
  let error: YamlError | undefined
  const onError = (at: Position, code: string, message: string, isWarning?: boolean) => {
    if (isWarning && code !== 'BAD_DIRECTIVE') return
    // What is thrown within a collection comes back here, at the collection.
    error ??= yamlError(lineAt(offsetOf(at, code)), QUOTE_MISSING.test(message) ? NO_END : message)
    throw error
  }
  Object.defineProperty(composer, 'onError', { value: onError })
}

/** What ends before its `:` is missed at its end. */
function offsetOf(at: Position, code: string): number {
  if (typeof at === 'number') return at
  if (!('offset' in at)) return at[0] ?? 0
  const length = code === 'MULTILINE_IMPLICIT_KEY' ? (at.source?.length ?? 0) : 0
  return at.offset + length
}
