import type { LoadedChart, LoadResult, Subchart } from '../chart/load-chart.ts'
import type { Dependency } from '../chart/metadata/metadata.ts'
import { type ByteString, listNames, toByteString, toText } from '../chart/model/chart-file.ts'
import { type ChartProblem, chartError } from '../chart/model/problem.ts'
import { namesTwice } from '../chart/subcharts.ts'
import { repositoryKind } from '../dependencies/rules/repository-kind.ts'
import type { ChartsPlan } from './charts-plan.ts'
import { type DeclaredDependency, isEntryOf } from './declared-dependency.ts'
import { type AdviceSource, adviceFor, fetchFault } from './dependency-advice.ts'
import type { IgnoreRule } from './helmignore.ts'

/** A chart directory, as far as its dependencies are concerned. */
export interface DependencySource extends AdviceSource {
  readonly loaded: LoadResult
  readonly declared: readonly DeclaredDependency[]
  /** What is done about them; what is wanted is no problem yet. */
  readonly plan: ChartsPlan
  readonly lockName: string
  /** Whether a name of a repository that has no URL here has none at all. */
  readonly namesAreKnown: boolean
  readonly ignored: ReadonlyMap<ByteString, IgnoreRule>
  /** The line of .helmignore that leaves out charts/ as a whole. */
  readonly folderRule: IgnoreRule | undefined
}

/**
 * What is missing in charts/, or there too often, though nothing is done about it: each declared dependency has to be
 * there once, loadable, in the locked version, else in its range. Conditions and tags change nothing, as for
 * `helm package`.
 */
export function dependencyProblems(source: DependencySource): readonly ChartProblem[] {
  const { plan } = source
  const fetched = new Set(plan.wanted.map(({ dependency }) => dependency.name))
  const left = source.declared.filter(({ dependency }) => {
    return !fetched.has(dependency.name) && !isOfUnknownName(dependency, source)
  })
  return distinct([
    ...hiddenFolder(source),
    ...repeatedProblems(source),
    ...absentProblems(
      source,
      left.filter(({ presence: { kind } }) => kind === 'missing' || kind === 'unreadable')
    ),
    ...left.flatMap((one) => {
      return one.presence.kind === 'stale' ? [outdated(source, one, one.presence.chart)] : []
    }),
    ...(source.mode === 'check' ? [] : left.flatMap(folderBesideLocal))
  ])
}

function isOfUnknownName({ repository }: Dependency, { namesAreKnown }: DependencySource): boolean {
  return !namesAreKnown && repositoryKind(repository).kind === 'named'
}

/** Whatever is fetched into charts/ would not be packed. */
function hiddenFolder({ plan, folderRule }: DependencySource): readonly ChartProblem[] {
  const isWanted = plan.wanted.length > 0
  return folderRule && isWanted ? [hiddenProblem({ path: 'charts', rule: folderRule })] : []
}

/** Helm would pack the chart of `file://` beside a folder in charts/ with that name. */
function folderBesideLocal({ dependency, presence }: DeclaredDependency): readonly ChartProblem[] {
  const { name, repository } = dependency
  if (repositoryKind(repository).kind !== 'local' || presence.kind !== 'ok') return []
  const message = `charts/ contains the same chart twice, and Helm puts both into the same folder of the archive: charts/${toText(presence.chart.entry)}, and ${name} from ${repository}.`
  const fix = `Remove the folder from charts/, or leave out \`repository\` of the dependency ${name}.`
  return [chartError('subchart-twice', message, fix)]
}

/** One chart may be declared several times, under aliases. */
function distinct(problems: readonly ChartProblem[]): readonly ChartProblem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()]
}

/** Helm gives two charts of one name one folder in the archive: which of them it renders is a matter of chance. */
function repeatedProblems({ loaded, plan }: DependencySource): readonly ChartProblem[] {
  const chart: LoadedChart = {
    metadata: loaded.chart.metadata,
    subcharts: loaded.chart.subcharts.filter(({ entry }) => !plan.leftOut.has(entry))
  }
  return namesTwice(chart, { entersArchives: false }).map((paths) => {
    const message = `charts/ contains the same chart twice, and Helm puts both into the same folder of the archive: ${listNames(paths)}.`
    const fix =
      'Remove all but one of them. An archive cannot contain two versions of a chart, whatever their aliases.'
    return chartError('subchart-twice', message, fix)
  })
}

