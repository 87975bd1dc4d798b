import type { Metadata } from '../../chart/metadata/metadata.ts'
import { type ChartProblem, chartError, chartWarning } from '../../chart/problem.ts'
import type { Descriptor } from '../../oci/spec/manifest.ts'
import { parseJson } from '../../shared/json.ts'
import type { BlobEvidence } from './exhibit.ts'
import { contradictions, metadataFault } from './metadata-json.ts'

const REPUSH = 'Publish the chart again.'

export type Part = 'config' | 'chart' | 'provenance'

/** What is wrong with a blob as such: whether it is there, and is what its descriptor says. */
export function blobProblems(
  part: Part,
  descriptor: Descriptor | undefined,
  evidence: BlobEvidence | undefined
): readonly ChartProblem[] {
  if (!descriptor || !evidence || evidence.kind === 'found') return []
  const { code, fault } = faultOf(evidence)
  const message = `The blob of the ${part}, ${descriptor.digest} of ${descriptor.size} bytes, ${fault}.`
  // Helm fetches provenance for `--prov` and `--verify` alone.
  return [(part === 'provenance' ? chartWarning : chartError)(code, message, REPUSH)]
}

function faultOf(evidence: Exclude<BlobEvidence, { kind: 'found' }>) {
  switch (evidence.kind) {
    case 'absent':
      return { code: 'blob-missing', fault: 'is not in the registry' }
    case 'wrong-size':
      return { code: 'blob-size', fault: `has ${evidence.size ?? 'more'} bytes there` }
    case 'wrong-digest':
      return { code: 'blob-digest', fault: `has other bytes there: ${evidence.digest}` }
    case 'too-large':
      return {
        code: 'blob-too-large',
        fault: `was not read, ${evidence.limit} bytes are the limit`
      }
  }
}

/**
 * What is wrong with a config: `helm pull` decodes it and fails where it cannot, but compares it with
 * nothing; what it says otherwise than the chart misleads those who read the config alone.
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
  const message = `The config contradicts Chart.yaml in the archive: ${named}. Helm goes by Chart.yaml.`
  return [chartWarning('config-contradicts-chart', message, REPUSH)]
}
