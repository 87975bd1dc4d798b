import type { LoadResult, Subchart } from '../chart/load-chart.ts'
import type { Lock } from '../chart/metadata/lock.ts'
import type { Dependency } from '../chart/metadata/metadata.ts'
import { toText } from '../chart/model/chart-file.ts'
import { isInRange, isLocked } from '../dependencies/rules/locked-version.ts'
import { type NamedRepositories, withUrls } from '../dependencies/rules/repository-name.ts'

/** What charts/ holds of a dependency. */
export type Presence =
  | { readonly kind: 'ok'; readonly chart: Subchart }
  | { readonly kind: 'missing' }
  /** Another version than the one that is locked or declared. */
  | { readonly kind: 'stale'; readonly chart: Subchart }
  /** Something with its name that is no chart; paths below the chart. */
  | { readonly kind: 'unreadable'; readonly paths: readonly string[] }
  /** Several charts of its name; `fitting` is the only one of the right version. */
  | {
      readonly kind: 'repeated'
      readonly charts: readonly Subchart[]
      readonly fitting: Subchart | undefined
    }

/** The chart in charts/ that can stay as it is. */
export function keptChart(presence: Presence): Subchart | undefined {
  if (presence.kind === 'ok') return presence.chart
  return presence.kind === 'repeated' ? presence.fitting : undefined
}

/** A dependency that Chart.yaml declares, with what is there of it. */
export interface DeclaredDependency {
  /** With the URL in place of the name of a repository, where that is known. */
  readonly dependency: Dependency
  /** The version that the lock names for it. */
  readonly locked: string | undefined
  readonly presence: Presence
}

interface ChartWithLock {
  readonly loaded: LoadResult
  /** Undefined where there is none that counts. */
  readonly lock: Lock | undefined
  readonly repositories: NamedRepositories
}

/** The dependencies that a chart declares, in their order, each with what is in charts/ for it. */
export function declaredDependencies(source: ChartWithLock): readonly DeclaredDependency[] {
  const { loaded, lock, repositories } = source
  const all = loaded.chart.metadata?.dependencies ?? []
  return all.flatMap((written, index) => {
    if (!written) return []
    const [dependency = written] = withUrls([written], repositories).dependencies
    const locked = versionIn(lock, written, index)
    return [{ dependency, locked, presence: presenceOf(dependency, locked, loaded) }]
  })
}

/** Helm writes the lock in the order of the declared dependencies. */
function versionIn(
  lock: Lock | undefined,
  { name }: Dependency,
  index: number
): string | undefined {
  const entry = lock?.dependencies[index]
  return entry?.name === name ? entry.version || undefined : undefined
}

function presenceOf(
  dependency: Dependency,
  locked: string | undefined,
  loaded: LoadResult
): Presence {
  const charts = loaded.chart.subcharts.filter(({ metadata }) => metadata?.name === dependency.name)
  const [chart, ...others] = charts
  if (!chart) return absence(dependency, loaded)
  const fits = ({ metadata }: Subchart) => fitsVersion(metadata?.version ?? '', dependency, locked)
  if (others.length === 0) return { kind: fits(chart) ? 'ok' : 'stale', chart }
  const [fitting, ...more] = charts.filter(fits)
  return { kind: 'repeated', charts, fitting: more.length === 0 ? fitting : undefined }
}

/** Whether a version is the one that is wanted: the locked one, else one in the range. */
export function fitsVersion(
  found: string,
  { version }: Pick<Dependency, 'version'>,
  locked: string | undefined
): boolean {
  return locked === undefined ? isInRange(found, version) : isLocked(found, locked)
}

function absence(dependency: Dependency, loaded: LoadResult): Presence {
  const paths = loaded.problems.flatMap(({ subchart, allows }) => {
    const isUnreadable =
      allows === 'refused' && subchart !== undefined && !isLoaded(loaded, subchart)
    return isUnreadable && isEntryOf(subchart, dependency) ? [subchart] : []
  })
  return paths.length === 0 ? { kind: 'missing' } : { kind: 'unreadable', paths }
}

export function isLoaded({ chart }: LoadResult, path: string): boolean {
  return chart.subcharts.some(({ entry, metadata }) => {
    return metadata !== undefined && `charts/${toText(entry)}` === path
  })
}

/** By the names that helm gives to files and folders in charts/. */
export function isEntryOf(path: string, { name }: Pick<Dependency, 'name'>): boolean {
  return path === `charts/${name}` || path.startsWith(`charts/${name}-`)
}
