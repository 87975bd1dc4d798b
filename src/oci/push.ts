import type { RegistryClient } from './client.ts'
import type { IsWanted } from './manifest-push.ts'
import type { Artifact, Blob } from './spec/blob.ts'
import type { Reference } from './spec/reference.ts'

/** Registries that are consistent in a while (several nodes, one storage) take a moment to show a blob. */
const BLOBS_PAUSE_MS = 1000

export interface PushOptions {
  readonly client: RegistryClient
  readonly reference: Reference
  /** Asked when the blobs are there, right before each attempt at writing the tag. */
  readonly isWanted?: IsWanted
}

/**
 * Pushes the blobs side by side, then the manifest under the tag: a registry takes it only when it has the
 * blobs. Should it say that it lacks one, those it does not show are sent once more. False when the tag was
 * not wanted any more.
 * @throws Failure
 */
export async function pushArtifact(
  artifact: Artifact,
  { client, reference, isWanted }: PushOptions
): Promise<boolean> {
  const { repository } = reference
  const blobs = distinct([artifact.config, ...artifact.layers])
  await Promise.all(blobs.map((blob) => client.pushBlob(repository, blob)))
  const put = await client.putManifest(reference, artifact.manifest, isWanted)
  if (put.kind !== 'missing-blobs') return put.kind === 'stored'
  await client.pushMissing(repository, blobs)
  await client.wait(BLOBS_PAUSE_MS)
  const again = await client.putManifest(reference, artifact.manifest, isWanted)
  if (again.kind === 'missing-blobs') throw again.failure
  return again.kind === 'stored'
}

function distinct(blobs: readonly Blob[]): readonly Blob[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()]
}
