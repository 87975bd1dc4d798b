import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, Failure, failureOf, type Place } from '../shared/failure.ts'
import type { ChartFile } from './chart-files.ts'
import { missingDependencies } from './dependencies.ts'
import { DecodeError } from './metadata/decode-error.ts'
import { loadMetadata } from './metadata/load-metadata.ts'
import { type Lock, readLock } from './metadata/lock.ts'
import { isInStep } from './metadata/lock-digest.ts'
import type { Metadata } from './metadata/metadata.ts'
import { validateMetadata } from './metadata/validate.ts'
import { placeOf } from './place.ts'
import { type ChartProblem, chartError } from './problem.ts'
import { YamlError } from './yaml/error.ts'

/** A chart directory that can become a chart. */
export interface Source {
  /** As they are written, before any version is set. */
  readonly metadata: Metadata
  /** Where in the directory a problem of the packaged chart is to be mended, see {@link placeOf}. */
  placeOf(problem: Pick<ChartProblem, 'code' | 'at'>): Place | undefined
}

/**
 * Looks at a chart directory before Helm is started and refuses what cannot become a chart.
 * @throws Failure chart, with every problem found
 */
export async function lookAtSource(path: string): Promise<Source> {
  const files = await metadataFiles(path)
  const loaded = loadMetadata(files)
  const problems =
    'problem' in loaded
      ? [loaded.problem]
      : [
          ...validateMetadata(loaded.metadata),
          ...dependencyProblems(path, await missingDependencies(path, loaded.metadata)),
          ...(await lockProblems(path, loaded.metadata))
        ]
  const place: Source['placeOf'] = (problem) => placeOf(problem, path, files)
  if ('metadata' in loaded && problems.length === 0)
    return { metadata: loaded.metadata, placeOf: place }
  throw failureOf(
    'chart',
    problems.map((problem) => ({ ...naming(path, problem), place: place(problem) }))
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

/** `helm dependency build` refuses a lock that was made for other dependencies; `helm package` does not look. */
async function lockProblems(path: string, metadata: Metadata): Promise<readonly ChartProblem[]> {
  if (metadata.dependencies.length === 0) return []
  for (const name of ['Chart.lock', 'requirements.lock']) {
    const bytes = await readIfPresent(join(path, name))
    const lock = bytes && lockIn(bytes)
    if (!lock || isInStep(lock, metadata)) continue
    const message = `${name} is out of step with the dependencies that are declared.`
    const fix = `Run \`helm dependency update ${path}\`, and commit ${name}.`
    return [chartError('lock-out-of-step', message, fix)]
  }
  return []
}

/** A lock that cannot be read is left to helm, which refuses it. */
function lockIn(bytes: Buffer): Lock | undefined {
  try {
    return readLock(bytes)
  } catch (error) {
    if (error instanceof YamlError || error instanceof DecodeError) return undefined
    throw error
  }
}

/** What is missing has no place by which it is found; for all else the report names the chart where there are several. */
function naming(path: string, problem: ChartProblem): ChartProblem {
  if (problem.code !== 'chart-yaml-missing') return problem
  return { ...problem, message: `${path}: ${problem.message}` }
}
