import { LARGEST_ARCHIVE_BYTES } from '../../artifact/archive-file.ts'
import type { WantedBlob } from '../../oci/download.ts'
import type { Blob, Digest } from '../../oci/spec/blob.ts'
import { type Reference, type Repository, referenceText } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'
import type { Logger } from '../../shared/logger.ts'
import type { PushClient } from './push-client.ts'

/**
 * Before a blob counts as missing it is asked for again: a proxy may answer 404 once. Shorter than after a push, since a
 * registry does not lag behind what it has had for long.
 */
export const PRESENCE_PAUSES_MS = [250, 500]

/** GHCR and Quay may answer 404 for seconds after the PUT (helm/helm#31223, #31348): 7.75 s in all. */
export const READ_BACK_PAUSES_MS = [250, 500, 1000, 2000, 4000]

export interface BlobCheckOptions {
  readonly client: PushClient
  readonly repository: Repository
  readonly signal: AbortSignal
  /** Before each time that a missing blob is asked for again. */
  readonly pausesMs: readonly number[]
}

/**
 * Those of `blobs` that the registry does not have, or has with other bytes. Where it does not say it (403, 405, an error
 * of the server), the blob counts as present: so that there is no false alarm.
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

/** What a registry has lost of a chart that exists. */
export interface LostBlobs {
  /** What this run can push again. */
  readonly lost: readonly Blob[]
  /** What nobody needs for an installation, and this run does not have. */
  readonly lostProvenance: readonly { readonly digest: Digest }[]
}

export interface RestoreOptions {
  readonly client: PushClient
  readonly reference: Reference
  readonly dryRun: boolean
  readonly signal: AbortSignal
  readonly logger: Logger
}

/**
 * Pushes again what the registry has lost of a chart that exists, as far as this run has it, so that it can be pulled;
 * tag and digest stay. Returns warnings.
 * @throws Failure verification, when the registry does not have the blobs afterwards either
 */
export async function restoreBlobs(
  { lost, lostProvenance }: LostBlobs,
  { client, reference, signal, dryRun, logger }: RestoreOptions
): Promise<readonly string[]> {
  const { repository } = reference
  const place = referenceText(reference)
  const warnings = lostProvenance.map(({ digest }) => {
    return `The registry has lost the provenance of ${place}, ${digest}: \`helm pull --verify\` fails.`
  })
  if (lost.length === 0) return warnings
  const digests = lost.map(({ digest }) => digest).join(', ')
  const done = dryRun ? 'would be' : 'was'
  const restored = `The registry had lost a part of ${place}, which ${done} pushed again: ${digests}.`
  if (dryRun) return [...warnings, restored]
  logger.info(`Pushing again what the registry has lost: ${digests}.`)
  await Promise.all(lost.map((blob) => client.pushBlob(repository, blob)))
  const check = { client, repository, signal, pausesMs: READ_BACK_PAUSES_MS }
  const missing = await missingBlobs(lost, check)
  if (missing.length > 0) throw lostBlobs(reference, missing)
  return [...warnings, restored]
}

/** The registry has confirmed an upload, but does not have the blobs, or has other bytes. */
export function lostBlobs(
  reference: Reference,
  missing: readonly { readonly digest: Digest }[]
): Failure {
  const digests = missing.map(({ digest }) => digest).join(', ')
  const message = `The registry accepted ${digests} of ${referenceText(reference)}, but the stored content is missing or different.`
  const fix = 'Run it again; if the error persists, check the storage of the registry.'
  return new Failure('verification', { message, fix })
}
