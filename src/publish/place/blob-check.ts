import type { RegistryClient } from '../../oci/client.ts'
import type { WantedBlob } from '../../oci/download.ts'
import type { Repository } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'

/**
 * Before a blob counts as missing it is asked for again: a proxy may answer 404 once, and a HEAD has no body that
 * shows who answered. Shorter than after a push, since a registry does not lag behind what it has had for long.
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
 * Those of `blobs` that the registry does not have, or has with other bytes. One request for each; where the registry
 * does not say it (403, 405, an error of the server), the blob counts as present, so that nobody is alarmed for
 * nothing.
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

async function absentOf<T extends WantedBlob>(
  blobs: readonly T[],
  options: BlobCheckOptions
): Promise<readonly T[]> {
  const found = await Promise.all(blobs.map((blob) => hasBlob(blob, options)))
  return blobs.filter((_, index) => !found[index])
}

async function hasBlob(
  blob: WantedBlob,
  { client, repository, signal }: BlobCheckOptions
): Promise<boolean> {
  try {
    return (await client.blobPresence(repository, blob)) !== 'absent'
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof Failure)) throw error
    if (error.kind !== 'verification') return true
  }
  // Some servers answer a HEAD with a length of 0 whatever they have: only the bytes decide.
  const answer = await client.getBlob(repository, blob)
  return answer.kind === 'found'
}
