import { type Characters, END, isBlank, isBreakOrEnd } from './characters.ts'

const HASH = 0x23

export function skipBlanks(chars: Characters): void {
  chars.need(1)
  while (isBlank(chars.at())) chars.advanceTo(chars.position + 1)
}

/** Skips up to the end of the line, if a comment begins here. */
export function skipComment(chars: Characters): void {
  if (chars.at() !== HASH) return
  let end = chars.position
  while (!isBreakOrEnd(chars.text.charCodeAt(end) || END)) end += 1
  chars.advanceTo(end)
}

export function skipBlanksAndComment(chars: Characters): void {
  skipBlanks(chars)
  skipComment(chars)
}
