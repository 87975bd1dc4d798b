import { visibleLines } from '../shared/printable.ts'
import { replaceStandardOutput } from '../shared/replace-write.ts'

/** What @actions/core writes, one a time; values of properties have no colon (toolkit, core/src/command.ts). */
const COMMAND = /^::[a-z-]+(?: [^:\n]*)?::/
const MASK = '::add-mask::'

/**
 * Makes safe what libraries print, as the logger does with what we print: @actions/tool-cache tells in debug lines
 * what servers say, and shows what tar says. Masks stay as they are.
 */
export function guardStandardOutput(): void {
  replaceStandardOutput((print) => (text, done) => print(guarded(text), done))
}

/** A text that is printed at once: a command may stand at its beginning, and nowhere else. */
function guarded(text: string): string {
  if (text.startsWith(MASK)) return text
  const [command = ''] = COMMAND.exec(text) ?? []
  return command + visibleLines(text.slice(command.length))
}
