import { reportFailure } from '../publish/report/report.ts'
import { Failure } from '../shared/failure.ts'
import { completionScript, SHELLS } from './completion.ts'
import { openTerminal } from './logger.ts'
import type { Terminal } from './terminal.ts'

/** Runs `completion SHELL`: prints the script that completes commands and flags. */
export function runCompletion(args: readonly string[], { print }: Terminal): number {
  const [shell, ...more] = args
  const script = shell === undefined || more.length > 0 ? undefined : completionScript(shell)
  if (script === undefined) return reportFailure(notOneShell(shell), openTerminal(args).logger)
  print(script)
  return 0
}

function notOneShell(shell: string | undefined): Failure {
  const message =
    shell === undefined ? '`completion` needs a shell.' : '`completion` accepts only one shell.'
  return new Failure('usage', { message, fix: `Use one of ${SHELLS.join(', ')}.` })
}
