import { createHash, type Hash } from 'node:crypto'
import { LARGEST_POINTER_BYTES, lfsDigest } from '../shared/lfs-pointer.ts'
import { readAt } from '../shared/regular-file.ts'
import type { CommittedFiles, TreeEntry } from './committed-files.ts'
import { beginObjectId, objectId } from './git-object.ts'
import { UnreadableRepository, withRepositoryFile } from './repository-file.ts'

/**
 * How a regular file differs from the one of a commit; undefined when its bytes are the same.
 * @throws UnreadableRepository, when it cannot be read
 */
export function fileDifference(
  file: string,
  { id }: TreeEntry,
  files: CommittedFiles
): DifferenceKind | undefined {
  if (fileId(file, id) === id) return undefined
  if (idWithLineFeeds(file, id) === id) return 'line-endings'
  const named = lfsName(id, files)
  return named && named === fileSha256(file) ? 'lfs' : 'changed'
}

/** The SHA-256 in a pointer of Git LFS; undefined for other files, and for those that a partial clone does not have. */
function lfsName(id: string, files: CommittedFiles): string | undefined {
  try {
    return lfsDigest(files.read(id, LARGEST_POINTER_BYTES))
  } catch (error) {
    if (error instanceof UnreadableRepository) return undefined
    throw error
  }
}

const CHUNK_BYTES = 1024 * 1024
/** Helm packs no file of this size, and no archive is published that has it; a sparse one could take days. */
const LARGEST_FILE_BYTES = 256 * 1024 * 1024
/** Text in which line endings are replaced. */
const LARGEST_TEXT_BYTES = 16 * 1024 * 1024

/**
 * The id that git would give a file without filters; undefined when it is absent, too large to be published, or becomes
 * shorter meanwhile. `like` is an id of the repository. @throws UnreadableRepository
 */
function fileId(path: string, like: string): string | undefined {
  return hashFile(path, (size) => beginObjectId('blob', size, like))
}

/** The SHA-256 of a file, by which Git LFS names it. @throws as {@link fileId} */
function fileSha256(path: string): string | undefined {
  return hashFile(path, () => createHash('sha256'))
}

/** The id that a text file would have with LF in place of each CRLF; undefined where it has none. */
function idWithLineFeeds(path: string, like: string): string | undefined {
  return withRepositoryFile(path, (file, size) => {
    if (size > LARGEST_TEXT_BYTES) return undefined
    const text = readAt(file, 0, size).toString('latin1')
    const changed = text.replaceAll('\r\n', '\n')
    return changed === text ? undefined : objectId('blob', Buffer.from(changed, 'latin1'), like)
  })
}

function hashFile(path: string, begin: (size: number) => Hash): string | undefined {
  return withRepositoryFile(path, (file, size) => {
    if (size > LARGEST_FILE_BYTES) return undefined
    const hash = begin(size)
    for (let left = size; left > 0; left -= CHUNK_BYTES) {
      const chunk = readAt(file, size - left, Math.min(left, CHUNK_BYTES))
      if (chunk.length < Math.min(left, CHUNK_BYTES)) return undefined
      hash.update(chunk)
    }
    return hash.digest('hex')
  })
}

/** How a file of a work tree is not the one of a commit. */
export interface Difference {
  /** From the root of the work tree, with slashes. */
  readonly path: string
  readonly kind: DifferenceKind
}

export type DifferenceKind =
  | 'changed'
  /** Only its line endings differ, CRLF in place of LF. */
  | 'line-endings'
  /** The commit has a pointer of Git LFS, the work tree the file that it names. */
  | 'lfs'
  | 'untracked'
  | 'missing'
  /** A link leads out of the work tree. */
  | 'outside'
  /** A pipe, a socket or a device. */
  | 'special'
  /** It belongs to another repository; the commit only names a commit of that. */
  | 'submodule'
