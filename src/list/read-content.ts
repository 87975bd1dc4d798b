import { type ConfigFacts, configFacts } from '../artifact/config-facts.ts'
import { createdIn } from '../artifact/created.ts'
import { headerProblems, layerProblems, pushFix, REPUSH } from '../artifact/manifest-problems.ts'
import { CONFIG_TYPE, isChartLayer } from '../artifact/media-types.ts'
import { blobProblems, configProblems, type FetchedBlob } from '../artifact/part-problems.ts'
import { LARGEST_CONFIG_BYTES } from '../artifact/size-limits.ts'
import { storedContent } from '../artifact/stored-content.ts'
import { type ChartProblem, chartError, chartWarning } from '../chart/model/problem.ts'
import type { RegistryClient } from '../oci/client.ts'
import type { FetchedManifest } from '../oci/fetched-manifest.ts'
import {
  type Descriptor,
  isIndex,
  type ParsedManifest,
  parseManifest
} from '../oci/spec/manifest.ts'
import type { Reference, Repository } from '../oci/spec/reference.ts'
import { Failure } from '../shared/failure.ts'

export type ContentClient = Pick<RegistryClient, 'getBlob' | 'blobPresence'>

/** What a manifest describes, as far as it can be known without the archive. */
export interface StoredChart {
  readonly config: ConfigFacts
  readonly created: string | null
  /** Bytes of the archive. */
  readonly size: number | null
  readonly problems: readonly ChartProblem[]
  /** Whether the problems say all: what an index leads to is not looked at. */
  readonly isKnown: boolean
}

/**
 * Reads what a manifest leads to: its config, and whether the registry has the archive. The archive itself is not read.
 * @throws Failure
 */
export async function readContent(
  client: ContentClient,
  reference: Reference,
  found: FetchedManifest
): Promise<StoredChart> {
  const { bytes, headers, digest } = found
  const created = timeIn(bytes)
  const served = headerProblems(headers, digest)
  const reading = parseManifest(bytes)
  if ('fault' in reading) {
    const message = `The manifest cannot be read: ${reading.fault}.`
    const problems = [...served, chartError('manifest-malformed', message, REPUSH)]
    return { ...NOTHING, created, problems }
  }
  const { manifest } = reading
  if (isIndex(manifest)) return { ...indexContent(found), created }
  const chart = manifest.layers.find(isChartLayer)
  const parts = await readParts(client, reference.repository, manifest)
  const fix = pushFix({ ...reference, digest: undefined })
  const problems = [...served, ...layerProblems(manifest, fix), ...parts.problems]
  return { config: parts.config, created, size: chart?.size ?? null, problems, isKnown: true }
}

const NOTHING: StoredChart = {
  config: { name: null, version: null, appVersion: null },
  created: null,
  size: null,
  problems: [],
  isKnown: true
}

/** RFC 3339, as `helm push` writes it. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

/** Nothing else is shown as a time: an annotation may be any text. */
function timeIn(manifest: Buffer): string | null {
  const created = createdIn(manifest)
  return created !== undefined && TIME.test(created) ? created : null
}

/** Helm looks for a chart in an index; `inspect` does so too. */
function indexContent({ bytes, headers }: FetchedManifest): StoredChart {
  const content = storedContent(bytes, headers.contentType)
  const what = content.kind === 'other' ? content.what : 'an index'
  if (what.startsWith('a container image')) {
    const fix = 'Use the repository of a chart.'
    const problems = [chartError('not-a-chart', `This is not a chart, but ${what}.`, fix)]
    return { ...NOTHING, problems }
  }
  const fix = 'Run `publish-helm-chart inspect` for details.'
  const problems = [chartWarning('index', `The tag points to ${what}.`, fix)]
  return { ...NOTHING, problems, isKnown: false }
}

type Parts = Pick<StoredChart, 'config' | 'problems'>

async function readParts(
  client: ContentClient,
  repository: Repository,
  { config, layers }: ParsedManifest
): Promise<Parts> {
  const chart = layers.find(isChartLayer)
  const [blob, archive] = await Promise.all([
    config?.mediaType === CONFIG_TYPE ? readConfig(client, repository, config) : undefined,
    chart ? archiveProblems(client, repository, chart) : []
  ])
  const bytes = blob?.kind === 'found' ? blob.bytes : undefined
  const problems = [
    ...blobProblems('config', config, blob),
    ...(bytes ? configProblems(bytes, undefined) : []),
    ...archive
  ]
  return { config: configFacts(bytes), problems }
}

async function readConfig(
  client: ContentClient,
  repository: Repository,
  config: Descriptor
): Promise<FetchedBlob> {
  return config.size > LARGEST_CONFIG_BYTES
    ? { kind: 'too-large', limit: LARGEST_CONFIG_BYTES }
    : client.getBlob(repository, config)
}

async function archiveProblems(
  client: ContentClient,
  repository: Repository,
  chart: Descriptor
): Promise<readonly ChartProblem[]> {
  try {
    const presence = await client.blobPresence(repository, chart)
    return presence === 'absent' ? blobProblems('chart', chart, { kind: 'absent' }) : []
  } catch (error) {
    // A blob of another length.
    if (!(error instanceof Failure && error.kind === 'verification')) throw error
    return [chartError('blob-size', error.message, REPUSH)]
  }
}
