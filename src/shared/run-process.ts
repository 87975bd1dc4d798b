import { type ChildProcess, spawn } from 'node:child_process'
import { fileFault } from './file-fault.ts'
import { type EndTimes, OWN_GROUP, untilEnded } from './kill-process.ts'
import { commandFor } from './program.ts'

export interface ProcessOptions {
  readonly environment: Readonly<Record<string, string>>
  /** Where it runs; the working directory unless given. */
  readonly directory?: string
  /** After this time the process is killed. */
  readonly timeoutMs: number
  /** Kills the process when it aborts. */
  readonly signal: AbortSignal
  /** What it reads from its standard input; nothing unless given. */
  readonly stdin?: string
  /** How much of each output stream is read; 256 KiB unless given. */
  readonly mostOutputBytes?: number
  /** What to do with more output on stdout: it is dropped unless given. More on stderr is always dropped. */
  readonly onOverflow?: 'drop' | 'kill'
  /** How long it may take to end when it is killed. */
  readonly times?: EndTimes
}

export interface ProcessResult {
  /** null when a signal ended it. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** As `ProcessResult`, in bytes: what is secret among them can be overwritten. */
export interface ProcessOutput {
  readonly exitCode: number | null
  readonly stdout: Buffer
  readonly stderr: Buffer
}

/** A program that did not run to its end. The message continues a sentence that begins with its name. */
export class ProcessError extends Error {
  override readonly name = 'ProcessError'
}

/** Helm's output is a few lines; more is dropped, so that no chart can fill the memory. */
const MOST_OUTPUT_BYTES = 256 * 1024
/**
 * Runs `file` with an argument array and exactly the given environment, without a shell. Always settles: it kills the
 * process and all that it started at the deadline and on abort, whether or not they obey, and does not wait for a
 * daemon that holds the output.
 * @throws ProcessError when it cannot be started, takes too long, or prints too much; the signal's reason on abort
 */
export async function runProcess(
  file: string,
  args: readonly string[],
  options: ProcessOptions
): Promise<ProcessResult> {
  const { exitCode, stdout, stderr } = await runForBytes(file, args, options)
  return { exitCode, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') }
}

/** As `runProcess`, with the output in bytes. */
export async function runForBytes(
  file: string,
  args: readonly string[],
  options: ProcessOptions
): Promise<ProcessOutput> {
  const { signal, timeoutMs } = options
  signal.throwIfAborted()
  const stop = new AbortController()
  const relay = () => stop.abort(signal.reason)
  const timer = setTimeout(() => {
    stop.abort(new ProcessError(`did not end within ${timeoutMs / 1000} s and was killed`))
  }, timeoutMs)
  signal.addEventListener('abort', relay, { once: true })
  try {
    const child = start(file, args, options)
    // Its output is then read within a bounded time; the deadline is met.
    child.once('exit', () => clearTimeout(timer))
    const output = await readOutput(child, options, stop)
    if (stop.signal.aborted) wipe(output)
    stop.signal.throwIfAborted()
    return output
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', relay)
  }
}

function start(file: string, args: readonly string[], options: ProcessOptions): ChildProcess {
  try {
    const command = commandFor(file, args, options.environment)
    const child = spawn(command.file, command.args, {
      cwd: options.directory,
      env: options.environment,
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      detached: OWN_GROUP,
      windowsHide: true,
      windowsVerbatimArguments: command.isVerbatim
    })
    // EPIPE: a program that does not read its input says by its exit code whether that is an error.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(options.stdin)
    return child
  } catch (error) {
    throw cannotStart(error)
  }
}

async function readOutput(
  child: ChildProcess,
  { mostOutputBytes: most = MOST_OUTPUT_BYTES, onOverflow, times }: ProcessOptions,
  stop: AbortController
): Promise<ProcessOutput> {
  const stdout = new Collector(child.stdout, most, () => {
    const isTooMuch = onOverflow === 'kill'
    if (isTooMuch) stop.abort(new ProcessError(`printed more than ${most} bytes and was killed`))
  })
  const stderr = new Collector(child.stderr, most, () => undefined)
  const exitCode = await untilEnded(child, stop.signal, times).catch((error: unknown) => {
    throw cannotStart(error)
  })
  return { exitCode, stdout: stdout.take(), stderr: stderr.take() }
}

function cannotStart(error: unknown): ProcessError {
  return new ProcessError(`cannot be started: ${fileFault(error)}`, { cause: error })
}

/** Keeps the beginning of what a stream gives, and reads on to its end, so that the program is not held up. */
class Collector {
  readonly #chunks: Buffer[] = []
  readonly #most: number
  #size = 0

  constructor(stream: NodeJS.ReadableStream | null, most: number, onOverflow: () => void) {
    this.#most = most
    stream?.on('data', (chunk: Buffer) => {
      this.#keep(chunk)
      if (this.#size > most) onOverflow()
    })
  }

  #keep(chunk: Buffer): void {
    if (this.#size < this.#most) this.#chunks.push(chunk.subarray(0, this.#most - this.#size))
    this.#size += chunk.length
  }

  /** All of it, in one buffer; the pieces are overwritten. */
  take(): Buffer {
    const all = Buffer.concat(this.#chunks)
    for (const chunk of this.#chunks) chunk.fill(0)
    return all
  }
}

function wipe({ stdout, stderr }: ProcessOutput): void {
  stdout.fill(0)
  stderr.fill(0)
}
