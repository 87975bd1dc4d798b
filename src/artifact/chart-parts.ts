import type { Digest } from '../oci/spec/blob.ts'
import { type Descriptor, parseManifest } from '../oci/spec/manifest.ts'
import { Failure, failureOf } from '../shared/failure.ts'
import { layerProblems } from './manifest-problems.ts'
import { CHART_TYPE } from './media-types.ts'

/** The chart, and its provenance: what `helm push` writes (pkg/registry/client.go, Push). */
const MOST_LAYERS = 2

/** The blobs of a chart, as its manifest names them. */
export interface ChartParts {
  readonly config: Descriptor
  readonly chart: Descriptor
  readonly layers: readonly Descriptor[]
}

/**
 * The parts of a chart that is to be published with its own manifest.
 * @param fix how it would have been right
 * @throws Failure chart, for a manifest that `helm push` could not have written
 */
export function partsOf(
  { bytes, digest }: { readonly bytes: Buffer; readonly digest: Digest },
  fix: string
): ChartParts {
  const reading = parseManifest(bytes)
  if ('fault' in reading) {
    throw new Failure('chart', {
      message: `The manifest ${digest} cannot be read: ${reading.fault}.`,
      fix
    })
  }
  const { config, layers, subject } = reading.manifest
  const problems = layerProblems(reading.manifest, fix)
  const chart = layers.find(({ mediaType }) => mediaType === CHART_TYPE)
  if (problems.length > 0 || !config || !chart) throw failureOf('chart', problems)
  const odd = oddityOf(layers, subject)
  if (odd !== undefined) {
    throw new Failure('chart', { message: `The manifest ${digest} has ${odd}.`, fix })
  }
  return { config, chart, layers }
}

function oddityOf(
  layers: readonly Descriptor[],
  subject: Descriptor | undefined
): string | undefined {
  // Helm fetches the subject with the chart, and fails where it is not there too.
  if (subject) return 'a subject, which no chart has'
  if (layers.length > MOST_LAYERS) return `${layers.length} layers, where Helm writes two at most`
  return undefined
}
