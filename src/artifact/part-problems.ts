import type { Metadata } from '../chart/metadata/metadata.ts'
import { type ChartProblem, chartError, chartWarning } from '../chart/model/problem.ts'
import type { BlobAnswer } from '../oci/download.ts'
import type { Descriptor } from '../oci/spec/manifest.ts'
import { parseJson } from '../shared/json.ts'
import { REPUSH } from './manifest-problems.ts'
import { contradictions, metadataFault } from './metadata-json.ts'

/** A blob as the registry gave it, or why it was not asked for. */
export type FetchedBlob = BlobAnswer | { readonly kind: 'too-large'; readonly limit: number }

type Part = 'config' | 'chart' | 'provenance'

/** What is wrong with a blob as such: whether it is there, and is what its descriptor says. */
export function blobProblems(
  part: Part,
  descriptor: Descriptor | undefined,
  blob: FetchedBlob | undefined
): readonly ChartProblem[] {
  if (!descriptor || !blob || blob.kind === 'found') return []
  const { code, fault } = faultOf(blob)
  const message = `The blob of the ${part}, ${descriptor.digest} of ${descriptor.size} bytes, ${fault}.`
  // Helm fetches provenance only for `--prov` and `--verify`.
  return [(part === 'provenance' ? chartWarning : chartError)(code, message, REPUSH)]
}

function faultOf(blob: Exclude<FetchedBlob, { kind: 'found' }>) {
  switch (blob.kind) {
    case 'absent':
      return { code: 'blob-missing', fault: 'is not in the registry' }
    case 'wrong-size':
      return { code: 'blob-size', fault: `has ${blob.size ?? 'more'} bytes in the registry` }
    case 'wrong-digest':
      return { code: 'blob-digest', fault: `has other content in the registry: ${blob.digest}` }
    case 'too-large':
      return {
        code: 'blob-too-large',
        fault: `was not read, because it is larger than ${blob.limit} bytes`
      }
  }
}

/**
 * What is wrong with a config: `helm pull` decodes it and fails where it cannot, but compares it with
 * nothing; what it says otherwise than the chart misleads those who read only the config.
 */
export function configProblems(
  bytes: Buffer,
  metadata: Metadata | undefined
): readonly ChartProblem[] {
  const json = parseJson(bytes)
  const fault = json === undefined ? 'it is not JSON' : metadataFault(json)
  if (fault !== undefined) {
    const message = `The config cannot be read: ${fault}; \`helm pull\` fails on it.`
    return [chartError('config-malformed', message, REPUSH)]
  }
  const keys = metadata ? contradictions(json, metadata) : []
  if (keys.length === 0) return []
  const named = keys.map((key) => `\`${key}\``).join(', ')
  const message = `The config differs from Chart.yaml in the archive: ${named}. Helm uses Chart.yaml.`
  return [chartWarning('config-contradicts-chart', message, REPUSH)]
}
