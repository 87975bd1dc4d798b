import type { LoadResult, Subchart } from '../chart/load-chart.ts'
import type { Lock } from '../chart/metadata/lock.ts'
import type { Dependency } from '../chart/metadata/metadata.ts'
import { type ByteString, listNames, toByteString, toText } from '../chart/model/chart-file.ts'
import { type ChartProblem, chartError } from '../chart/model/problem.ts'
import { namesTwice } from '../chart/subcharts.ts'
import { isInRange, isLocked } from '../dependencies/rules/locked-version.ts'
import { shellQuote } from '../shared/format.ts'
import { buildAdvice, type ChartDirectory } from './dependency-advice.ts'
import type { IgnoreRule } from './helmignore.ts'

/** A chart directory, as far as its dependencies are concerned. */
export interface DependencySource extends ChartDirectory {
  readonly loaded: LoadResult
  /** Undefined where there is none, or where it was made for other dependencies. */
  readonly lock: Lock | undefined
  readonly lockName: string
  readonly ignored: ReadonlyMap<ByteString, IgnoreRule>
}

/**
 * What is missing in charts/, or there too often: each declared dependency has to be there once, loadable, in the locked version,
 * else in its range. Conditions and tags change nothing, as for `helm package`.
 */
export function dependencyProblems(source: DependencySource): readonly ChartProblem[] {
  const declared = declaredIn(source)
  const present = (name: string) => {
    return source.loaded.chart.subcharts.filter(({ metadata }) => metadata?.name === name)
  }
  const absent = declared.filter(({ dependency: { name } }) => present(name).length === 0)
  return distinct([
    ...repeatedProblems(source),
    ...absentProblems(
      source,
      absent.map(({ dependency }) => dependency)
    ),
    ...declared.flatMap((one) => {
      const [chart, ...others] = present(one.dependency.name)
      return chart && others.length === 0 ? versionProblems(source, chart, one) : []
    })
  ])
}

interface Declared {
  readonly dependency: Dependency
  /** The version that the lock names for it. */
  readonly locked: string | undefined
}

/** Helm writes the lock in the order of the declared dependencies. */
function declaredIn({ loaded, lock }: DependencySource): readonly Declared[] {
  const all = loaded.chart.metadata?.dependencies ?? []
  return all.flatMap((dependency, index) => {
    const entry = lock?.dependencies[index]
    const isSame = entry?.name === dependency?.name
    return dependency
      ? [{ dependency, locked: isSame ? entry?.version || undefined : undefined }]
      : []
  })
}

/** One chart may be declared several times, under aliases. */
function distinct(problems: readonly ChartProblem[]): readonly ChartProblem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()]
}

/** Helm gives two charts of one name one folder in the archive: which of them it renders is a matter of chance. */
function repeatedProblems({ loaded }: DependencySource): readonly ChartProblem[] {
  return namesTwice(loaded.chart, { entersArchives: false }).map((paths) => {
    const message = `charts/ holds one chart twice, and Helm puts both into one folder of the archive: ${listNames(paths)}.`
    const fix =
      'Keep one of them. An archive cannot hold two versions of a chart, whatever their aliases.'
    return chartError('subchart-twice', message, fix)
  })
}

function absentProblems(
  source: DependencySource,
  absent: readonly Dependency[]
): readonly ChartProblem[] {
  if (absent.length === 0) return []
  const unreadable = source.loaded.problems.filter(({ subchart, allows }) => {
    return allows === 'refused' && subchart !== undefined && !isLoaded(source, subchart)
  })
  const hidden = absent.flatMap((dependency) => hiddenBy(source.ignored, dependency) ?? [])
  const missing = absent.filter((dependency) => {
    return (
      !hiddenBy(source.ignored, dependency) &&
      !unreadable.some(({ subchart = '' }) => isEntryOf(subchart, dependency))
    )
  })
  return [
    ...unreadable,
    ...hidden.map(hiddenProblem),
    ...(missing.length > 0 ? [missingProblem(source, missing)] : [])
  ]
}

function isLoaded({ loaded }: DependencySource, path: string): boolean {
  return loaded.chart.subcharts.some(({ entry, metadata }) => {
    return metadata !== undefined && `charts/${toText(entry)}` === path
  })
}

/** By the names that helm gives to files and folders in charts/. */
function isEntryOf(path: string, { name }: Dependency): boolean {
  return path === `charts/${name}` || path.startsWith(`charts/${name}-`)
}

interface Hidden {
  readonly path: string
  readonly rule: IgnoreRule
}

function hiddenBy(
  ignored: ReadonlyMap<ByteString, IgnoreRule>,
  dependency: Dependency
): Hidden | undefined {
  const entries = [...ignored].map(([path, rule]) => ({ path: toText(path), rule }))
  return entries.find(({ path }) => path === 'charts' || isEntryOf(path, dependency))
}

function hiddenProblem({ path, rule }: Hidden): ChartProblem {
  const message = `A dependency is left out of the chart: ${path}, by line ${rule.line} of .helmignore, "${rule.text}".`
  return chartError('dependency-ignored', message, ignoreFix(rule))
}

/** How a line of .helmignore stops hiding what the chart needs. */
export function ignoreFix({ text, line }: IgnoreRule): string {
  if (text.startsWith('!')) {
    return `Remove line ${line} of .helmignore: for Helm, "!" leaves out all that does not match.`
  }
  const isAnywhere = !text.slice(0, -1).includes('/')
  const narrower = ` "/${text}" would match in the folder of the chart only.`
  return `Remove or narrow line ${line} of .helmignore.${isAnywhere ? narrower : ''}`
}

function missingProblem(source: DependencySource, missing: readonly Dependency[]): ChartProblem {
  const names = [...new Set(missing.map(({ name }) => toByteString(name)))]
  const message = `Chart.yaml declares dependencies that are not in charts/: ${listNames(names)}.`
  return chartError('dependency-missing', message, adviceFor(source, missing))
}

function adviceFor(source: ChartDirectory, dependencies: readonly Dependency[]): string {
  const local = dependencies.filter(({ repository }) => repository === '')
  const remote = dependencies.filter(({ repository }) => repository !== '')
  return [
    ...local.map(
      ({ name }) => `Put the chart into ${shellQuote(`charts/${name}`)}, or set its \`repository\`.`
    ),
    ...(remote.length > 0 ? [buildAdvice(source, remote)] : [])
  ].join(' ')
}

function versionProblems(
  source: DependencySource,
  { entry, metadata }: Subchart,
  { dependency, locked }: Declared
): readonly ChartProblem[] {
  const found = metadata?.version ?? ''
  const { name, version } = dependency
  if (locked === undefined ? isInRange(found, version) : isLocked(found, locked)) return []
  const wanted =
    locked === undefined ? `Chart.yaml wants "${version}"` : `${source.lockName} has ${locked}`
  const message = `The dependency ${name} is outdated: charts/${toText(entry)} has version ${found}, ${wanted}.`
  return [chartError('dependency-outdated', message, versionFix(source, dependency, found))]
}

function versionFix(source: DependencySource, dependency: Dependency, found: string): string {
  const wanted = declaredIn(source).filter((one) => one.dependency.name === dependency.name)
  const versions = new Set(wanted.map(({ locked, dependency: { version } }) => locked ?? version))
  if (versions.size > 1) {
    return 'Declare one version of it: an archive cannot hold two versions of a chart, whatever their aliases.'
  }
  const isPrerelease = found.includes('-')
  const hint = ' A range includes pre-releases when it names one, such as ">=1.2.0-0".'
  return `${adviceFor(source, [dependency])}${isPrerelease ? hint : ''}`
}
