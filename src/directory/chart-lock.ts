import { type Lock, readLock } from '../chart/metadata/lock.ts'
import type { Metadata } from '../chart/metadata/metadata.ts'
import { DecodeError } from '../chart/metadata/untyped.ts'
import type { ChartFile } from '../chart/model/chart-file.ts'
import { type ChartProblem, chartError } from '../chart/model/problem.ts'
import { YamlError } from '../chart/yaml/node.ts'
import { isLockInStep, type NamedRepositories } from '../dependencies/rules/repository-name.ts'
import { shellQuote } from '../shared/format.ts'
import type { DependencyMode } from './dependency-mode.ts'

const CHART_LOCK = 'Chart.lock'
const REQUIREMENTS_LOCK = 'requirements.lock'

/** What the lock files of a chart come to. */
export interface ChartLock {
  /** The file that counts, or that would be written. */
  readonly name: string
  /** Undefined where there is none, or where it does not count. */
  readonly lock: Lock | undefined
  /** Whether the file is there, but was not to be read. */
  readonly isIgnored: boolean
  /** The name of a lock that was made for other dependencies. */
  readonly stale: string | undefined
  readonly problems: readonly ChartProblem[]
}

interface LockSource {
  /** Of the chart, as it was given. */
  readonly path: string
  readonly files: readonly ChartFile[]
  readonly mode: DependencyMode
  readonly repositories: NamedRepositories
}

/**
 * The lock that counts for a chart: Chart.lock, with apiVersion v1 requirements.lock. It has to be in step with what is
 * declared, unless it is ignored. An empty file is none, as for `helm dependency build`.
 */
export function chartLock(metadata: Metadata, source: LockSource): ChartLock {
  const { path, mode, repositories } = source
  const name = metadata.apiVersion === 'v1' ? REQUIREMENTS_LOCK : CHART_LOCK
  const none = { name, lock: undefined, isIgnored: false, stale: undefined }
  if (metadata.dependencies.length === 0 || mode === 'update') {
    const isIgnored = source.files.some((file) => file.path === name)
    return { ...none, isIgnored, problems: leftOver(name, source) }
  }
  const all = locksIn(source.files)
  const stale = all.find(({ lock }) => !isLockInStep(lock, metadata, repositories))
  const left = leftOver(name, source)
  if (stale) {
    // One that has to go need not be brought into step.
    const isLeft = left.length > 0 && stale.name === REQUIREMENTS_LOCK
    const problems = [...(isLeft ? [] : [staleProblem(stale.name, path)]), ...left]
    return { ...none, name: stale.name, stale: stale.name, problems }
  }
  const found = all.find((one) => one.name === name) ?? all[0]
  return { ...none, name: found?.name ?? name, lock: found?.lock, problems: left }
}

interface FoundLock {
  readonly name: string
  readonly lock: Lock
}

/** Those that can be read; another one is a problem of the files. */
function locksIn(files: readonly ChartFile[]): readonly FoundLock[] {
  return [CHART_LOCK, REQUIREMENTS_LOCK].flatMap((name) => {
    const file = files.find((one) => one.path === name && one.bytes.length > 0)
    const lock = file && readSound(file.bytes)
    return lock ? [{ name, lock }] : []
  })
}

function readSound(bytes: Buffer): Lock | undefined {
  try {
    return readLock(bytes)
  } catch (error) {
    if (error instanceof YamlError || error instanceof DecodeError) return undefined
    throw error
  }
}

/** `helm dependency build` refuses a lock that was made for other dependencies; `helm package` does not look. */
function staleProblem(lock: string, path: string): ChartProblem {
  const message = `${lock} is out of sync with the dependencies in Chart.yaml.`
  const fix = `Run \`helm dependency update ${shellQuote(path)}\`, and commit ${lock}.`
  return chartError('lock-out-of-step', message, fix)
}

/** Helm reads requirements.lock in place of Chart.lock, and writes its content into the Chart.lock of the archive. */
function leftOver(name: string, { files, mode }: LockSource): readonly ChartProblem[] {
  const isThere = files.some(({ path }) => path === REQUIREMENTS_LOCK)
  if (!isThere || name === REQUIREMENTS_LOCK || mode === 'check') return []
  const message = `${REQUIREMENTS_LOCK} is left over from apiVersion v1: with apiVersion v2, Helm writes its content into the Chart.lock of the archive.`
  return [chartError('lock-left-over', message, `Remove ${REQUIREMENTS_LOCK}.`)]
}
