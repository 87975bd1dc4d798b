import type { Artifact } from './blob.ts'
import type { RegistryClient } from './client.ts'
import type { Repository } from './reference.ts'

/** Pushes the blobs side by side, then the manifest under `tag`: a registry takes it only when it has the blobs. */
export async function pushArtifact(
  client: RegistryClient,
  destination: { readonly repository: Repository; readonly tag: string },
  artifact: Artifact
): Promise<void> {
  const { repository, tag } = destination
  const blobs = [artifact.config, ...artifact.layers]
  await Promise.all(blobs.map((blob) => client.pushBlob(repository, blob)))
  await client.putManifest(repository, tag, artifact.manifest)
}
