import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { codeOf } from '../shared/failure.ts'
import { UnreadableRepository } from './unreadable-repository.ts'

/** A pipe in the place of a file would block `open` for ever without it. Windows has no such flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)
const ABSENT = ['ENOENT', 'ENOTDIR', 'EISDIR']

/**
 * Hands an open regular file and its size to `body`; undefined where `path` is absent or a folder.
 * @throws UnreadableRepository for pipes, devices and sockets, and when it cannot be read
 */
export async function withRegularFile<T>(
  path: string,
  body: (file: FileHandle, size: number) => Promise<T>
): Promise<T | undefined> {
  const file = await openRegularFile(path).catch((error: unknown) => {
    if (ABSENT.includes(codeOf(error) ?? '')) return undefined
    return unreadable(path)(error)
  })
  if (file === undefined) return undefined
  try {
    return await body(file, requireRegular(path, await file.stat()).size)
  } catch (error) {
    return unreadable(path)(error)
  } finally {
    await file.close()
  }
}

/** The bytes of a regular file; undefined where `path` is absent or a folder. @throws UnreadableRepository */
export async function readRegularFile(path: string, limit: number): Promise<Buffer | undefined> {
  return withRegularFile(path, async (file, size) => {
    if (size > limit) throw new UnreadableRepository(`"${path}" is larger than ${limit} bytes`)
    return readAt(file, 0, size)
  })
}

/** `length` bytes from `position`; fewer where the file ends. */
export async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

async function openRegularFile(path: string): Promise<FileHandle | undefined> {
  // Before it is opened, since opening a device can have effects of its own.
  const found = await stat(path)
  if (found.isDirectory()) return undefined
  requireRegular(path, found)
  return open(path, FLAGS)
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
