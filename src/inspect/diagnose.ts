import { layerProblems, pushFix } from '../artifact/manifest-problems.ts'
import { isChartLayer } from '../artifact/media-types.ts'
import { archiveName, provenanceProblems } from '../artifact/provenance.ts'
import { hiddenTag } from '../artifact/validate-archive.ts'
import { type ArchiveReading, readArchive } from '../chart/archive.ts'
import { isChartVersion, tagOf } from '../chart/metadata/chart-version.ts'
import type { Metadata } from '../chart/metadata/metadata.ts'
import { type ChartProblem, chartError, chartWarning } from '../chart/model/problem.ts'
import type { ArtifactReference } from '../oci/spec/reference.ts'
import { isObject, parseJson } from '../shared/json.ts'
import { type ChartParts, chartManifest, partsOf } from './chart-manifest.ts'
import { blobProblems, configProblems, manifestProblems } from './diagnose-parts.ts'
import type { FetchedArtifact, FetchedBlob } from './fetch-artifact.ts'
import { type Finding, factsOfReading, type InspectedFacts } from './inspection.ts'

const NO_PARTS: ChartParts = { config: undefined, chart: undefined, provenance: undefined }
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b])

/** Everything that is wrong with an artifact in a registry, by what the registry showed of it. */
export function diagnose(artifact: FetchedArtifact): Finding {
  const { reference, root, linked } = artifact
  const manifest = chartManifest(root, linked)
  const parts = manifest ? partsOf(manifest) : NO_PARTS
  const reading = readChart(parts, artifact.chart)
  const metadata = reading?.archive?.metadata
  const problems = [
    ...manifestProblems(artifact),
    ...(manifest ? layerProblems(manifest, pushFix(reference)) : []),
    ...contentProblems(artifact, parts, metadata),
    ...(reading?.problems ?? []),
    ...referenceProblems(reference, metadata)
  ]
  const facts: Partial<InspectedFacts> = {
    ...namesIn(bytesOf(artifact.config)),
    ...(reading?.metadata && factsOfReading(reading)),
    tag: reference.tag ?? null,
    digest: root.digest,
    chartDigest: parts.chart?.digest ?? null,
    configDigest: manifest?.config?.digest ?? null,
    size: bytesOf(artifact.chart)?.length ?? null
  }
  return { problems, facts }
}

/** A layer of another type is read only when it looks like an archive. */
function readChart(
  { chart }: ChartParts,
  blob: FetchedBlob | undefined
): ArchiveReading | undefined {
  const bytes = bytesOf(blob)
  if (!chart || !bytes) return undefined
  const isArchive = isChartLayer(chart) || bytes.subarray(0, 2).equals(GZIP_MAGIC)
  return isArchive ? readArchive(bytes) : undefined
}

function contentProblems(
  { config, chart, provenance }: FetchedArtifact,
  parts: ChartParts,
  metadata: Metadata | undefined
): readonly ChartProblem[] {
  const [configBytes, provenanceBytes] = [bytesOf(config), bytesOf(provenance)]
  return [
    ...blobProblems('config', parts.config, config),
    ...blobProblems('chart', parts.chart, chart),
    ...blobProblems('provenance', parts.provenance, provenance),
    ...(configBytes ? configProblems(configBytes, metadata) : []),
    ...(provenanceBytes && parts.chart
      ? provenanceProblems(provenanceBytes, parts.chart.digest, metadata && archiveName(metadata))
      : [])
  ]
}

function bytesOf(blob: FetchedBlob | undefined): Buffer | undefined {
  return blob?.kind === 'found' ? blob.bytes : undefined
}

/** What the reference says otherwise than the chart. Helm pulls it all the same, and goes by the chart. */
function referenceProblems(
  { repository, tag, digest }: ArtifactReference,
  metadata: Metadata | undefined
): readonly ChartProblem[] {
  const lastPart = repository.name.split('/').at(-1) ?? ''
  const problems: ChartProblem[] = []
  if (metadata && metadata.name !== lastPart) {
    const message = `The repository ends in "${lastPart}", the chart is named "${metadata.name}".`
    const fix = `Publish it as "${metadata.name}", where \`helm push\` would put it.`
    problems.push(chartWarning('name-contradicts-repository', message, fix))
  }
  if (tag === undefined || digest !== undefined) return problems
  return [...problems, ...tagProblems(tag, metadata)]
}

/** Helm takes a tag for a version, and where it is none for a range of versions to look for. */
function tagProblems(tag: string, metadata: Metadata | undefined): readonly ChartProblem[] {
  if (!isChartVersion(tag.replaceAll('_', '+'))) {
    const message = `Helm pulls by version, and "${tag}" is none.`
    const fix = 'Name the chart by its version or its digest; `oras tag` gives it another tag.'
    return [chartError('tag-not-version', message, fix)]
  }
  if (metadata && tag !== tagOf(metadata.version) && hiddenTag(tag).length === 0) {
    const message = `The tag is "${tag}", the version of the chart "${metadata.version}".`
    const fix = `Publish it as "${tagOf(metadata.version)}", as \`helm push\` would.`
    return [chartWarning('tag-contradicts-version', message, fix)]
  }
  return hiddenTag(tag)
}

/** Name and version of a chart whose archive cannot be read, as the config has them. */
function namesIn(config: Buffer | undefined): Pick<InspectedFacts, 'name' | 'version'> {
  const json = config && parseJson(config)
  const read = (key: string) => {
    const value = isObject(json) ? json[key] : undefined
    return typeof value === 'string' ? value : null
  }
  return { name: read('name'), version: read('version') }
}
