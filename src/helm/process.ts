import { spawn } from 'node:child_process'
import { Failure, messageOf } from '../shared/failure.ts'
import { killGroup, letGo, OWN_GROUP } from '../shared/process-group.ts'

export interface ProcessOptions {
  readonly environment: Readonly<Record<string, string>>
  readonly directory: string
  /** After this time the process is killed and the run fails. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export interface ProcessResult {
  /** null when a signal ended it. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Helm's output is a few lines; what comes beyond is dropped so that no chart can fill the memory. */
const MOST_OUTPUT_BYTES = 256 * 1024
/** Time between SIGTERM and SIGKILL; the runner itself leaves 7.5 s after SIGINT. */
const KILL_GRACE_MS = 1500

/**
 * Runs `file` with an argument array and exactly the environment given; no shell. Its output is
 * bounded; it is killed at the deadline and on abort, and has ended when the promise settles.
 * @throws Failure helm, when it cannot be started or hangs; the signal's reason on abort
 */
export async function runProcess(
  file: string,
  args: readonly string[],
  options: ProcessOptions
): Promise<ProcessResult> {
  options.signal.throwIfAborted()
  const deadline = AbortSignal.timeout(options.timeoutMs)
  const stop = AbortSignal.any([options.signal, deadline])
  const result = await untilClosed(file, args, options, stop)
  options.signal.throwIfAborted()
  if (deadline.aborted) throw hung(file, args, options.timeoutMs)
  return result
}

function untilClosed(
  file: string,
  args: readonly string[],
  options: ProcessOptions,
  stop: AbortSignal
): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: options.directory,
      env: options.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: OWN_GROUP,
      windowsHide: true
    })
    const stdout = collect(child.stdout)
    const stderr = collect(child.stderr)
    let killer: NodeJS.Timeout | undefined
    const kill = () => {
      killGroup(child, 'SIGTERM')
      killer = setTimeout(() => {
        killGroup(child, 'SIGKILL')
        letGo(child)
      }, KILL_GRACE_MS)
    }
    stop.addEventListener('abort', kill, { once: true })
    const settle = () => {
      stop.removeEventListener('abort', kill)
      clearTimeout(killer)
    }
    child.once('error', (error) => {
      settle()
      reject(cannotStart(file, error))
    })
    child.once('close', (exitCode) => {
      settle()
      resolve({ exitCode, stdout: stdout(), stderr: stderr() })
    })
  })
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = []
  let size = 0
  stream.on('data', (chunk: Buffer) => {
    if (size < MOST_OUTPUT_BYTES) chunks.push(chunk.subarray(0, MOST_OUTPUT_BYTES - size))
    size += chunk.length
  })
  return () => Buffer.concat(chunks).toString('utf8')
}

function cannotStart(file: string, cause: Error): Failure {
  const message = `The helm program "${file}" cannot be started: ${messageOf(cause)}.`
  return new Failure('helm', { message, fix: 'Install helm, or set `helm-version`.' }, cause)
}

function hung(file: string, args: readonly string[], timeoutMs: number): Failure {
  const command = [file, ...args.slice(0, 1)].join(' ')
  const message = `\`${command}\` did not end within ${timeoutMs / 1000} seconds and was killed.`
  return new Failure('helm', {
    message,
    fix: 'Run the command by hand to see what it waits for.'
  })
}
