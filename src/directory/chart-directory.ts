import type { LoadResult } from '../chart/load-chart.ts'
import type { Metadata } from '../chart/metadata/metadata.ts'
import type { ChartFile } from '../chart/model/chart-file.ts'
import type { ChartProblem } from '../chart/model/problem.ts'
import { placeOf } from '../chart/source-location.ts'
import { type SubchartNames, subchartNames } from '../chart/subcharts.ts'
import type { NamedRepositories } from '../dependencies/rules/repository-name.ts'
import { type Failure, failureOf, type SourceLocation } from '../shared/failure.ts'
import type { ChartLock } from './chart-lock.ts'
import { type ChartsPlan, isEmpty } from './charts-plan.ts'
import type { DeclaredDependency } from './declared-dependency.ts'
import type { DependencyMode } from './dependency-mode.ts'
import { noChartYaml } from './directory-problems.ts'
import { type ExamineOptions, examine, type ReadDirectory } from './examine-directory.ts'
import { type FilledCharts, filledFiles, filledTree } from './filled-charts.ts'
import { type OpenedTree, type OpenOptions, openTree } from './open-tree.ts'
import { pointersIn, readFiles } from './read-files.ts'

/** A chart directory that can become a chart. */
export interface ChartDirectory {
  /** As it was given. */
  readonly path: string
  /** The files that helm packages. */
  readonly tree: OpenedTree
  /** As they are written, before any version is set; undefined where `doubt` says why they cannot be read. */
  readonly metadata: Metadata | undefined
  /** What our reader of YAML says of a file that helm may read all the same: the failure if helm refuses the chart, too. */
  readonly doubt: Failure | undefined
  /** In the order in which Helm finds them. */
  readonly subcharts: readonly SubchartNames[]
  readonly declared: readonly DeclaredDependency[]
  readonly lock: ChartLock | undefined
  /** What is to be fetched before it can be packaged. */
  readonly plan: ChartsPlan
  /** Where in the directory a problem of the packaged chart is to be fixed, see {@link placeOf}. */
  placeOf(problem: Pick<ChartProblem, 'code' | 'at' | 'subchart'>): SourceLocation | undefined
  /** The files that are only pointers of Git LFS, for which Helm refuses the chart without naming Git LFS. */
  lfsPointers(): Promise<readonly string[]>
  /** The same with its charts/ filled, examined anew. @throws Failure chart */
  filled(charts: FilledCharts): Promise<ChartDirectory>
}

export interface ReadOptions extends Omit<OpenOptions, 'mayFillCharts'> {
  readonly mode: DependencyMode
  /** URLs of repositories that Chart.yaml names by `@name`; asked for when it has such a name. */
  readonly repositories: () => Promise<NamedRepositories>
}

/**
 * Looks at a chart directory before Helm is started and refuses what cannot become a chart, or should not.
 * @throws Failure chart, with every problem found
 */
export async function readChartDirectory(
  path: string,
  options: ReadOptions
): Promise<ChartDirectory> {
  const read = await readDirectory(path, options)
  return checked(read, await withRepositories(read, options))
}

/** A chart directory with all that is wrong with it. */
export interface DirectorySurvey {
  readonly loaded: LoadResult
  readonly declared: readonly DeclaredDependency[]
  readonly lockName: string
  readonly problems: readonly ChartProblem[]
}

/**
 * Looks at a chart directory, whatever is wrong with it. Names of repositories need not be known yet.
 * @throws Failure chart, when helm could not read its files
 */
export async function surveyDirectory(
  path: string,
  options: Omit<ReadOptions, 'repositories'>
): Promise<DirectorySurvey> {
  const { mode, signal } = options
  const read = await readDirectory(path, options)
  const examined = { mode, signal, repositories: new Map(), namesAreKnown: false }
  const { loaded, state, problems } = examine(read, examined)
  return { loaded, declared: state.declared, lockName: state.lock?.name ?? 'Chart.lock', problems }
}

async function readDirectory(
  path: string,
  options: Omit<ReadOptions, 'repositories'>
): Promise<ReadDirectory> {
  const absent = await noChartYaml(path)
  if (absent) throw absent
  const tree = await openTree(path, { ...options, mayFillCharts: options.mode !== 'check' })
  return { path, tree, files: await readFiles(path, tree.files, options.signal) }
}

async function withRepositories(
  { files }: ReadDirectory,
  { mode, signal, repositories }: ReadOptions
): Promise<ExamineOptions> {
  const named = files.some(mayNameRepository) ? await repositories() : new Map()
  return { mode, signal, repositories: named, namesAreKnown: true }
}

function mayNameRepository({ path, bytes }: ChartFile): boolean {
  const declares = path === 'Chart.yaml' || path === 'requirements.yaml'
  return declares && /@|alias:/.test(bytes.toString('latin1'))
}

/** @throws Failure chart, unless only helm can say whether it is wrong */
function checked(read: ReadDirectory, options: ExamineOptions): ChartDirectory {
  const { path, tree, files } = read
  const { signal } = options
  const { loaded, state, problems } = examine(read, options)
  const { metadata } = loaded.chart
  const place: ChartDirectory['placeOf'] = (problem) => placeOf(problem, path, files)
  const doubt = problems.length === 0 ? undefined : failureAt(problems, place)
  const isDoubt = problems.every(({ isDoubtful }) => isDoubtful)
  if (doubt && !(isDoubt && isEmpty(state.plan))) throw doubt
  return {
    ...{ path, tree, metadata, doubt, ...state },
    subcharts: subchartNames(loaded.chart),
    placeOf: place,
    lfsPointers: () => pointersIn(tree.files, signal),
    filled: async (charts) => {
      const filled = filledTree(tree, charts)
      const all = await filledFiles(filled, { charts, files, path, signal })
      return checked({ path, tree: filled, files: all }, { ...options, mode: 'check' })
    }
  }
}

function failureAt(problems: readonly ChartProblem[], placeOf: ChartDirectory['placeOf']): Failure {
  return failureOf(
    'chart',
    problems.map((problem) => ({ ...problem, place: placeOf(problem) }))
  )
}
