import { type ArchiveReading, readArchive } from '../../chart/archive.ts'
import type { RegistryClient } from '../../oci/client.ts'
import type { FoundManifest } from '../../oci/found-manifest.ts'
import type { Descriptor } from '../../oci/spec/manifest.ts'
import { OCI_MANIFEST } from '../../oci/spec/media-types.ts'
import type { Repository } from '../../oci/spec/reference.ts'
import { LARGEST_ARCHIVE_BYTES } from '../artifact/archive-file.ts'
import type { ChartArtifact } from '../artifact/artifact.ts'
import { isChartLayer } from '../artifact/media-types.ts'
import { PRESENCE_PAUSES_MS } from './blob-check.ts'

/**
 * The chart, and its provenance: what `helm push` writes (pkg/registry/client.go, Push). A manifest of 4 MiB has
 * room for thousands of layers, each as large as an archive may be.
 */
const MOST_LAYERS = 2

/** A chart as it lies in a registry, as far as its manifest says. */
export interface RemoteChart {
  readonly manifest: FoundManifest
  readonly config: Descriptor
  readonly chart: Descriptor
  readonly layers: readonly Descriptor[]
}

/** `too-large`: larger than any archive that Helm loads, and not read. */
export type RemoteArchive =
  | { readonly kind: 'read'; readonly reading: ArchiveReading; readonly bytes: Buffer }
  | { readonly kind: 'missing' | 'too-large' }

/** The archive of a chart in a registry; `missing` also where it has other bytes than the manifest says. */
export async function readRemoteArchive(
  client: RegistryClient,
  repository: Repository,
  { chart }: RemoteChart
): Promise<RemoteArchive> {
  if (chart.size > LARGEST_ARCHIVE_BYTES) return { kind: 'too-large' }
  let answer = await client.getBlob(repository, chart)
  for (const pause of PRESENCE_PAUSES_MS) {
    if (answer.kind !== 'absent') break
    await client.wait(pause)
    answer = await client.getBlob(repository, chart)
  }
  if (answer.kind !== 'found') return { kind: 'missing' }
  return { kind: 'read', reading: readArchive(answer.bytes), bytes: answer.bytes }
}

/**
 * The whole artifact of a chart in a registry, to be pushed elsewhere byte by byte; undefined where a blob
 * is not what the manifest says, or where it has more layers than Helm writes.
 */
export async function fetchArtifact(
  client: RegistryClient,
  repository: Repository,
  { manifest, config, layers }: RemoteChart
): Promise<ChartArtifact | undefined> {
  if (layers.length > MOST_LAYERS) return undefined
  const wanted = [config, ...layers]
  if (wanted.some(({ size }) => size > LARGEST_ARCHIVE_BYTES)) return undefined
  const answers = await Promise.all(wanted.map((blob) => client.getBlob(repository, blob)))
  const blobs = answers.flatMap((answer, index) => {
    const descriptor = wanted[index]
    return answer.kind === 'found' && descriptor ? [{ ...descriptor, bytes: answer.bytes }] : []
  })
  const [configBlob, ...layerBlobs] = blobs
  const chart = layerBlobs.find(isChartLayer)
  if (!configBlob || !chart || blobs.length < wanted.length) return undefined
  const { bytes, digest } = manifest
  const blob = { mediaType: OCI_MANIFEST, digest, size: bytes.length, bytes }
  return { config: configBlob, chart, layers: layerBlobs, manifest: blob }
}
