import { type Characters, isBlank, isBlankOrEnd, isBreak } from './characters.ts'
import { yamlError } from './error.ts'
import { skipBlanks } from './separation.ts'

/** White space and line breaks between the words of a flow scalar. */
export interface Gap {
  /** What they fold to. */
  readonly text: string
  readonly crossesLines: boolean
}

export const NO_GAP: Gap = { text: '', crossesLines: false }

interface GapContext {
  /** Tabs left of this column may not indent a following line. */
  readonly indent: number
  /** An escaped line break has just been passed: it counts as crossed and folds to nothing. */
  readonly afterEscapedBreak: boolean
}

const TAB = 0x09

/**
 * Folds the lines of plain and quoted scalars: one break becomes a blank, each further one stays;
 * the separators LS and PS stay as they are (YAML 1.1, go-yaml v2 scannerc.go).
 * @throws YamlError
 */
export function takeGap(chars: Characters, { indent, afterEscapedBreak }: GapContext): Gap {
  const blanks = afterEscapedBreak ? skipIndent(chars, indent) : takeBlanks(chars)
  if (!isBreak(chars.at()) && !afterEscapedBreak) return { text: blanks, crossesLines: false }
  const first = afterEscapedBreak ? '' : takeLineBreak(chars, indent)
  let further = ''
  while (isBreak(chars.at())) further += takeLineBreak(chars, indent)
  return { text: first === '\n' ? further || ' ' : first + further, crossesLines: true }
}

function takeBlanks(chars: Characters): string {
  const { text, position } = chars
  skipBlanks(chars)
  return text.slice(position, chars.position)
}

function takeLineBreak(chars: Characters, indent: number): string {
  chars.need(2)
  const lineBreak = chars.takeBreak()
  skipIndent(chars, indent)
  return lineBreak
}

/** Skips the white space at the beginning of a line. */
function skipIndent(chars: Characters, indent: number): '' {
  chars.need(1)
  while (isBlank(chars.at())) {
    if (chars.at() === TAB && chars.column < indent)
      throw yamlError(chars.line, 'found a tab character that violates indentation')
    chars.advanceTo(chars.position + 1)
  }
  return ''
}

/** Whether `---` or `...` stands alone at the beginning of this line; four characters must have been needed. */
export function atDocumentMarker(chars: Characters): boolean {
  if (chars.column !== 0) return false
  return isMarker(chars, '---') || isMarker(chars, '...')
}

export function isMarker(chars: Characters, marker: '---' | '...'): boolean {
  return chars.text.startsWith(marker, chars.position) && isBlankOrEnd(chars.at(3))
}
