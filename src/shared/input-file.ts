import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from './failure.ts'

interface ReadOptions {
  /** Ends the reading. */
  readonly signal: AbortSignal
  /** Bytes that a file may have; 4 MiB unless given. */
  readonly largest?: number
  /** How long the writer of a pipe may take, in milliseconds; 60 s unless given. */
  readonly pipeMs?: number
}

/** The bundle of all public authorities has a quarter of a megabyte; no login or key comes near that. */
const LARGEST_BYTES = 4 * 1024 * 1024
/** A command such as `vault read` or `op read` that writes a pipe asks a service, or a person to confirm. */
const PIPE_MS = 60_000
/** Whoever types takes as long as it takes; Node's timers take no more (2^31 - 1 ms). */
const LONGEST_MS = 2_147_483_647
const PAUSE_MS = 10
const SMALLEST_CHUNK_BYTES = 64 * 1024
const LARGEST_CHUNK_BYTES = 4 * 1024 * 1024

const STANDARD_INPUT = ['/dev/stdin', '/dev/fd/0', '/proc/self/fd/0']
/** Process substitution of shells: its writer is there from the beginning, so an early end is the end. */
const SHELL_PIPE = /^\/(?:dev\/fd|proc)\//

/**
 * Reads a file that a user has named: a regular file, or a pipe or device that is given on purpose, such as /dev/stdin
 * and `<(command)`. Neither a pipe without a writer nor a device without an end holds the run up.
 * @throws what the system throws, or an error whose message continues "it cannot be read: "; the signal's reason on abort
 */
export async function readInputFile(path: string, options: ReadOptions): Promise<Buffer> {
  if (STANDARD_INPUT.includes(path)) return readStandardInput(options)
  const file = await openWithoutWaiting(path)
  try {
    const found = await file.stat()
    const awaitsWriter = found.isFIFO() && !SHELL_PIPE.test(path)
    return await readToEnd(file, { ...options, awaitsWriter, size: found.size })
  } finally {
    await file.close()
  }
}

/** Reads standard input to its end. @throws as `readInputFile` */
export async function readStandardInput(options: ReadOptions): Promise<Buffer> {
  const { signal, largest, pipeMs = PIPE_MS } = options
  const { stdin } = process
  const parts = new Parts(largest)
  const late = setTimeout(() => stdin.destroy(endless(pipeMs)), stdin.isTTY ? LONGEST_MS : pipeMs)
  const end = () => stdin.destroy()
  signal.addEventListener('abort', end, { once: true })
  try {
    for await (const part of stdin) parts.add(part)
    return parts.take()
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    clearTimeout(late)
    signal.removeEventListener('abort', end)
    end()
    parts.wipe()
  }
}

/** Without O_NONBLOCK, opening a pipe waits for its writer, in a thread that nothing can end. */
function openWithoutWaiting(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | constants.O_NONBLOCK)
}

interface Source {
  /** Whether its end may be before the beginning: nobody has opened it for writing yet. */
  readonly awaitsWriter: boolean
  /** What the system says of its size: 0 for pipes, and for files that it writes while they are read. */
  readonly size: number
}

async function readToEnd(
  file: FileHandle,
  { signal, largest, pipeMs = PIPE_MS, awaitsWriter, size }: ReadOptions & Source
): Promise<Buffer> {
  const parts = new Parts(largest)
  const latest = performance.now() + pipeMs
  const chunkBytes = Math.min(Math.max(size, SMALLEST_CHUNK_BYTES), LARGEST_CHUNK_BYTES)
  const isEnd = (part: Buffer) => part.length === 0 && (parts.size > 0 || !awaitsWriter)
  try {
    for (;;) {
      const part = await readPart(file, chunkBytes)
      if (part && isEnd(part)) return parts.take()
      if (part && part.length > 0) parts.add(part)
      else await sleep(PAUSE_MS)
      signal.throwIfAborted()
      if (performance.now() > latest) throw endless(pipeMs)
    }
  } finally {
    parts.wipe()
  }
}

function endless(pipeMs: number): Error {
  return new Error(`it was not read completely within ${pipeMs / 1000} s`)
}

/** The next bytes: none at the end, undefined when they are still to be written. */
async function readPart(file: FileHandle, most: number): Promise<Buffer | undefined> {
  const buffer = Buffer.alloc(most)
  const { bytesRead } = await file.read(buffer, 0, most).catch((error: unknown) => {
    if (codeOf(error) === 'EAGAIN') return { bytesRead: -1 }
    throw error
  })
  return bytesRead < 0 ? undefined : buffer.subarray(0, bytesRead)
}

/** What has been read: it may be secret, so no copy of it stays. */
class Parts {
  readonly #parts: Buffer[] = []
  readonly #largest: number
  size = 0

  constructor(largest = LARGEST_BYTES) {
    this.#largest = largest
  }

  add(part: Buffer): void {
    this.#parts.push(part)
    this.size += part.length
    if (this.size > this.#largest) throw new Error(`it has more than ${this.#largest} bytes`)
  }

  take(): Buffer {
    return Buffer.concat(this.#parts)
  }

  wipe(): void {
    for (const part of this.#parts) part.fill(0)
  }
}
