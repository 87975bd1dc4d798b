import { DecodeError } from './decode.ts'
import { decodeMetadata, EMPTY_METADATA, type Metadata } from './metadata.ts'
import { type ChartProblem, chartError } from './problem.ts'
import { sanitizeMetadata } from './sanitize.ts'
import { readYaml, YamlError } from './yaml-document.ts'

export type LoadedMetadata = { readonly metadata: Metadata } | { readonly problem: ChartProblem }

const CHART_YAML = 'Chart.yaml'
const REQUIREMENTS_YAML = 'requirements.yaml'

/**
 * The metadata of a chart as Helm loads them: Chart.yaml, then requirements.yaml decoded over it,
 * `apiVersion: v1` where none is given, texts sanitised.
 * @param files paths relative to the chart, with their bytes
 */
export async function loadMetadata(files: ReadonlyMap<string, Buffer>): Promise<LoadedMetadata> {
  if (!files.has(CHART_YAML)) return { problem: chartYamlMissing(files) }
  let metadata = EMPTY_METADATA
  for (const path of [CHART_YAML, REQUIREMENTS_YAML]) {
    const file = files.get(path)
    if (!file) continue
    const decoded = await decodeFile(path, file, metadata)
    if ('problem' in decoded) return decoded
    metadata = decoded.metadata
  }
  return { metadata: sanitizeMetadata({ ...metadata, apiVersion: metadata.apiVersion || 'v1' }) }
}

async function decodeFile(path: string, file: Buffer, base: Metadata): Promise<LoadedMetadata> {
  try {
    return { metadata: decodeMetadata(await readYaml(textOf(file)), base) }
  } catch (error) {
    if (!(error instanceof YamlError || error instanceof DecodeError)) throw error
    return {
      problem: chartError(
        'metadata-invalid',
        `${path} cannot be read: ${error.message}.`,
        `Mend ${path}.`
      )
    }
  }
}

/** Text of a YAML file: UTF-8, or UTF-16 when its byte order mark says so (go-yaml, readerc.go). */
function textOf(file: Buffer): string {
  if (file[0] === 0xff && file[1] === 0xfe) return new TextDecoder('utf-16le').decode(file)
  if (file[0] === 0xfe && file[1] === 0xff) return new TextDecoder('utf-16be').decode(file)
  return new TextDecoder('utf-8').decode(file)
}

function chartYamlMissing(files: ReadonlyMap<string, Buffer>): ChartProblem {
  const lookalike = [...files.keys()].find((path) => path.toLowerCase() === 'chart.yaml')
  const hint = lookalike ? `, though there is "${lookalike}"` : ''
  const fix = lookalike
    ? `Rename ${lookalike} to Chart.yaml.`
    : 'Name the directory that holds Chart.yaml.'
  return chartError('chart-yaml-missing', `There is no Chart.yaml${hint}.`, fix)
}
