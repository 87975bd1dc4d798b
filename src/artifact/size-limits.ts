import { type ChartProblem, chartError } from '../chart/model/problem.ts'
import type { Artifact } from '../oci/spec/blob.ts'
import { Failure, failureOf } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { isObject, parseJson } from '../shared/json.ts'
import { shorten } from '../shared/printable.ts'

/**
 * distribution-spec v1.1, "Pushing manifests", has registries take at least this much; distribution, Harbor and zot
 * take no more, and clients read no more (containers/image, oras).
 */
export const LARGEST_MANIFEST_BYTES = 4 * 1024 * 1024
/** Clients read no more of a config either (containers/image, internal/iolimits). */
export const LARGEST_CONFIG_BYTES = 4 * 1024 * 1024
/** It repeats Chart.yaml, which makes a config of this size at most, in another notation, and is signed. */
export const LARGEST_PROVENANCE_BYTES = 2 * LARGEST_CONFIG_BYTES

/** What keeps registries and clients from taking an artifact: a manifest or a config that is too large. */
export function sizeProblems({ manifest, config }: Artifact): readonly ChartProblem[] {
  const problems: ChartProblem[] = []
  if (manifest.size > LARGEST_MANIFEST_BYTES) {
    const message = `The manifest has ${manifest.size} bytes${annotationsText(manifest.bytes)}. Registries accept up to 4 MiB (${LARGEST_MANIFEST_BYTES}).`
    const fix = 'Shorten `annotations`, `description` or `maintainers` in Chart.yaml.'
    problems.push(chartError('manifest-too-large', message, fix))
  }
  if (config.size > LARGEST_CONFIG_BYTES) {
    const message = `The config that is created from Chart.yaml has ${config.size} bytes. Clients read up to 4 MiB (${LARGEST_CONFIG_BYTES}).`
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
  const message = `The manifest has ${size} bytes, of which ${bytes} come from ${input('annotations')}. Registries accept up to 4 MiB (${LARGEST_MANIFEST_BYTES}).`
  throw new Failure('usage', { message, fix: `Give shorter ${input('annotations')}, or fewer.` })
}

/** Longer than any key that people write. */
const LONGEST_KEY = 100

/** How much of a manifest its annotations are, and the largest of them; empty where there are none. */
function annotationsText(manifest: Buffer): string {
  const parsed = parseJson(manifest)
  const annotations = isObject(parsed) ? parsed['annotations'] : undefined
  const sizes = Object.entries(isObject(annotations) ? annotations : {}).map(([key, value]) => {
    return { key, bytes: jsonBytes(key) + jsonBytes(value) }
  })
  const [largest] = sizes.toSorted((one, other) => other.bytes - one.bytes)
  if (!largest) return ''
  const bytes = sizes.reduce((sum, size) => sum + size.bytes, 0)
  const key = shorten(largest.key, LONGEST_KEY)
  return `, of which ${bytes} are its ${sizes.length} annotations (the largest, "${key}", has ${largest.bytes})`
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
