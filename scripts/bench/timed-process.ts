import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Step } from './commands.ts'
import type { Measurement } from './results.ts'

export type Usage = Pick<Measurement, 'seconds' | 'cpuSeconds' | 'peakBytes'>

export interface ProcessOptions {
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  /** Ends the program and its children. */
  readonly signal: AbortSignal
}

/** Longer than any run here takes: 200 charts, or 90 MB, on a busy machine. */
const LIMIT_MS = 15 * 60_000

/**
 * Runs a program to its end under GNU time, which knows what its children used as well.
 * CPU time is given in steps of 10 ms. Throws when the program fails, with its standard error.
 */
export async function timeProcess(
  [file, ...args]: Step,
  { directory, environment, signal }: ProcessOptions
): Promise<Usage> {
  signal.throwIfAborted()
  const report = join(directory, 'usage.txt')
  const format = ['-q', '-f', '%U %S %M', '-o', report]
  const started = performance.now()
  const child = spawn('time', [...format, file, ...args], {
    cwd: directory,
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of its own, which can be ended as a whole.
    detached: true
  })
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)])
  const end = () => child.pid !== undefined && process.kill(-child.pid)
  limit.addEventListener('abort', end)
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  let seconds = 0
  child.once('exit', () => {
    seconds = (performance.now() - started) / 1000
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  limit.removeEventListener('abort', end)
  limit.throwIfAborted()
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}:\n${errors}`)
  return { seconds, ...parseUsage(await readFile(report, 'utf8')) }
}

/** @param report `user seconds, system seconds, KiB` as GNU time writes them */
export function parseUsage(report: string): Omit<Usage, 'seconds'> {
  const [user, system, kibibytes] = report.trim().split(' ').map(Number)
  if (user === undefined || system === undefined || !kibibytes) {
    throw new Error(`time reported "${report.trim()}"; it has to be GNU time`)
  }
  return { cpuSeconds: user + system, peakBytes: kibibytes * 1024 }
}
