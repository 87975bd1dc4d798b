import type { LayoutEntry } from '../../oci/layout/layout-index.ts'
import { readLayout, readLayoutBlob } from '../../oci/layout/layout-read.ts'
import { type Descriptor, parseManifest } from '../../oci/spec/manifest.ts'
import { OCI_MANIFEST } from '../../oci/spec/media-types.ts'
import { Failure } from '../../shared/failure.ts'
import type { Logger } from '../../shared/logger.ts'
import { CONFIG_TYPE } from '../artifact/media-types.ts'
import { LARGEST_MANIFEST_BYTES } from '../artifact/size-limits.ts'
import { type LayoutReference, layoutText } from './layout-reference.ts'

/**
 * The charts of a layout, each named by its digest; anything else is reported and left out.
 * @throws Failure usage, when it is not a layout, or has no chart with the digest that was asked for; chart, when it is
 * damaged
 */
export async function layoutCharts(
  { folder, digest }: LayoutReference,
  logger: Logger
): Promise<readonly string[]> {
  const { entries } = await readLayout(folder)
  const wanted = distinct(entries).filter((entry) => !digest || entry.digest === digest)
  const charts: string[] = []
  for (const descriptor of wanted) {
    if (await isChart(folder, descriptor)) charts.push(layoutText(folder, descriptor.digest))
    else
      logger.notice(`In the layout "${folder}", ${descriptor.digest} is no chart, and is left out.`)
  }
  if (charts.length > 0 || !digest) return charts
  const message = `The OCI image layout "${folder}" has no chart with the digest ${digest}.`
  throw new Failure('usage', { message, fix: 'Write the chart into it with `oci-layout`.' })
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
