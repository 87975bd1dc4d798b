import { nameInputsBy } from '../shared/input-name.ts'
import { dropRelativeFolders } from '../shared/program.ts'
import { surviveBrokenOutput } from '../shared/standard-output.ts'
import { VERSION } from '../shared/version.ts'
import { inputNamingOf } from './flags.ts'
import { helpText } from './help.ts'
import { reserveStandardOutput } from './standard-output.ts'
import type { Terminal } from './terminal.ts'

/** Runs the command with `args`, the arguments behind its name. Returns the exit code. */
export async function runCommand(args: readonly string[], signal: AbortSignal): Promise<number> {
  surviveBrokenOutput()
  const print = reserveStandardOutput()
  dropRelativeFolders(process.env)
  const [command, ...rest] = args
  nameInputsBy(inputNamingOf(command))
  if ((command === 'version' || command === '--version') && rest.length === 0) {
    print(`publish-helm-chart ${VERSION}\n`)
    return 0
  }
  if (command === 'help' || args.includes('--help') || args.includes('-h')) {
    return runHelp(args, { print, signal })
  }
  if (command === 'completion') {
    const { runCompletion } = await import('./completion-command.ts')
    return runCompletion(rest, { print, signal })
  }
  if (command === 'inspect') {
    const { runInspect } = await import('./inspect-command.ts')
    return runInspect(rest, { print, signal })
  }
  if (command === 'list') {
    const { runList } = await import('./list-command.ts')
    return runList(rest, { print, signal })
  }
  if (command === 'verify') {
    const { runVerify } = await import('./verify-command.ts')
    return runVerify(rest, { print, signal })
  }
  const { runPublish } = await import('./publish-command.ts')
  return runPublish(command, rest, { print, signal })
}

/** Prints the help of the command that is named, or the general one; a command that does not exist is a usage error. */
async function runHelp(args: readonly string[], terminal: Terminal): Promise<number> {
  const command = args.find((arg) => !arg.startsWith('-') && arg !== 'help')
  const text = helpText(command)
  if (text === undefined) {
    const { runPublish } = await import('./publish-command.ts')
    return runPublish(command, args, terminal)
  }
  terminal.print(text)
  return 0
}
