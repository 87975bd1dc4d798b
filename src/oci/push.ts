import type { Artifact } from './blob.ts'
import type { RegistryClient } from './client.ts'
import type { Reference } from './reference.ts'

/** Pushes the blobs side by side, then the manifest under the tag: a registry takes it only when it has the blobs. */
export async function pushArtifact(
  client: RegistryClient,
  reference: Reference,
  artifact: Artifact
): Promise<void> {
  const blobs = [artifact.config, ...artifact.layers]
  await Promise.all(blobs.map((blob) => client.pushBlob(reference.repository, blob)))
  await client.putManifest(reference, artifact.manifest)
}
