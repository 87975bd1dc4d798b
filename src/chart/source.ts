import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, Failure, failureOf } from '../shared/failure.ts'
import type { ChartFile } from './chart-files.ts'
import { missingDependencies } from './dependencies.ts'
import { loadMetadata } from './load-metadata.ts'
import { type ChartProblem, chartError } from './problem.ts'
import { validateMetadata } from './validate.ts'

/**
 * Looks at a chart directory before Helm is started and refuses what cannot become a chart.
 * @throws Failure chart, with every problem found
 */
export async function lookAtSource(path: string): Promise<void> {
  const loaded = loadMetadata(await metadataFiles(path))
  const problems =
    'problem' in loaded
      ? [loaded.problem]
      : [
          ...validateMetadata(loaded.metadata),
          ...dependencyProblems(path, await missingDependencies(path, loaded.metadata))
        ]
  if (problems.length === 0) return
  throw failureOf(
    'chart',
    problems.map((problem) => naming(path, problem))
  )
}

async function metadataFiles(path: string): Promise<readonly ChartFile[]> {
  const names = ['Chart.yaml', 'chart.yaml', 'Chart.yml', 'requirements.yaml']
  const files = await Promise.all(names.map((name) => readIfPresent(join(path, name))))
  return names.flatMap((name, index) => (files[index] ? [{ path: name, bytes: files[index] }] : []))
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
