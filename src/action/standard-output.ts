import { visibleLines } from '../shared/printable.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import { replaceStandardOutput } from '../shared/standard-output.ts'

/** What @actions/core writes, one a time; values of properties have no colon (toolkit, core/src/command.ts). */
const COMMAND = /^::([a-z-]+)(?: [^:\n]*)?::/
const MASK = 'add-mask'
/** Commands whose text is data for the runner, when it has no files for them. */
const DATA_COMMANDS: readonly (string | undefined)[] = ['set-output', 'save-state']

/**
 * Makes safe what libraries print, as the logger does with what we print: @actions/tool-cache writes in debug lines
 * what servers say and which address it asks, and shows what tar says. Masks stay unchanged.
 */
export function guardStandardOutput(secrets: SecretRegistry): void {
  replaceStandardOutput((print) => (text, done) => print(guarded(text, secrets), done))
}

/** A text that is printed at once: a command may stand at its beginning, and nowhere else. */
function guarded(text: string, secrets: SecretRegistry): string {
  const [command = '', name] = COMMAND.exec(text) ?? []
  if (name === MASK) return text
  const said = text.slice(command.length)
  return command + visibleLines(DATA_COMMANDS.includes(name) ? said : secrets.redact(said))
}
