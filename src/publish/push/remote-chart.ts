import { LARGEST_ARCHIVE_BYTES } from '../../artifact/archive-file.ts'
import type { ChartArtifact } from '../../artifact/artifact.ts'
import { isChartLayer } from '../../artifact/media-types.ts'
import { storedContent } from '../../artifact/stored-content.ts'
import { type ArchiveReading, readArchive } from '../../chart/archive.ts'
import type { FetchedManifest } from '../../oci/fetched-manifest.ts'
import type { Digest } from '../../oci/spec/blob.ts'
import type { Descriptor } from '../../oci/spec/manifest.ts'
import { OCI_MANIFEST } from '../../oci/spec/media-types.ts'
import { type Reference, type Repository, referenceText } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import type { Logger } from '../../shared/logger.ts'
import type { PushedPublication } from '../model/publication.ts'
import { PRESENCE_PAUSES_MS } from './blob-check.ts'
import type { PushClient } from './push-client.ts'

/**
 * The chart, and its provenance: what `helm push` writes (pkg/registry/client.go, Push). A manifest of 4 MiB has
 * room for thousands of layers, each as large as an archive may be.
 */
const MOST_LAYERS = 2

/** A chart in a registry, as far as its manifest says. */
export interface RemoteChart {
  readonly manifest: FetchedManifest
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
  client: PushClient,
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
  client: PushClient,
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

/** What the headers say was compared when the manifest came. */
const HEADERS = { contentType: OCI_MANIFEST, contentLength: undefined, digest: undefined }

/** The chart that the registry has now. */
interface ExistingChart {
  readonly status: PushedPublication['status']
  readonly content: { readonly digest: Digest }
  /** Of which `content` has the digest. */
  readonly manifest: Buffer
}

interface StoredOptions {
  readonly reference: Reference
  /** What this run packaged. */
  readonly packaged: ChartArtifact
  /** What it pushed, or would have: the artifact of another registry can take the place of its own. */
  readonly wanted: ChartArtifact
  readonly client: PushClient
  readonly logger: Logger
}

/**
 * The artifact that the registry has now, where it is the chart of this run in another archive, or with another
 * time: what is saved has to be what is published. Undefined where it is what this run packaged, or another chart.
 * @throws Failure registry, when it cannot be fetched
 */
export async function storedArtifact(
  { status, content: { digest }, manifest }: ExistingChart,
  { reference, packaged, wanted, client, logger }: StoredOptions
): Promise<ChartArtifact | undefined> {
  const isOfRun = status === 'published' || status === 'unchanged'
  if (!isOfRun || digest === packaged.manifest.digest) return undefined
  logger.info('Saved the archive of the registry, with its time, instead of the one of this run.')
  if (digest === wanted.manifest.digest) return wanted
  const content = storedContent(manifest, OCI_MANIFEST)
  const found = { kind: 'found' as const, digest, bytes: manifest, headers: HEADERS }
  const stored =
    content.kind === 'chart' &&
    (await fetchArtifact(client, reference.repository, { ...content, manifest: found }))
  if (stored) return stored
  const message = `The archive of ${referenceText(reference)} cannot be saved: the registry does not have the archive that its manifest lists.`
  const fix = `Do not set ${input('destination')}, or publish a new version.`
  throw new Failure('registry', { message, fix })
}
