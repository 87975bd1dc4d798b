import { type ChartProblem, chartError } from '../../chart/problem.ts'
import type { Artifact } from '../../oci/spec/blob.ts'
import { Failure, failureOf } from '../../shared/failure.ts'
import { isObject, parseJson } from '../../shared/json.ts'

/**
 * distribution-spec v1.1, "Pushing manifests", has registries take at least this much; distribution, Harbor and zot
 * take no more, and clients read no more (containers/image, oras).
 */
export const LARGEST_MANIFEST_BYTES = 4 * 1024 * 1024
/** Clients read no more of a config either (containers/image, internal/iolimits). */
export const LARGEST_CONFIG_BYTES = 4 * 1024 * 1024

/** What keeps registries and clients from taking an artifact: a manifest or a config that is too large. */
export function sizeProblems({ manifest, config }: Artifact): readonly ChartProblem[] {
  const problems: ChartProblem[] = []
  if (manifest.size > LARGEST_MANIFEST_BYTES) {
    const largest = largestOf(annotationsIn(manifest.bytes))
    const of = largest ? `, of which ${largest.bytes} are the annotation "${largest.key}"` : ''
    const message = `The manifest has ${manifest.size} bytes${of}. Registries take 4 MiB (${LARGEST_MANIFEST_BYTES}).`
    const fix = 'Shorten `annotations`, `description` or `maintainers` in Chart.yaml.'
    problems.push(chartError('manifest-too-large', message, fix))
  }
  if (config.size > LARGEST_CONFIG_BYTES) {
    const message = `Chart.yaml makes a config of ${config.size} bytes. Clients read 4 MiB (${LARGEST_CONFIG_BYTES}).`
    problems.push(chartError('config-too-large', message, 'Shorten Chart.yaml.'))
  }
  return problems
}

/**
 * @param given the annotations of the input, which are in the manifest beside those of the chart
 * @throws Failure usage, when it is the input that makes the manifest too large; chart, for any other that is too large
 */
export function requireSizes(artifact: Artifact, given: ReadonlyMap<string, string>): void {
  const problems = sizeProblems(artifact)
  if (problems.length === 0) return
  const bytes = [...given].reduce((sum, [key, value]) => sum + jsonBytes(key) + jsonBytes(value), 0)
  const { size } = artifact.manifest
  if (size <= LARGEST_MANIFEST_BYTES || size - bytes > LARGEST_MANIFEST_BYTES) {
    throw failureOf('chart', problems)
  }
  const message = `The manifest has ${size} bytes, of which ${bytes} come from \`annotations\`. Registries take 4 MiB (${LARGEST_MANIFEST_BYTES}).`
  throw new Failure('usage', { message, fix: 'Give shorter `annotations`, or fewer.' })
}

function annotationsIn(manifest: Buffer): readonly (readonly [string, unknown])[] {
  const parsed = parseJson(manifest)
  const annotations = isObject(parsed) ? parsed['annotations'] : undefined
  return isObject(annotations) ? Object.entries(annotations) : []
}

function largestOf(annotations: readonly (readonly [string, unknown])[]) {
  const sizes = annotations.map(([key, value]) => ({ key, bytes: jsonBytes(value) }))
  return sizes.toSorted((one, other) => other.bytes - one.bytes)[0]
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
