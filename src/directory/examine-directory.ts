import { CHART_LIMIT_BYTES } from '../chart/chart-files.ts'
import { type LoadResult, loadChart } from '../chart/load-chart.ts'
import type { Metadata } from '../chart/metadata/metadata.ts'
import type { ChartFile } from '../chart/model/chart-file.ts'
import type { ChartProblem } from '../chart/model/problem.ts'
import type { NamedRepositories } from '../dependencies/rules/repository-name.ts'
import { type ChartLock, chartLock } from './chart-lock.ts'
import { type ChartsPlan, chartsPlan, isEmpty } from './charts-plan.ts'
import { type DeclaredDependency, declaredDependencies } from './declared-dependency.ts'
import type { DependencyMode } from './dependency-mode.ts'
import { dependencyProblems, ignoreFix } from './dependency-problems.ts'
import { treeProblems } from './directory-problems.ts'
import type { OpenedTree } from './open-tree.ts'
import { unknownKeys } from './unknown-keys.ts'

export interface ExamineOptions {
  readonly mode: DependencyMode
  readonly repositories: NamedRepositories
  /** Whether `repositories` has every name that can be used; else a dependency on another one is no problem. */
  readonly namesAreKnown: boolean
  readonly signal: AbortSignal
}

/** A chart directory whose files were read. */
export interface ReadDirectory {
  readonly path: string
  readonly tree: OpenedTree
  /** With the bytes of those that decide. */
  readonly files: readonly ChartFile[]
}

/** Loads a chart from its files, with all that is wrong with it. */
export function examine(read: ReadDirectory, options: ExamineOptions): Examined {
  const { files } = read
  const loaded = loadChart(files, { inflateLimitBytes: CHART_LIMIT_BYTES, readsValues: false })
  const { metadata } = loaded.chart
  const state = metadata ? stateOf(metadata, loaded, { ...read, ...options }) : UNREADABLE
  return { loaded, state, problems: problemsOf({ ...read, loaded, state }, options) }
}

interface DependencyState {
  readonly declared: readonly DeclaredDependency[]
  readonly lock: ChartLock | undefined
  readonly plan: ChartsPlan
}

const UNREADABLE: DependencyState = {
  declared: [],
  lock: undefined,
  plan: { wanted: [], leftOut: new Set() }
}

function stateOf(
  metadata: Metadata,
  loaded: LoadResult,
  source: ReadDirectory & ExamineOptions
): DependencyState {
  const lock = chartLock(metadata, source)
  const { repositories, mode } = source
  const declared = declaredDependencies({ loaded, lock: lock.lock, repositories })
  return { declared, lock, plan: chartsPlan(declared, loaded, mode) }
}

export interface Examined {
  readonly loaded: LoadResult
  readonly state: DependencyState
  readonly problems: readonly ChartProblem[]
}

interface ExaminedDirectory extends ReadDirectory {
  readonly loaded: LoadResult
  readonly state: DependencyState
}

function problemsOf(
  { path, tree, files, loaded, state }: ExaminedDirectory,
  { mode, namesAreKnown }: ExamineOptions
): readonly ChartProblem[] {
  const all = loaded.problems.filter(({ subchart }) => subchart === undefined)
  const { lock, plan, declared } = state
  if (!lock) return all.map((problem) => withIgnoreRule(problem, tree))
  // On what only our reader of YAML refuses, helm decides when it packages the chart; but no lock is guessed.
  const own = isEmpty(plan) ? all.filter(({ isDoubtful }) => !isDoubtful) : all
  return [
    ...own,
    // A link into charts/ may lead to nothing only as long as charts/ is to be filled.
    ...(isEmpty(plan) ? treeProblems(tree) : []),
    ...dependencyProblems({
      ...{ path, mode, loaded, declared, plan, namesAreKnown },
      staleLock: lock.stale,
      lockName: lock.name,
      unknownKeys: unknownKeys(files),
      ignored: tree.ignored,
      folderRule: tree.ignore.ruleFor('charts', true)
    }),
    ...lock.problems
  ]
}

/** A Chart.yaml that is there, but that .helmignore leaves out. */
function withIgnoreRule(problem: ChartProblem, { ignored }: OpenedTree): ChartProblem {
  const rule = ignored.get('Chart.yaml')
  if (!rule || problem.code !== 'chart-yaml-missing') return problem
  const message = `Line ${rule.line} of .helmignore, "${rule.text}", leaves Chart.yaml out of the chart.`
  return { ...problem, message, fix: ignoreFix(rule, 'Chart.yaml') }
}
