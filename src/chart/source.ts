import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, Failure, failureOf } from '../shared/failure.ts'
import { missingDependencies } from './dependencies.ts'
import { loadMetadata } from './load-metadata.ts'
import { type ChartProblem, chartError } from './problem.ts'
import { validateMetadata } from './validate.ts'

/** What a first look at a chart directory gave. */
export interface ChartSource {
  /**
   * Set when our YAML parser could not read Chart.yaml. Parsers disagree at the edges, so Helm has
   * the last word: only when it refuses as well is this the reason.
   */
  readonly doubt?: ChartProblem
}

/**
 * Looks at a chart directory before Helm is started and refuses what cannot become a chart.
 * @throws Failure usage, when `path` is no directory; chart, with every problem found
 */
export async function lookAtSource(path: string): Promise<ChartSource> {
  await requireDirectory(path)
  const loaded = await loadMetadata(await metadataFiles(path))
  if ('problem' in loaded) {
    const problem = naming(path, loaded.problem)
    if (problem.code === 'metadata-invalid') return { doubt: problem }
    throw failureOf('chart', [problem])
  }
  const problems = [
    ...validateMetadata(loaded.metadata),
    ...dependencyProblems(path, await missingDependencies(path, loaded.metadata))
  ]
  if (problems.length > 0)
    throw failureOf(
      'chart',
      problems.map((problem) => naming(path, problem))
    )
  return {}
}

async function requireDirectory(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    const message = `The chart "${path}" cannot be read: ${codeOf(error) ?? 'unknown error'}.`
    throw new Failure(
      'usage',
      { message, fix: 'Give `chart` the path of a chart directory.' },
      error
    )
  })
  if (found.isDirectory()) return
  const message = `The chart "${path}" is a file; only chart directories can be published.`
  throw new Failure('usage', { message, fix: 'Give `chart` the directory that holds Chart.yaml.' })
}

async function metadataFiles(path: string): Promise<ReadonlyMap<string, Buffer>> {
  const names = ['Chart.yaml', 'chart.yaml', 'requirements.yaml']
  const files = await Promise.all(names.map((name) => readIfPresent(join(path, name))))
  return new Map(names.flatMap((name, index) => (files[index] ? [[name, files[index]]] : [])))
}

async function readIfPresent(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    const message = `"${path}" cannot be read: ${codeOf(error) ?? 'unknown error'}.`
    throw new Failure('chart', { message, fix: 'Make the file readable.' }, error)
  })
}

function dependencyProblems(path: string, missing: readonly string[]): readonly ChartProblem[] {
  if (missing.length === 0) return []
  const names = missing.map((name) => `"${name}"`).join(', ')
  const message = `Chart.yaml declares dependencies that are not in charts/: ${names}.`
  return [
    chartError(
      'dependency-missing',
      message,
      `Run \`helm dependency build ${path}\` before publishing.`
    )
  ]
}

function naming(path: string, problem: ChartProblem): ChartProblem {
  return { ...problem, message: `${path}: ${problem.message}` }
}
