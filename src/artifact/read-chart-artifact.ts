import type { RegistryClient } from '../oci/client.ts'
import type { FetchedManifest } from '../oci/fetched-manifest.ts'
import type { ArtifactReference } from '../oci/spec/artifact-reference.ts'
import { type Blob, blobOf } from '../oci/spec/blob.ts'
import type { Descriptor } from '../oci/spec/manifest.ts'
import { OCI_MANIFEST } from '../oci/spec/media-types.ts'
import { manifestText } from '../oci/spec/reference.ts'
import { Failure, failureOf } from '../shared/failure.ts'
import { LARGEST_ARCHIVE_BYTES } from './archive-file.ts'
import type { ChartArtifact } from './artifact.ts'
import { partsOf } from './chart-parts.ts'
import { fetchManifest } from './fetch-manifest.ts'
import { headerProblems, LOOK, REPUSH } from './manifest-problems.ts'
import { PROVENANCE_TYPE } from './media-types.ts'
import { blobProblems } from './part-problems.ts'
import { LARGEST_CONFIG_BYTES, LARGEST_PROVENANCE_BYTES } from './size-limits.ts'
import { storedContent } from './stored-content.ts'

export type ArtifactClient = Pick<RegistryClient, 'getManifestAt' | 'getBlob'>

/**
 * Reads the whole artifact of a chart, to be written elsewhere byte by byte.
 * @throws Failure usage or auth, when it is not there or cannot be read; chart, for what is no chart that `helm push` could
 * have written, and for one without its blobs; registry, for a senseless answer
 */
export async function readChartArtifact(
  client: ArtifactClient,
  reference: ArtifactReference
): Promise<ChartArtifact> {
  const found = await fetchManifest(client, reference)
  requireHonest(found, reference)
  requireChart(found, reference)
  const parts = partsOf(found, REPUSH)
  const read = async (part: Parameters<typeof blobProblems>[0], wanted: Descriptor) => {
    return readPart(client, reference, { part, wanted })
  }
  const [config, ...layers] = await Promise.all([
    read('config', parts.config),
    ...parts.layers.map((layer) => {
      return read(layer.mediaType === PROVENANCE_TYPE ? 'provenance' : 'chart', layer)
    })
  ])
  const chart = layers.find(({ digest }) => digest === parts.chart.digest)
  if (!config || !chart) throw new Error('a part was read that is not there')
  return { config, chart, layers, manifest: blobOf(OCI_MANIFEST, found.bytes) }
}

/** The bytes have to be those that were asked for, and those that the registry says it sends. */
function requireHonest(
  { digest, headers }: FetchedManifest,
  { repository, tag, digest: asked }: ArtifactReference
): void {
  const place = manifestText(repository, asked ?? tag ?? '')
  if (asked !== undefined && digest !== asked) {
    const message = `${repository.host} answered a request for ${place} with other bytes: ${digest}.`
    throw new Failure('registry', { message, fix: LOOK })
  }
  const problems = headerProblems(headers, digest).filter(({ code }) => code === 'manifest-digest')
  if (problems.length > 0) throw failureOf('registry', problems)
}

function requireChart(
  { bytes, headers }: FetchedManifest,
  { repository, tag, digest }: ArtifactReference
): void {
  const content = storedContent(bytes, headers.contentType)
  const place = manifestText(repository, digest ?? tag ?? '')
  switch (content.kind) {
    case 'chart':
      return
    case 'broken-chart':
      throw refused(`${place} is a chart that Helm cannot use: ${content.faults.join(' ')}`, REPUSH)
    case 'other':
      throw refused(`${place} is not a chart, but ${content.what}.`, NAME_A_CHART)
    case 'unreadable':
      throw refused(`${place} is not a chart: it ${content.why}.`, NAME_A_CHART)
    case 'no-manifest': {
      const message = `${repository.host} answered a request for ${place} with something else than a manifest.`
      const fix = 'Check that the reference names an OCI registry, with the right host and port.'
      throw new Failure('registry', { message, fix })
    }
  }
}

const NAME_A_CHART = 'Name the repository and tag of a chart.'

function refused(message: string, fix: string): Failure {
  return new Failure('chart', { message, fix })
}

/** They are held in memory, those of several charts at once. */
const MOST_BYTES = {
  config: LARGEST_CONFIG_BYTES,
  chart: LARGEST_ARCHIVE_BYTES,
  provenance: LARGEST_PROVENANCE_BYTES
} as const

/** One blob of a chart. */
interface WantedPart {
  readonly part: Parameters<typeof blobProblems>[0]
  readonly wanted: Descriptor
}

async function readPart(
  client: ArtifactClient,
  { repository }: ArtifactReference,
  { part, wanted }: WantedPart
): Promise<Blob> {
  const limit = MOST_BYTES[part]
  const answer =
    wanted.size > limit
      ? ({ kind: 'too-large', limit } as const)
      : await client.getBlob(repository, wanted)
  if (answer.kind === 'found') return { ...wanted, bytes: answer.bytes }
  throw failureOf('chart', blobProblems(part, wanted, answer))
}
