import { fileFault } from './file-fault.ts'

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
      const why = fileFault(error)
      process.stderr.write(`Warning: Standard output could not be written: ${why}.\n`)
    })
}

type Done = (error?: Error | null) => void
/** Writes a text; `done` is called when it is written. Returns false when the writer should pause. */
type Print = (text: string, done?: Done) => boolean

/** Has all that is written to standard output go through `change`, which gets the way to really print. */
export function replaceStandardOutput(change: (print: Print) => Print): void {
  const changed = change(process.stdout.write.bind(process.stdout))
  process.stdout.write = (
    chunk: string | Uint8Array,
    encoding?: BufferEncoding | Done,
    done?: Done
  ): boolean => {
    const isEncoded = typeof encoding === 'string'
    return changed(textOf(chunk, isEncoded ? encoding : 'utf8'), isEncoded ? done : encoding)
  }
}

function textOf(chunk: string | Uint8Array, encoding: BufferEncoding): string {
  if (typeof chunk === 'string') return Buffer.from(chunk, encoding).toString('utf8')
  return Buffer.from(chunk).toString('utf8')
}
