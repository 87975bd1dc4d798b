import type { LayoutEntry } from '../oci/layout/layout-index.ts'
import { folderPlace, isTarName, type LayoutPlace } from '../oci/layout/layout-place.ts'
import { readLayout, readLayoutBlob } from '../oci/layout/layout-read.ts'
import { openLayoutTar, writeLayoutTar } from '../oci/layout/layout-tar.ts'
import { type LayoutArtifact, writeLayout } from '../oci/layout/layout-write.ts'
import type { Digest } from '../oci/spec/blob.ts'
import { type Descriptor, parseManifest } from '../oci/spec/manifest.ts'
import { OCI_MANIFEST } from '../oci/spec/media-types.ts'
import { Failure } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { Logger } from '../shared/logger.ts'
import { LARGEST_ARCHIVE_BYTES } from './archive-file.ts'
import type { ChartArtifact } from './artifact.ts'
import { partsOf } from './chart-parts.ts'
import { CONFIG_TYPE } from './media-types.ts'
import { LARGEST_MANIFEST_BYTES } from './size-limits.ts'

function writeAgain(): string {
  return `Write the layout again, with ${input('oci-layout')}.`
}

/** The artifact with this manifest in a layout, every blob checked. @throws Failure chart, when it is none that `helm push` could have written */
export async function readArtifact(place: LayoutPlace, digest: Digest): Promise<ChartArtifact> {
  const { entries } = await readLayout(place)
  const entry = entries.find(({ descriptor }) => descriptor.digest === digest)
  if (!entry)
    throw invalid(`The OCI image layout "${place.name}" no longer has the manifest ${digest}.`)
  const manifest = await readLayoutBlob(place, entry.descriptor, LARGEST_MANIFEST_BYTES)
  const parts = partsOf(manifest, writeAgain())
  const read = (blob: Descriptor) => readLayoutBlob(place, blob, LARGEST_ARCHIVE_BYTES)
  const [config, chart] = [await read(parts.config), await read(parts.chart)]
  return { manifest, config, chart, layers: await Promise.all(parts.layers.map(read)) }
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
  place: LayoutPlace,
  digest: Digest | undefined,
  logger: Logger
): Promise<readonly Digest[]> {
  const { name } = place
  const { entries } = await readLayout(place)
  const wanted = distinct(entries).filter((entry) => !digest || entry.digest === digest)
  const charts: Digest[] = []
  for (const descriptor of wanted) {
    if (await isChart(place, descriptor)) charts.push(descriptor.digest)
    else
      logger.notice(
        `In the layout "${name}", ${descriptor.digest} is not a chart, and is left out.`
      )
  }
  if (charts.length > 0 || !digest) return charts
  const message = `The OCI image layout "${name}" has no chart with the digest ${digest}.`
  throw new Failure('usage', {
    message,
    fix: `Write the chart into it with ${input('oci-layout')}.`
  })
}

/** A manifest has an entry for each of its tags. */
function distinct(entries: readonly LayoutEntry[]): readonly Descriptor[] {
  return [...new Map(entries.map(({ descriptor }) => [descriptor.digest, descriptor])).values()]
}

async function isChart(place: LayoutPlace, descriptor: Descriptor): Promise<boolean> {
  if (descriptor.mediaType !== OCI_MANIFEST) return false
  const { bytes } = await readLayoutBlob(place, descriptor, LARGEST_MANIFEST_BYTES)
  const reading = parseManifest(bytes)
  return 'manifest' in reading && reading.manifest.config?.mediaType === CONFIG_TYPE
}

/** Unpacks the layout in a tar file into a folder of its own in the private folder of the run. @throws Failure usage or chart */
export function openLayoutFile(file: string, context: LayoutContext): Promise<LayoutPlace> {
  return openLayoutTar(file, { ...context, largestBlob: LARGEST_ARCHIVE_BYTES })
}

export interface LayoutContext {
  /** The private folder of the run. */
  readonly folder: string
  readonly signal: AbortSignal
}

/**
 * Adds charts to the OCI image layout at `path`, each under its tags: in a folder, or in a tar file where the path ends in
 * .tar. @throws Failure usage or chart
 */
export async function saveToLayout(
  path: string,
  charts: readonly LayoutArtifact[],
  { logger, folder, signal }: LayoutContext & { readonly logger: Logger }
): Promise<void> {
  const options = { folder, signal, largestBlob: LARGEST_ARCHIVE_BYTES }
  if (isTarName(path)) await writeLayoutTar(path, charts, options)
  else await writeLayout(folderPlace(path), charts)
  for (const { title, tags, artifact } of charts) {
    logger.info(
      `The layout "${path}" has ${title} ${tags.join(', ')}: ${artifact.manifest.digest}.`
    )
  }
}
