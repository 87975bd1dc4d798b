import { CHART_LIMIT_BYTES } from '../chart/chart-files.ts'
import { type LoadResult, loadChart } from '../chart/load-chart.ts'
import { isInStep, type Lock, readLock } from '../chart/metadata/lock.ts'
import type { Metadata } from '../chart/metadata/metadata.ts'
import { DecodeError } from '../chart/metadata/untyped.ts'
import { type ChartFile, toText } from '../chart/model/chart-file.ts'
import { type ChartProblem, chartError } from '../chart/model/problem.ts'
import { placeOf } from '../chart/source-location.ts'
import { type SubchartNames, subchartNames } from '../chart/subcharts.ts'
import { YamlError } from '../chart/yaml/node.ts'
import { Failure, failureOf, type SourceLocation } from '../shared/failure.ts'
import { shellQuote } from '../shared/format.ts'
import { isLfsPointer } from '../shared/lfs-pointer.ts'
import { readRegularFile, unreadableReason } from '../shared/regular-file.ts'
import { dependencyProblems, ignoreFix } from './dependency-problems.ts'
import { noChartYaml } from './directory-problems.ts'
import { toPath } from './disk-reader.ts'
import { type OpenOptions, openTree } from './open-tree.ts'
import type { SourceFile, SourceTree } from './tree.ts'

/** A chart directory that can become a chart. */
export interface ChartDirectory {
  /** As they are written, before any version is set; undefined where `doubt` says why they cannot be read. */
  readonly metadata: Metadata | undefined
  /** What our reader of YAML says of a file that helm may read all the same: the failure if helm refuses the chart, too. */
  readonly doubt: Failure | undefined
  /** In the order in which Helm finds them. */
  readonly subcharts: readonly SubchartNames[]
  /** Where in the directory a problem of the packaged chart is to be fixed, see {@link placeOf}. */
  placeOf(problem: Pick<ChartProblem, 'code' | 'at' | 'subchart'>): SourceLocation | undefined
  /** The files that are only pointers of Git LFS, for which Helm refuses the chart without naming Git LFS. */
  lfsPointers(): Promise<readonly string[]>
}

/** What decides about a chart and its dependencies, at every level; the rest is of no account before it is packaged. */
const DECIDING =
  /^(?:charts\/[^/]+\/)*(?:Chart\.yaml|requirements\.yaml|Chart\.lock|requirements\.lock|charts\/[^/]+\.tgz)$/
const NO_BYTES = Buffer.alloc(0)
const LOCKS = ['Chart.lock', 'requirements.lock']

/**
 * Looks at a chart directory before Helm is started and refuses what cannot become a chart, or should not.
 * @throws Failure chart, with every problem found
 */
export async function readChartDirectory(
  path: string,
  options: OpenOptions
): Promise<ChartDirectory> {
  const absent = await noChartYaml(path)
  if (absent) throw absent
  const tree = await openTree(path, options)
  const files = await readFiles(path, tree, options.signal)
  const loaded = loadChart(files, { inflateLimitBytes: CHART_LIMIT_BYTES, readsValues: false })
  const { metadata } = loaded.chart
  const problems = problemsOf(path, { tree, files, loaded })
  const place: ChartDirectory['placeOf'] = (problem) => placeOf(problem, path, files)
  const doubt = problems.length === 0 ? undefined : failureAt(problems, place)
  if (doubt && problems.some(({ isDoubtful }) => !isDoubtful)) throw doubt
  const lfsPointers = () => pointersIn(tree, options.signal)
  return { metadata, doubt, subcharts: subchartNames(loaded.chart), placeOf: place, lfsPointers }
}

function failureAt(problems: readonly ChartProblem[], placeOf: ChartDirectory['placeOf']): Failure {
  return failureOf(
    'chart',
    problems.map((problem) => ({ ...problem, place: placeOf(problem) }))
  )
}

