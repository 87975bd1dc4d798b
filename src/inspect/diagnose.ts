import { configFacts } from '../artifact/config-facts.ts'
import { layerProblems, pushFix } from '../artifact/manifest-problems.ts'
import { isChartLayer } from '../artifact/media-types.ts'
import { blobProblems, configProblems, type FetchedBlob } from '../artifact/part-problems.ts'
import { archiveName, provenanceProblems } from '../artifact/provenance.ts'
import { referenceProblems } from '../artifact/reference-problems.ts'
import { type ArchiveReading, readArchive } from '../chart/archive.ts'
import type { Metadata } from '../chart/metadata/metadata.ts'
import type { ChartProblem } from '../chart/model/problem.ts'
import { type ChartParts, chartManifest, partsOf } from './chart-manifest.ts'
import { manifestProblems } from './diagnose-parts.ts'
import type { FetchedArtifact } from './fetch-artifact.ts'
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
  const { name, version } = configFacts(bytesOf(artifact.config))
  const facts: Partial<InspectedFacts> = {
    ...{ name, version },
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
