import { type Characters, isBlankOrEnd, isBreak, isBreakOrEnd } from './characters.ts'
import { yamlError } from './error.ts'
import { scanTagDirective, takeWord } from './properties.ts'
import { skipBlanks, skipBlanksAndComment } from './separation.ts'
import type { TagDirective, VersionDirective } from './token.ts'

/** Reads a directive from its `%` to the end of its line (go-yaml v2, scannerc.go). @throws YamlError */
export function scanDirective(chars: Characters): VersionDirective | TagDirective {
  const { line } = chars
  chars.skip()
  const directive = scanContent(chars, line)
  skipBlanksAndComment(chars)
  if (!isBreakOrEnd(chars.at()))
    throw yamlError(line, 'a directive is not followed by a comment or a line break')
  if (isBreak(chars.at())) chars.need(2)
  chars.takeBreak()
  return directive
}

function scanContent(chars: Characters, line: number): VersionDirective | TagDirective {
  const name = takeWord(chars)
  if (name === '' || !isBlankOrEnd(chars.at()))
    throw yamlError(line, 'a directive has no sound name')
  if (name === 'YAML') return { kind: 'version-directive', line, version: takeVersion(chars) }
  if (name !== 'TAG') throw yamlError(line, `found the unknown directive %${name}`)
  const [handle, prefix] = scanTagDirective(chars)
  return { kind: 'tag-directive', line, handle, prefix }
}

function takeVersion(chars: Characters): string {
  skipBlanks(chars)
  const major = takeNumber(chars)
  if (chars.text.charAt(chars.position) !== '.')
    throw yamlError(chars.line, 'the version of a %YAML directive has no "."')
  chars.skip()
  return `${major}.${takeNumber(chars)}`
}

function takeNumber(chars: Characters): number {
  let digits = ''
  chars.need(1)
  for (let char = charHere(chars); /^[0-9]$/.test(char); char = charHere(chars)) {
    digits += char
    if (digits.length > 2)
      throw yamlError(chars.line, 'the version of a %YAML directive is too long')
    chars.advanceTo(chars.position + 1)
  }
  if (digits === '') throw yamlError(chars.line, 'a %YAML directive has no version')
  return Number(digits)
}

function charHere(chars: Characters): string {
  return chars.text.charAt(chars.position)
}
