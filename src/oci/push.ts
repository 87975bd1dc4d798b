import type { Artifact, Blob } from './blob.ts'
import type { RegistryClient } from './client.ts'
import type { Reference } from './reference.ts'

/** Registries that are consistent in a while (several nodes, one storage) take a moment to show a blob. */
const BLOBS_PAUSE_MS = 1000

/**
 * Pushes the blobs side by side, then the manifest under the tag: a registry takes it only when it has the
 * blobs. Should it say that it lacks one, those it does not show are sent once more.
 * @throws Failure
 */
export async function pushArtifact(
  client: RegistryClient,
  reference: Reference,
  artifact: Artifact
): Promise<void> {
  const { repository } = reference
  const blobs = distinct([artifact.config, ...artifact.layers])
  await Promise.all(blobs.map((blob) => client.pushBlob(repository, blob)))
  const put = await client.putManifest(reference, artifact.manifest)
  if (put.kind === 'stored') return
  await client.pushMissing(repository, blobs)
  await client.wait(BLOBS_PAUSE_MS)
  const again = await client.putManifest(reference, artifact.manifest)
  if (again.kind === 'missing-blobs') throw again.failure
}

function distinct(blobs: readonly Blob[]): readonly Blob[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()]
}
