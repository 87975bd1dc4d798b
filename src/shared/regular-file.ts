import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  type Stats,
  statSync
} from 'node:fs'
import { type FileHandle, lstat, open, stat } from 'node:fs/promises'
import { abortable } from './abort-signal.ts'

export interface RegularFile {
  readonly bytes: Buffer
  /** What the system said of the open file, before it was read. */
  readonly stats: BigIntStats
}

interface ReadOptions {
  /** How many bytes are read at most. */
  readonly largest: number
  readonly signal?: AbortSignal | undefined
  /** Whether a link in the last part of the path is refused; otherwise it is followed. */
  readonly refusesLinks?: boolean
}

/** Why a file was not read, where the system gave no reason: a clause such as "it is a FIFO". */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile'
  /** Whether it is a directory. */
  readonly isDirectory: boolean

  constructor(message: string, isDirectory = false) {
    super(message)
    this.isDirectory = isDirectory
  }
}

/** Disks give hundreds of megabytes in this time; a network file system that is silent so long is gone. */
const READ_TIMEOUT_MS = 60_000
/**
 * A FIFO that took the file's place is opened at once, a terminal does not become that of this process. Windows has
 * neither flag.
 */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0)
/** Between two pieces of this size a read can be stopped. */
const PIECE_BYTES = 8 * 1024 * 1024

/**
 * Reads a regular file, the one way to read what a user or a checkout provides. FIFOs, sockets and devices are
 * never opened, or not read when they take the file's place meanwhile; nothing beyond `largest` is read, even of a
 * file that grows; the promise settles when `signal` is aborted, whatever the file system does.
 * @throws UnreadableFile, or what the system says, see {@link fileFault}; the signal's reason on abort
 */
export async function readRegularFile(
  path: string | Buffer,
  options: ReadOptions
): Promise<RegularFile> {
  const { signal } = options
  const timeout = AbortSignal.timeout(READ_TIMEOUT_MS)
  const stop = signal ? AbortSignal.any([signal, timeout]) : timeout
  return abortable(read(path, options, stop), stop).catch((error: unknown) => {
    signal?.throwIfAborted()
    if (!timeout.aborted) throw error
    throw new UnreadableFile(`it could not be read within ${READ_TIMEOUT_MS / 1000} s`)
  })
}

async function read(
  path: string | Buffer,
  { largest, refusesLinks = false }: ReadOptions,
  stop: AbortSignal
): Promise<RegularFile> {
  // To open a device can have an effect: a tape is rewound, a terminal is made.
  requireRegular(await (refusesLinks ? lstat(path) : stat(path)))
  const file = await open(path, refusesLinks ? FLAGS | constants.O_NOFOLLOW : FLAGS)
  try {
    const stats = await file.stat({ bigint: true })
    requireRegular(stats)
    if (stats.size > largest) throw tooLarge(`${stats.size} bytes`, largest)
    return { bytes: await readWhole(file, Number(stats.size), { largest, stop }), stats }
  } finally {
    await file.close()
  }
}

/** Reads to the end, wherever that is by now: files of /proc say that they are empty. */
async function readWhole(
  file: FileHandle,
  expected: number,
  { largest, stop }: { readonly largest: number; readonly stop: AbortSignal }
): Promise<Buffer> {
  let bytes = Buffer.allocUnsafe(expected + 1)
  let length = 0
  for (;;) {
    stop.throwIfAborted()
    const room = Math.min(bytes.length - length, PIECE_BYTES)
    const { bytesRead } = await file.read(bytes, length, room, length)
    length += bytesRead
    // A read of a file on a disk falls short at its end only.
    const isWhole = length === expected && bytesRead < room && expected > 0
    if (bytesRead === 0 || isWhole) return bytes.subarray(0, length)
    if (length > largest) throw tooLarge(`more than ${largest} bytes`, largest)
    if (length === bytes.length) bytes = Buffer.concat([bytes], Math.min(2 * length, largest) + 1)
  }
}

function requireRegular(stats: Stats | BigIntStats): void {
  if (stats.isFile()) return
  throw new UnreadableFile(`it is ${kindOfFile(stats)}`, stats.isDirectory())
}

/**
 * Hands an open regular file to `body`, for one that is too large to be read at once; links to it are followed.
 * @throws UnreadableFile, or what the system says; what `body` throws
 */
export async function withRegularFile<T>(
  path: string,
  body: (file: FileHandle) => Promise<T>
): Promise<T> {
  requireRegular(await stat(path))
  const file = await open(path, FLAGS)
  try {
    requireRegular(await file.stat())
    return await body(file)
  } finally {
    await file.close()
  }
}

/** The descriptor of an open file. */
export type OpenFile = number

/**
 * Hands an open regular file and its size to `body`, without waiting for anything: for files that are small and many, of
 * which each takes 10 µs so, but 200 µs by promises (measured).
 * @throws UnreadableFile, or what the system says; what `body` throws
 */
export function withRegularFileSync<T>(path: string, body: (file: OpenFile, size: number) => T): T {
  requireRegular(statSync(path))
  const file = openSync(path, FLAGS)
  try {
    const stats = fstatSync(file)
    requireRegular(stats)
    return body(file, stats.size)
  } finally {
    closeSync(file)
  }
}

/** `length` bytes from `position`; fewer where the file ends. */
export function readAt(file: OpenFile, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const bytesRead = readSync(file, buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

/** What `Stats` and `Dirent` have in common. */
interface FileType {
  isDirectory(): boolean
  isFIFO(): boolean
  isSocket(): boolean
  isSymbolicLink(): boolean
}

/** What something is that is not a regular file, with its article. */
export function kindOfFile(type: FileType): string {
  if (type.isDirectory()) return 'a directory'
  if (type.isFIFO()) return 'a FIFO'
  if (type.isSocket()) return 'a socket'
  return type.isSymbolicLink() ? 'a link' : 'a device'
}

function tooLarge(size: string, largest: number): UnreadableFile {
  return new UnreadableFile(`it has ${size}, the limit is ${largest}`)
}
