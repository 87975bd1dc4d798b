import { visibleLines } from '../shared/printable.ts'

/** What @actions/core writes, one a time; values of properties have no colon (toolkit, core/src/command.ts). */
const COMMAND = /^::[a-z-]+(?: [^:\n]*)?::/
const MASK = '::add-mask::'

/**
 * Makes safe what libraries print, as the logger does with what we print: @actions/tool-cache tells in debug lines
 * what servers say, and shows what tar says. Masks stay as they are.
 */
export function guardStandardOutput(): void {
  const print = process.stdout.write.bind(process.stdout)
  process.stdout.write = (chunk: string | Uint8Array): boolean => print(guarded(chunk.toString()))
}

/** A text that is printed at once: a command may stand at its beginning, and nowhere else. */
function guarded(text: string): string {
  if (text.startsWith(MASK)) return text
  const [command = ''] = COMMAND.exec(text) ?? []
  return command + visibleLines(text.slice(command.length))
}
