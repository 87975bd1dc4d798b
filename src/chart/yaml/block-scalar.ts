import { type Characters, END, isBlank, isBreak, isBreakOrEnd } from './characters.ts'
import { yamlError } from './error.ts'
import { skipBlanksAndComment } from './separation.ts'

type Chomping = 'strip' | 'clip' | 'keep'

interface BlockHeader {
  readonly chomping: Chomping
  /** 0 when the header leaves it to the first line. */
  readonly indentation: number
}

interface Lines {
  readonly indent: number
  readonly breaks: string
}

const SPACE = 0x20
const TAB = 0x09
const GREATER_THAN = 0x3e

/**
 * Reads a literal or folded scalar from its indicator on.
 * @param parentIndent the column of the innermost block collection; -1 outside of any
 * @throws YamlError
 */
export function scanBlockScalar(chars: Characters, parentIndent: number): string {
  const folds = chars.at() === GREATER_THAN
  chars.skip()
  const { chomping, indentation } = takeHeader(chars)
  const wanted = indentation > 0 ? Math.max(parentIndent, 0) + indentation : 0
  const { indent, breaks } = takeBreaks(chars, wanted, parentIndent)
  const parts: string[] = []
  let lineBreak = ''
  let further = breaks
  let wasIndented = false
  chars.need(1)
  while (chars.column === indent && chars.at() !== END) {
    const isIndented = isBlank(chars.at())
    const joins = folds && !wasIndented && !isIndented && lineBreak === '\n'
    parts.push(joins ? further || ' ' : lineBreak + further, takeLine(chars))
    chars.need(2)
    lineBreak = chars.takeBreak()
    further = takeBreaks(chars, indent, parentIndent).breaks
    wasIndented = isIndented
  }
  if (chomping !== 'strip') parts.push(lineBreak)
  if (chomping === 'keep') parts.push(further)
  return parts.join('')
}

function takeHeader(chars: Characters): BlockHeader {
  chars.need(1)
  const before = takeChomping(chars)
  if (before) chars.need(1)
  const indentation = takeIndentation(chars)
  if (indentation > 0) chars.need(1)
  const chomping = before ?? (indentation > 0 ? takeChomping(chars) : undefined) ?? 'clip'
  skipBlanksAndComment(chars)
  if (!isBreakOrEnd(chars.at()))
    throw yamlError(chars.line, 'the header of a block scalar wants a comment or a line break')
  if (isBreak(chars.at())) chars.need(2)
  chars.takeBreak()
  return { chomping, indentation }
}

function takeChomping(chars: Characters): Chomping | undefined {
  const char = chars.text.charAt(chars.position)
  if (char !== '+' && char !== '-') return undefined
  chars.skip()
  return char === '+' ? 'keep' : 'strip'
}

function takeIndentation(chars: Characters): number {
  const digit = chars.at() - 0x30
  if (digit < 0 || digit > 9) return 0
  if (digit === 0) throw yamlError(chars.line, 'the indentation indicator of a block scalar is 0')
  chars.skip()
  return digit
}

function takeLine(chars: Characters): string {
  const start = chars.position
  let end = start
  while (!isBreakOrEnd(chars.text.charCodeAt(end) || END)) end += 1
  chars.advanceTo(end)
  return chars.text.slice(start, end)
}

/** Takes indentation and empty lines; an `indent` of 0 is found out by the deepest of them. */
function takeBreaks(chars: Characters, indent: number, parentIndent: number): Lines {
  const limit = indent || Number.POSITIVE_INFINITY
  const breaks: string[] = []
  let deepest = takeIndent(chars, limit)
  while (isBreak(chars.at())) {
    chars.need(2)
    breaks.push(chars.takeBreak())
    deepest = Math.max(deepest, takeIndent(chars, limit))
  }
  const found = Math.max(deepest, parentIndent + 1, 1)
  return { indent: indent || found, breaks: breaks.join('') }
}

/** Takes spaces up to the column `limit` and gives the column reached. */
function takeIndent(chars: Characters, limit: number): number {
  chars.need(1)
  while (chars.column < limit && chars.at() === SPACE) chars.advanceTo(chars.position + 1)
  const { column } = chars
  if (column < limit && chars.at() === TAB)
    throw yamlError(chars.line, 'found a tab character where a block scalar wants indentation')
  return column
}
