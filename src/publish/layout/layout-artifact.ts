import { readLayout, readLayoutBlob } from '../../oci/layout/layout-read.ts'
import type { Blob } from '../../oci/spec/blob.ts'
import type { Digest } from '../../oci/spec/digest.ts'
import { type Descriptor, parseManifest } from '../../oci/spec/manifest.ts'
import { Failure, failureOf } from '../../shared/failure.ts'
import { LARGEST_ARCHIVE_BYTES } from '../artifact/archive-file.ts'
import type { ChartArtifact } from '../artifact/artifact.ts'
import { layerProblems } from '../artifact/layer-problems.ts'
import { CHART_TYPE } from '../artifact/media-types.ts'
import { LARGEST_MANIFEST_BYTES } from '../artifact/size-limits.ts'

const FIX = 'Write the layout again, with `oci-layout`.'

/** The artifact with this manifest in a layout, every blob checked. @throws Failure chart, when it is none that `helm push` could have written */
export async function readArtifact(
  folder: string,
  digest: Digest | undefined
): Promise<ChartArtifact> {
  const { entries } = await readLayout(folder)
  const entry = entries.find(({ descriptor }) => descriptor.digest === digest)
  if (!entry) throw unfit(`The OCI image layout "${folder}" has no manifest ${digest} any more.`)
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
  if ('fault' in reading) throw unfit(`The manifest ${digest} cannot be read: ${reading.fault}.`)
  const { config, layers, subject } = reading.manifest
  const problems = layerProblems(reading.manifest, FIX)
  const chart = layers.find(({ mediaType }) => mediaType === CHART_TYPE)
  if (problems.length > 0 || !config || !chart) throw failureOf('chart', problems)
  // Helm fetches the subject with the chart, and fails where it is not there too.
  if (subject) throw unfit(`The manifest ${digest} has a subject, which no chart has.`)
  return { config, chart, layers }
}

function unfit(message: string): Failure {
  return new Failure('chart', { message, fix: FIX })
}
