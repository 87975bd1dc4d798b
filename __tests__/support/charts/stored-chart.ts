import { buildArtifact, type ChartArtifact } from '../../../src/artifact/artifact.ts'
import { readArchive } from '../../../src/chart/archive.ts'
import type { TestRegistry } from '../registry/registry.ts'
import { archiveOf } from './archives.ts'

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'

/** Puts the archive of a chart into a registry, as `helm push` would, without a push. */
export async function storeChart(
  { store }: TestRegistry,
  reference: string,
  archive: Buffer = archiveOf()
): Promise<ChartArtifact> {
  const reading = readArchive(archive)
  if (!reading.archive) throw new Error(reading.problems.map(({ message }) => message).join(' '))
  const artifact = buildArtifact(reading.archive, { created: '2024-01-02T03:04:05Z' })
  for (const { bytes } of [artifact.config, ...artifact.layers]) store.setBlob(bytes)
  const [repository = '', tag = ''] = reference.split(':')
  store.setManifest(repository, tag, { type: OCI_MANIFEST, bytes: artifact.manifest.bytes })
  return artifact
}

/** Puts a manifest of any content under a reference, served with any Content-Type. */
export function storeManifest(
  { store }: TestRegistry,
  reference: string,
  { content, type = OCI_MANIFEST }: { readonly content: unknown; readonly type?: string }
): void {
  const [repository = '', tag = ''] = reference.split(':')
  store.setManifest(repository, tag, { type, bytes: Buffer.from(JSON.stringify(content)) })
}
