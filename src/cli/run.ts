import { surviveBrokenOutput } from '../shared/broken-output.ts'
import { dropRunnerTokens } from '../shared/runner-tokens.ts'
import { VERSION } from '../shared/version.ts'
import { helpText } from './help.ts'
import { reserveStandardOutput } from './standard-output.ts'

/** Runs the command with `args`, the arguments behind its name. Returns the exit code; never throws. */
export async function runCommand(args: readonly string[]): Promise<number> {
  surviveBrokenOutput()
  const print = reserveStandardOutput()
  dropRunnerTokens(process.env)
  const [command, ...rest] = args
  if ((command === 'version' || command === '--version') && rest.length === 0) {
    print(`publish-helm-chart ${VERSION}\n`)
    return 0
  }
  if (command === 'help' || args.includes('--help') || args.includes('-h')) {
    return runHelp(args, print)
  }
  if (command === 'inspect') {
    const { runInspect } = await import('./inspect-command.ts')
    return runInspect(rest, print)
  }
  const { runPublish } = await import('./publish-command.ts')
  return runPublish(command, rest, print)
}

/** Prints the help of the command that is named, or the general one; a command that does not exist is a usage error. */
async function runHelp(args: readonly string[], print: (text: string) => void): Promise<number> {
  const command = args.find((arg) => !arg.startsWith('-') && arg !== 'help')
  const text = helpText(command)
  if (text === undefined) {
    const { runPublish } = await import('./publish-command.ts')
    return runPublish(command, args, print)
  }
  print(text)
  return 0
}
