import type { CommittedFiles, TreeEntry } from './committed-files.ts'
import type { DifferenceKind } from './difference.ts'
import { fileId, fileSha256, idWithLineFeeds } from './file-id.ts'
import { UnreadableRepository } from './unreadable-repository.ts'

/** The specification of Git LFS: a pointer has less than 1024 bytes. */
const LARGEST_POINTER_BYTES = 1024
const POINTER = 'version https://git-lfs.github.com/spec/'

/**
 * How a regular file differs from the one of a commit; undefined when its bytes are the same.
 * @throws UnreadableRepository, when it cannot be read; the reason of `signal`
 */
export async function fileDifference(
  file: string,
  { id }: TreeEntry,
  { files, signal }: { readonly files: CommittedFiles; readonly signal: AbortSignal }
): Promise<DifferenceKind | undefined> {
  if ((await fileId(file, id, signal)) === id) return undefined
  if ((await idWithLineFeeds(file, id)) === id) return 'line-endings'
  const named = await lfsName(id, files)
  return named && named === (await fileSha256(file, signal)) ? 'lfs' : 'changed'
}

/** The SHA-256 in a pointer of Git LFS; undefined for other files, and for those that a partial clone lacks. */
async function lfsName(id: string, files: CommittedFiles): Promise<string | undefined> {
  const pointer = await files.read(id, LARGEST_POINTER_BYTES).catch((error: unknown) => {
    if (error instanceof UnreadableRepository) return undefined
    throw error
  })
  const text = pointer?.toString('latin1') ?? ''
  return text.startsWith(POINTER) ? /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1] : undefined
}
