import { codeOf } from './failure.ts'

/**
 * Lets the run go on, and end with its own exit code, when nobody takes its output any more (`| head -1`, a full
 * disk): an error of a standard stream that nobody listens to would end the process half-way in a release, with its
 * temporary files left behind. What standard output has lost is told on standard error, once.
 */
export function surviveBrokenOutput(): void {
  process.stderr.on('error', () => undefined)
  process.stdout
    .on('error', () => undefined)
    .once('error', (error) => {
      const why = codeOf(error) ?? 'unknown error'
      process.stderr.write(`Warning: Standard output could not be written: ${why}.\n`)
    })
}