function absentProblems(
  source: DependencySource,
  absent: readonly DeclaredDependency[]
): readonly ChartProblem[] {
  const unreadable = absent.flatMap(({ presence }) => {
    return presence.kind === 'unreadable' ? presence.paths : []
  })
  const lost = absent.filter(({ presence }) => presence.kind === 'missing')
  const hidden = lost.flatMap(({ dependency }) => hiddenBy(source.ignored, dependency.name) ?? [])
  const missing = lost.filter(({ dependency }) => !hiddenBy(source.ignored, dependency.name))
  const others = missing.filter(({ dependency }) => !fetchFault(dependency, source))
  return [
    ...source.loaded.problems.filter(({ subchart = '' }) => unreadable.includes(subchart)),
    ...hidden.map(hiddenProblem),
    ...missing.flatMap(({ dependency }) => unfetchable(dependency, source)),
    ...(others.length > 0 ? [missingProblem(source, others)] : [])
  ]
}

interface Hidden {
  readonly path: string
  readonly rule: IgnoreRule
}

function hiddenBy(ignored: ReadonlyMap<ByteString, IgnoreRule>, name: string): Hidden | undefined {
  const entries = [...ignored].map(([path, rule]) => ({ path: toText(path), rule }))
  return entries.find(({ path }) => path === 'charts' || isEntryOf(path, { name }))
}

function hiddenProblem({ path, rule }: Hidden): ChartProblem {
  const message = `Line ${rule.line} of .helmignore, "${rule.text}", leaves a dependency out of the chart: ${path}.`
  return chartError('dependency-ignored', message, ignoreFix(rule, path))
}

/** How a line of .helmignore stops hiding a path that the chart needs. */
export function ignoreFix({ text, line }: IgnoreRule, path: string): string {
  if (text.startsWith('!')) {
    return `Remove line ${line} of .helmignore: for Helm, "!" leaves out everything that does not match.`
  }
  const isAnywhere = path.includes('/') && !text.slice(0, -1).includes('/')
  const narrower = ` "/${text}" would only match in the folder of the chart.`
  return `Remove or narrow line ${line} of .helmignore.${isAnywhere ? narrower : ''}`
}

/** A dependency that is missing, and that Chart.yaml keeps from being fetched. */
function unfetchable(dependency: Dependency, source: DependencySource): readonly ChartProblem[] {
  const fault = fetchFault(dependency, source)
  if (!fault) return []
  const message = `The dependency ${dependency.name} is not in charts/, and ${fault.why}.`
  return [chartError('dependency-missing', message, fault.fix)]
}

function missingProblem(
  source: DependencySource,
  missing: readonly DeclaredDependency[]
): ChartProblem {
  const dependencies = missing.map(({ dependency }) => dependency)
  const names = [...new Set(dependencies.map(({ name }) => toByteString(name)))]
  const message = `Chart.yaml declares dependencies that are not in charts/: ${listNames(names)}.`
  return chartError('dependency-missing', message, adviceFor(source, dependencies))
}

function outdated(
  source: DependencySource,
  one: DeclaredDependency,
  { entry, metadata }: Subchart
): ChartProblem {
  const { dependency, locked } = one
  const { name, version } = dependency
  const found = metadata?.version ?? ''
  const wanted =
    locked === undefined ? `Chart.yaml requires "${version}"` : `${source.lockName} has ${locked}`
  const message = `The dependency ${name} is outdated: charts/${toText(entry)} has version ${found}, ${wanted}.`
  return chartError('dependency-outdated', message, versionFix(source, one, found))
}

function versionFix(source: DependencySource, one: DeclaredDependency, found: string): string {
  const { dependency } = one
  const wanted = source.declared.filter((other) => other.dependency.name === dependency.name)
  const versions = new Set(wanted.map(({ locked, dependency: { version } }) => locked ?? version))
  if (versions.size > 1) {
    return 'Declare only one version of it: an archive cannot contain two versions of a chart, whatever their aliases.'
  }
  const isPrerelease = found.includes('-')
  const hint = ' A range includes pre-releases when it names one, such as ">=1.2.0-0".'
  return `${adviceFor(source, [dependency])}${isPrerelease ? hint : ''}`
}
