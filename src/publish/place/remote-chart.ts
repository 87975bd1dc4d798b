import { type ArchiveReading, readArchive } from '../../chart/archive.ts'
import type { RegistryClient } from '../../oci/client.ts'
import type { FoundManifest } from '../../oci/found-manifest.ts'
import { type Descriptor, parseManifest } from '../../oci/spec/manifest.ts'
import { OCI_MANIFEST } from '../../oci/spec/media-types.ts'
import type { Repository } from '../../oci/spec/reference.ts'
import { LARGEST_ARCHIVE_BYTES } from '../artifact/archive-file.ts'
import type { ChartArtifact } from '../artifact/artifact.ts'
import { CHART_TYPE, CONFIG_TYPE } from '../artifact/media-types.ts'

/**
 * The chart, and its provenance: what `helm push` writes (pkg/registry/client.go, Push). A manifest of 4 MiB has
 * room for thousands of layers, each as large as an archive may be.
 */
const MOST_LAYERS = 2

/** A chart as it lies in a registry, as far as its manifest tells. */
export interface RemoteChart {
  readonly manifest: FoundManifest
  readonly config: Descriptor
  readonly chart: Descriptor
  readonly layers: readonly Descriptor[]
}

/** The chart that a manifest describes; undefined for anything that `helm push` would not have written. */
export function remoteChart(manifest: FoundManifest): RemoteChart | undefined {
  const reading = parseManifest(manifest.bytes)
  if ('fault' in reading) return undefined
  const { config, layers } = reading.manifest
  const [chart, ...others] = layers.filter(({ mediaType }) => mediaType === CHART_TYPE)
  if (config?.mediaType !== CONFIG_TYPE || !chart || others.length > 0) return undefined
  return { manifest, config, chart, layers }
}

/** The archive of a chart in a registry, read and judged; undefined where it is not what the manifest says. */
export async function readRemoteArchive(
  client: RegistryClient,
  repository: Repository,
  { chart }: RemoteChart
): Promise<(ArchiveReading & { readonly bytes: Buffer }) | undefined> {
  if (chart.size > LARGEST_ARCHIVE_BYTES) return undefined
  const answer = await client.getBlob(repository, chart)
  return answer.kind === 'found' ? { ...readArchive(answer.bytes), bytes: answer.bytes } : undefined
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
  const chart = layerBlobs.find(({ mediaType }) => mediaType === CHART_TYPE)
  if (!configBlob || !chart || blobs.length < wanted.length) return undefined
  const { bytes, digest } = manifest
  const blob = { mediaType: OCI_MANIFEST, digest, size: bytes.length, bytes }
  return { config: configBlob, chart, layers: layerBlobs, manifest: blob }
}
