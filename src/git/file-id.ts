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
 * shorter meanwhile.
 * `like` is an id of the repository. @throws UnreadableRepository; the reason of `signal`
 */
export async function fileId(
  path: string,
  like: string,
  signal: AbortSignal
): Promise<string | undefined> {
  return hashFile(path, (size) => beginObjectId('blob', size, like), signal)
}

/** The SHA-256 of a file, by which Git LFS names it. @throws as {@link fileId} */
export async function fileSha256(path: string, signal: AbortSignal): Promise<string | undefined> {
  return hashFile(path, () => createHash('sha256'), signal)
}

/** The id that a text file would have with LF in place of each CRLF; undefined where it has none. */
export async function idWithLineFeeds(path: string, like: string): Promise<string | undefined> {
  return withRegularFile(path, async (file, size) => {
    if (size > LARGEST_TEXT_BYTES) return undefined
    const text = (await readAt(file, 0, size)).toString('latin1')
    const changed = text.replaceAll('\r\n', '\n')
    return changed === text ? undefined : objectId('blob', Buffer.from(changed, 'latin1'), like)
  })
}

async function hashFile(
  path: string,
  begin: (size: number) => Hash,
  signal: AbortSignal
): Promise<string | undefined> {
  return withRegularFile(path, async (file, size) => {
    if (size > LARGEST_FILE_BYTES) return undefined
    const hash = begin(size)
    let left = size
    while (left > 0) {
      signal.throwIfAborted()
      const chunk = await readAt(file, size - left, Math.min(left, CHUNK_BYTES))
      if (chunk.length === 0) return undefined
      hash.update(chunk)
      left -= chunk.length
    }
    return hash.digest('hex')
  })
}
