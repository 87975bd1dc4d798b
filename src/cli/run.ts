import { surviveBrokenOutput } from '../shared/broken-output.ts'
import { VERSION } from '../shared/version.ts'
import { helpText } from './help.ts'
import { reserveStandardOutput } from './standard-output.ts'

/** Runs the command with `args`, the arguments behind its name. Returns the exit code; never throws. */
export async function runCommand(args: readonly string[]): Promise<number> {
  surviveBrokenOutput()
  const print = reserveStandardOutput()
  const [command, ...rest] = args
  if ((command === 'version' || command === '--version') && rest.length === 0) {
    print(`publish-helm-chart ${VERSION}\n`)
    return 0
  }
  if (command === 'help' || args.includes('--help') || args.includes('-h')) {
    print(helpText(command === 'help' ? rest[0] : command))
    return 0
  }
  if (command === 'inspect') {
    const { runInspect } = await import('./inspect-command.ts')
    return runInspect(rest, print)
  }
  const { runPublish } = await import('./publish-command.ts')
  return runPublish(command, rest, print)
}
