import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { Failure } from '../shared/failure.ts'
import { printable } from '../shared/printable.ts'
import { isCi } from './live-line.ts'

/** Whether somebody is there to be asked, and to see the question. */
export function isAttended(environment: NodeJS.ProcessEnv): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true && !isCi(environment['CI'])
}

/**
 * Asks on the terminal for the password of a user. What is typed is not shown; the terminal is as before at the end,
 * whatever ends it.
 * @throws Failure usage, at the end of the input; the signal's reason on abort
 */
export async function askPassword(username: string, signal: AbortSignal): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  // A terminal that is raw shows nothing, and sends Ctrl+C as a character.
  const lines = createInterface({
    input: process.stdin,
    output: silent,
    terminal: true,
    historySize: 0
  })
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  // Not before nothing is shown any more: somebody may type at once.
  process.stderr.write(`Password of ${printable(username)}: `)
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve)
      lines.once('close', () => reject(nothingTyped()))
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      if (signal.aborted) reject(signal.reason)
    })
  } finally {
    lines.close()
    process.stdin.pause()
    process.stderr.write('\n')
  }
}

function nothingTyped(): Failure {
  const message = 'No password was typed.'
  return new Failure('usage', { message, fix: 'Run it again, or use --password-file.' })
}
