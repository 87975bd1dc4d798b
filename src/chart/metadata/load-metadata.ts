import { isLfsPointer, LFS_FIX } from '../../shared/lfs-pointer.ts'
import type { ChartFile } from '../model/chart-file.ts'
import { type ChartProblem, chartError } from '../model/problem.ts'
import { YamlError } from '../yaml/node.ts'
import { keyLines, readYaml } from '../yaml/read-yaml.ts'
import { loadedBytes } from './decode.ts'
import { decodeMetadata, EMPTY_METADATA, type Metadata } from './metadata.ts'
import { sanitizeMetadata } from './sanitize.ts'
import { DecodeError } from './untyped.ts'

export type LoadedMetadata = { readonly metadata: Metadata } | { readonly problem: ChartProblem }

const CHART_YAML = 'Chart.yaml'
const REQUIREMENTS_YAML = 'requirements.yaml'

/**
 * The metadata of a chart as Helm loads them: every Chart.yaml, `apiVersion: v1` where none is given,
 * then every requirements.yaml decoded over it; texts sanitised (helm, LoadFiles, Metadata.Validate).
 */
export function loadMetadata(files: readonly ChartFile[]): LoadedMetadata {
  const chartYamls = files.filter(({ path }) => path === CHART_YAML)
  if (chartYamls.length === 0) return { problem: chartYamlMissing(files) }
  const requirements = files.filter(({ path }) => path === REQUIREMENTS_YAML)
  let metadata = EMPTY_METADATA
  for (const file of [...chartYamls, ...requirements]) {
    const decoded = decodeFile(file, metadata)
    if ('problem' in decoded) return decoded
    metadata = file.path === CHART_YAML ? withApiVersion(decoded.metadata) : decoded.metadata
  }
  return { metadata: sanitizeMetadata(metadata) }
}

/** Helm 2 knew no apiVersion. */
function withApiVersion(metadata: Metadata): Metadata {
  return { ...metadata, apiVersion: metadata.apiVersion || 'v1' }
}

function decodeFile({ path, bytes }: ChartFile, base: Metadata): LoadedMetadata {
  try {
    return { metadata: decodeMetadata(readYaml(loadedBytes(bytes)), base) }
  } catch (error) {
    if (!(error instanceof YamlError || error instanceof DecodeError)) throw error
    const message = `${path} cannot be read: ${error.message}.`
    const fix = isLfsPointer(bytes) ? LFS_FIX : `Fix ${path}.`
    const problem = chartError('metadata-invalid', message, fix)
    const isDoubtful = error instanceof YamlError
    return { problem: { ...problem, isDoubtful, at: { path, line: faultyLine(error, bytes) } } }
  }
}

function faultyLine(error: YamlError | DecodeError, bytes: Buffer): number {
  if (error instanceof YamlError) return error.line ?? 1
  const [, key = ''] = error.path.split(/[.[]/)
  return keyLines(bytes).get(key) ?? 1
}

function chartYamlMissing(files: readonly ChartFile[]): ChartProblem {
  const lookalike = files.find(({ path }) => /^chart\.ya?ml$/i.test(path))?.path
  const hint = lookalike ? `, only "${lookalike}"` : ''
  const fix = lookalike
    ? `Rename ${lookalike} to Chart.yaml.`
    : 'Use the directory that contains Chart.yaml.'
  return chartError('chart-yaml-missing', `Chart.yaml is missing${hint}.`, fix)
}
