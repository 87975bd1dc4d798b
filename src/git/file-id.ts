import { createHash, type Hash } from 'node:crypto'
import { beginObjectId, objectId } from './object-id.ts'
import { readAt, withRegularFile } from './regular-file.ts'

const CHUNK_BYTES = 1024 * 1024
/** Helm packs no file of this size, and no archive is published that has it; a sparse one could take days. */
const LARGEST_FILE_BYTES = 256 * 1024 * 1024
/** Text in which line endings are replaced. */
const LARGEST_TEXT_BYTES = 16 * 1024 * 1024

/**
 * The id that git would give a file without filters; undefined when it is absent, too large to be published, or becomes
 * shorter meanwhile. `like` is an id of the repository. @throws UnreadableRepository
 */
export function fileId(path: string, like: string): string | undefined {
  return hashFile(path, (size) => beginObjectId('blob', size, like))
}

/** The SHA-256 of a file, by which Git LFS names it. @throws as {@link fileId} */
export function fileSha256(path: string): string | undefined {
  return hashFile(path, () => createHash('sha256'))
}

/** The id that a text file would have with LF in place of each CRLF; undefined where it has none. */
export function idWithLineFeeds(path: string, like: string): string | undefined {
  return withRegularFile(path, (file, size) => {
    if (size > LARGEST_TEXT_BYTES) return undefined
    const text = readAt(file, 0, size).toString('latin1')
    const changed = text.replaceAll('\r\n', '\n')
    return changed === text ? undefined : objectId('blob', Buffer.from(changed, 'latin1'), like)
  })
}

function hashFile(path: string, begin: (size: number) => Hash): string | undefined {
  return withRegularFile(path, (file, size) => {
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
