import { type Characters, END, isBlank, isBlankOrEnd, isBreak } from './characters.ts'
import { atDocumentMarker, type Gap, NO_GAP, takeGap } from './line-folding.ts'

/** Where a scalar stands. */
export interface ScalarContext {
  /** The column of the innermost block collection; -1 outside of any. */
  readonly indent: number
  readonly inFlow: boolean
}

export interface PlainScalar {
  readonly text: string
  /** Whether the scalar was left at the beginning of another line. */
  readonly endsLine: boolean
}

const COLON = 0x3a
const HASH = 0x23
const FLOW_INDICATORS: ReadonlySet<number> = new Set(
  [...',?[]{}'].map((char) => char.charCodeAt(0))
)

/** Reads an unquoted scalar (go-yaml v2, scannerc.go). @throws YamlError */
export function scanPlainScalar(chars: Characters, context: ScalarContext): PlainScalar {
  const indent = context.indent + 1
  let text = ''
  let gap: Gap = NO_GAP
  while (!endsBeforeWord(chars)) {
    const word = takeWord(chars, context.inFlow)
    if (word !== '') {
      text += gap.text + word
      gap = NO_GAP
    }
    if (!isBlank(chars.at()) && !isBreak(chars.at())) break
    gap = takeGap(chars, { indent, afterEscapedBreak: false })
    if (!context.inFlow && chars.column < indent) break
  }
  return { text, endsLine: gap.crossesLines }
}

function endsBeforeWord(chars: Characters): boolean {
  chars.need(4)
  return atDocumentMarker(chars) || chars.at() === HASH
}

function takeWord(chars: Characters, inFlow: boolean): string {
  const { text, position } = chars
  let end = position
  while (!endsWord(text, end, inFlow)) end += 1
  if (end > position) chars.advanceTo(end, 2)
  return text.slice(position, end)
}

function endsWord(text: string, at: number, inFlow: boolean): boolean {
  const code = text.charCodeAt(at) || END
  if (isBlankOrEnd(code)) return true
  if (code === COLON) return isBlankOrEnd(text.charCodeAt(at + 1) || END)
  return inFlow && FLOW_INDICATORS.has(code)
}
