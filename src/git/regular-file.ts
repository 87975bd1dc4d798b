import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { codeOf } from '../shared/failure.ts'

// Read synchronously: files are small and many, and each takes 10 µs so, but 200 µs by promises (measured).

/** An open file. */
export type Descriptor = number

/** A pipe in the place of a file would block `open` for ever without it. Windows has no such flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)
const ABSENT = ['ENOENT', 'ENOTDIR', 'EISDIR']

/**
 * Hands an open regular file and its size to `body`; undefined where `path` is absent or a folder.
 * @throws UnreadableRepository for pipes, devices and sockets, and when it cannot be read
 */
export function withRegularFile<T>(
  path: string,
  body: (file: Descriptor, size: number) => T
): T | undefined {
  try {
    const file = openRegularFile(path)
    if (file === undefined) return undefined
    try {
      return body(file, requireRegular(path, fstatSync(file)).size)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if (ABSENT.includes(codeOf(error) ?? '')) return undefined
    return unreadable(path)(error)
  }
}

/** The bytes of a regular file; undefined where `path` is absent or a folder. @throws UnreadableRepository */
export function readRegularFile(path: string, limit: number): Buffer | undefined {
  return withRegularFile(path, (file, size) => {
    if (size > limit) throw new UnreadableRepository(`"${path}" is larger than ${limit} bytes`)
    return readAt(file, 0, size)
  })
}

/** `length` bytes from `position`; fewer where the file ends. */
export function readAt(file: Descriptor, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const bytesRead = readSync(file, buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

function openRegularFile(path: string): Descriptor | undefined {
  // Before it is opened, since opening a device can have side effects.
  const found = statSync(path)
  if (found.isDirectory()) return undefined
  requireRegular(path, found)
  return openSync(path, FLAGS)
}

function requireRegular(path: string, found: Stats): Stats {
  if (found.isFile()) return found
  throw new UnreadableRepository(`"${path}" is not a regular file`)
}

/** Turns what the file system throws into the reason that nothing can be read; other errors stay what they are. */
export function unreadable(path: string): (error: unknown) => never {
  return (error) => {
    const code = codeOf(error)
    if (code === undefined || error instanceof UnreadableRepository) throw error
    throw new UnreadableRepository(`"${path}" cannot be read (${code})`)
  }
}

/** Why a git repository, or a part of it, cannot be read. The message is a clause without a full stop. */
export class UnreadableRepository extends Error {
  override readonly name = 'UnreadableRepository'
}
