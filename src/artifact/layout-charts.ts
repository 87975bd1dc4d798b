import type { LayoutEntry } from '../oci/layout/layout-index.ts'
import { readLayout, readLayoutBlob } from '../oci/layout/layout-read.ts'
import { type LayoutArtifact, writeLayout } from '../oci/layout/layout-write.ts'
import type { Blob, Digest } from '../oci/spec/blob.ts'
import { type Descriptor, parseManifest } from '../oci/spec/manifest.ts'
import { OCI_MANIFEST } from '../oci/spec/media-types.ts'
import { Failure, failureOf } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { Logger } from '../shared/logger.ts'
import { LARGEST_ARCHIVE_BYTES } from './archive-file.ts'
import type { ChartArtifact } from './artifact.ts'
import { layerProblems } from './manifest-problems.ts'
import { CHART_TYPE, CONFIG_TYPE } from './media-types.ts'
import { LARGEST_MANIFEST_BYTES } from './size-limits.ts'

function writeAgain(): string {
  return `Write the layout again, with ${input('oci-layout')}.`
}

/** The artifact with this manifest in a layout, every blob checked. @throws Failure chart, when it is none that `helm push` could have written */
export async function readArtifact(folder: string, digest: Digest): Promise<ChartArtifact> {
  const { entries } = await readLayout(folder)
  const entry = entries.find(({ descriptor }) => descriptor.digest === digest)
  if (!entry)
    throw invalid(`The OCI image layout "${folder}" no longer has the manifest ${digest}.`)
  const manifest = await readLayoutBlob(folder, entry.descriptor, LARGEST_MANIFEST_BYTES)
  const parts = partsOf(manifest)
  const read = (blob: Descriptor) => readLayoutBlob(folder, blob, LARGEST_ARCHIVE_BYTES)
  const [config, chart] = [await read(parts.config), await read(parts.chart)]
  return { manifest, config, chart, layers: await Promise.all(parts.layers.map(read)) }
}

interface Parts {
  readonly config: Descriptor
  readonly chart: Descriptor
  readonly layers: readonly Descriptor[]
}

function partsOf({ bytes, digest }: Blob): Parts {
  const reading = parseManifest(bytes)
  if ('fault' in reading) throw invalid(`The manifest ${digest} cannot be read: ${reading.fault}.`)
  const { config, layers, subject } = reading.manifest
  const problems = layerProblems(reading.manifest, writeAgain())
  const chart = layers.find(({ mediaType }) => mediaType === CHART_TYPE)
  if (problems.length > 0 || !config || !chart) throw failureOf('chart', problems)
  // Helm fetches the subject with the chart, and fails where it is not there too.
  if (subject) throw invalid(`The manifest ${digest} has a subject, which no chart has.`)
  return { config, chart, layers }
}

function invalid(message: string): Failure {
  return new Failure('chart', { message, fix: writeAgain() })
}

/**
 * The charts of a layout, or the one with a digest, as the digests of their manifests; anything else is reported and left
 * out.
 * @throws Failure usage, when it is not a layout, or has no chart with the digest that was asked for; chart, when it is
 * damaged
 */
export async function layoutCharts(
  folder: string,
  digest: Digest | undefined,
  logger: Logger
): Promise<readonly Digest[]> {
  const { entries } = await readLayout(folder)
  const wanted = distinct(entries).filter((entry) => !digest || entry.digest === digest)
  const charts: Digest[] = []
  for (const descriptor of wanted) {
    if (await isChart(folder, descriptor)) charts.push(descriptor.digest)
    else
      logger.notice(
        `In the layout "${folder}", ${descriptor.digest} is not a chart, and is left out.`
      )
  }
  if (charts.length > 0 || !digest) return charts
  const message = `The OCI image layout "${folder}" has no chart with the digest ${digest}.`
  throw new Failure('usage', {
    message,
    fix: `Write the chart into it with ${input('oci-layout')}.`
  })
}

/** A manifest has an entry for each of its tags. */
function distinct(entries: readonly LayoutEntry[]): readonly Descriptor[] {
  return [...new Map(entries.map(({ descriptor }) => [descriptor.digest, descriptor])).values()]
}

async function isChart(folder: string, descriptor: Descriptor): Promise<boolean> {
  if (descriptor.mediaType !== OCI_MANIFEST) return false
  const { bytes } = await readLayoutBlob(folder, descriptor, LARGEST_MANIFEST_BYTES)
  const reading = parseManifest(bytes)
  return 'manifest' in reading && reading.manifest.config?.mediaType === CONFIG_TYPE
}

/** Adds charts to the OCI image layout in `folder`, each under its tags. @throws Failure usage */
export async function saveToLayout(
  folder: string,
  charts: readonly LayoutArtifact[],
  logger: Logger
): Promise<void> {
  await writeLayout(folder, charts)
  for (const { title, tags, artifact } of charts) {
    logger.info(
      `The layout "${folder}" has ${title} ${tags.join(', ')}: ${artifact.manifest.digest}.`
    )
  }
}