/** The files with the bytes of those that decide; helm reads no more than a chart may have in all. */
async function readFiles(
  chart: string,
  { files }: SourceTree,
  signal: AbortSignal
): Promise<readonly ChartFile[]> {
  const read: ChartFile[] = []
  let room = CHART_LIMIT_BYTES
  for (const file of files) {
    const bytes = DECIDING.test(file.path)
      ? await readDeciding(file, { chart, room, signal })
      : NO_BYTES
    room -= bytes.length
    read.push({ path: file.path, bytes })
  }
  return read
}

interface Reading {
  readonly chart: string
  /** How many bytes may be read. */
  readonly room: number
  readonly signal: AbortSignal
}

async function readDeciding(file: SourceFile, { chart, room, signal }: Reading): Promise<Buffer> {
  const options = { largest: room, signal }
  const { bytes } = await readRegularFile(toPath(file.realPath), options).catch(
    (error: unknown) => {
      signal.throwIfAborted()
      const message = `"${chart}/${toText(file.path)}" cannot be read: ${unreadableReason(error)}.`
      throw new Failure('chart', { message, fix: 'Make it a file that can be read.' }, error)
    }
  )
  return bytes
}

interface ReadChart {
  readonly tree: SourceTree
  readonly files: readonly ChartFile[]
  readonly loaded: LoadResult
}

function problemsOf(path: string, { tree, files, loaded }: ReadChart): readonly ChartProblem[] {
  const all = loaded.problems.filter(({ subchart }) => subchart === undefined)
  const { metadata } = loaded.chart
  if (!metadata) return all.map((problem) => withIgnoreRule(problem, tree))
  // On what only our reader of YAML refuses, helm decides when it packages the chart.
  const own = all.filter(({ isDoubtful }) => !isDoubtful)
  const locks = metadata.dependencies.length === 0 ? [] : locksIn(files)
  const outOfStep = locks.find(({ lock }) => !isInStep(lock, metadata))
  const [found] = outOfStep ? [] : locks
  return [
    ...own,
    ...dependencyProblems({
      path,
      staleLock: outOfStep?.name,
      loaded,
      lock: found?.lock,
      lockName: found?.name ?? '',
      ignored: tree.ignored
    }),
    ...(outOfStep ? [lockProblem(outOfStep.name, path)] : [])
  ]
}

/** A Chart.yaml that is there, but that .helmignore leaves out. */
function withIgnoreRule(problem: ChartProblem, { ignored }: SourceTree): ChartProblem {
  const rule = ignored.get('Chart.yaml')
  if (!rule || problem.code !== 'chart-yaml-missing') return problem
  const message = `Chart.yaml is left out of the chart, by line ${rule.line} of .helmignore, "${rule.text}".`
  return { ...problem, message, fix: ignoreFix(rule) }
}

interface FoundLock {
  readonly name: string
  readonly lock: Lock
}

/** Those that can be read; another one is reported as a problem. */
function locksIn(files: readonly ChartFile[]): readonly FoundLock[] {
  return LOCKS.flatMap((name) => {
    const file = files.find(({ path }) => path === name)
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
function lockProblem(lock: string, path: string): ChartProblem {
  const message = `${lock} is out of sync with the dependencies that are declared.`
  const fix = `Run \`helm dependency update ${shellQuote(path)}\`, and commit ${lock}.`
  return chartError('lock-out-of-step', message, fix)
}

/** A pointer is smaller than this (git-lfs, lfs/pointer.go). */
const LARGEST_POINTER_BYTES = 1024

async function pointersIn({ files }: SourceTree, signal: AbortSignal): Promise<readonly string[]> {
  const pointers: string[] = []
  for (const { path, realPath } of files) {
    const options = { largest: LARGEST_POINTER_BYTES, signal }
    const file = await readRegularFile(toPath(realPath), options).catch(() => undefined)
    signal.throwIfAborted()
    if (file && isLfsPointer(file.bytes)) pointers.push(toText(path))
  }
  return pointers
}
