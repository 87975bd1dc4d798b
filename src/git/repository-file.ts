import { codeOf } from '../shared/failure.ts'
import {
  type OpenFile,
  readAt,
  UnreadableFile,
  withRegularFileSync
} from '../shared/regular-file.ts'

const ABSENT = ['ENOENT', 'ENOTDIR', 'EISDIR']

/** Why a git repository, or a part of it, cannot be read. The message is a clause without a full stop. */
export class UnreadableRepository extends Error {
  override readonly name = 'UnreadableRepository'
}

/**
 * Hands an open regular file and its size to `body`; undefined where `path` is absent or a folder.
 * @throws UnreadableRepository for pipes, devices and sockets, and when it cannot be read
 */
export function withRepositoryFile<T>(
  path: string,
  body: (file: OpenFile, size: number) => T
): T | undefined {
  try {
    return withRegularFileSync(path, body)
  } catch (error) {
    const isAbsent = ABSENT.includes(codeOf(error) ?? '')
    if (isAbsent || (error instanceof UnreadableFile && error.isDirectory)) return undefined
    return unreadable(path)(error)
  }
}

/** The bytes of a regular file; undefined where `path` is absent or a folder. @throws UnreadableRepository */
export function readRepositoryFile(path: string, limit: number): Buffer | undefined {
  return withRepositoryFile(path, (file, size) => {
    if (size > limit) throw new UnreadableRepository(`"${path}" is larger than ${limit} bytes`)
    return readAt(file, 0, size)
  })
}

/** Turns what the file system throws into the reason that nothing can be read; other errors stay what they are. */
export function unreadable(path: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof UnreadableFile) {
      throw new UnreadableRepository(`"${path}" is not a regular file`)
    }
    const code = codeOf(error)
    if (code === undefined || error instanceof UnreadableRepository) throw error
    throw new UnreadableRepository(`"${path}" cannot be read (${code})`)
  }
}
