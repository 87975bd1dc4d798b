import { LARGEST_ARCHIVE_BYTES } from '../../artifact/archive-file.ts'
import type { RegistryClient } from '../../oci/client.ts'
import type { WantedBlob } from '../../oci/download.ts'
import type { Repository } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'

/**
 * Before a blob counts as missing it is asked for again: a proxy may answer 404 once. Shorter than after a push, since a
 * registry does not lag behind what it has had for long.
 */
export const PRESENCE_PAUSES_MS = [250, 500]

export interface BlobCheckOptions {
  readonly client: RegistryClient
  readonly repository: Repository
  readonly signal: AbortSignal
  /** Before each time that a missing blob is asked for again. */
  readonly pausesMs: readonly number[]
}

/**
 * Those of `blobs` that the registry does not have, or has with other bytes. Where it does not say it (403, 405, an error
 * of the server), the blob counts as present: nobody is to be alarmed for nothing.
 */
export async function missingBlobs<T extends WantedBlob>(
  blobs: readonly T[],
  options: BlobCheckOptions
): Promise<readonly T[]> {
  const distinct = [...new Map(blobs.map((blob) => [blob.digest, blob])).values()]
  let missing = await absentOf(distinct, options)
  for (const pause of options.pausesMs) {
    if (missing.length === 0) return missing
    await options.client.wait(pause)
    missing = await absentOf(missing, options)
  }
  return missing
}

/** One HEAD for each, all at once; a second look is only for those that seem to be missing. */
async function absentOf<T extends WantedBlob>(
  blobs: readonly T[],
  options: BlobCheckOptions
): Promise<readonly T[]> {
  const seem = await Promise.all(blobs.map((blob) => seemsPresent(blob, options)))
  const absent: T[] = []
  // One after the other: a manifest may name thousands of blobs, each as large as an archive.
  for (const blob of blobs.filter((_, index) => !seem[index])) {
    if (!(await canBeRead(blob, options))) absent.push(blob)
  }
  return absent
}

function seemsPresent(blob: WantedBlob, options: BlobCheckOptions): Promise<boolean> {
  const { client, repository } = options
  return unlessUnknown(options, async () => {
    return (await client.blobPresence(repository, blob)) !== 'absent'
  })
}

/**
 * A GET where the HEAD said "no": some servers know no HEAD, or answer it with a length of 0, and it has no body that
 * shows who answered. What its manifest calls larger than any part of a chart is not read, since whoever wrote the
 * manifest could fill the memory by it.
 */
async function canBeRead(blob: WantedBlob, options: BlobCheckOptions): Promise<boolean> {
  if (blob.size > LARGEST_ARCHIVE_BYTES) return false
  const { client, repository } = options
  return unlessUnknown(options, async () => {
    return (await client.getBlob(repository, { ...blob, absence: 'any' })).kind === 'found'
  })
}

/** True where the answer says nothing about a blob; false where it says that the bytes are other ones. */
async function unlessUnknown(
  { signal }: BlobCheckOptions,
  ask: () => Promise<boolean>
): Promise<boolean> {
  try {
    return await ask()
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof Failure) return error.kind !== 'verification'
    throw error
  }
}
