import type { LoadResult, Subchart } from '../chart/load-chart.ts'
import type { ByteString } from '../chart/model/chart-file.ts'
import { type RepositoryKind, repositoryKind } from '../dependencies/rules/repository-kind.ts'
import { type DeclaredDependency, keptChart } from './declared-dependency.ts'
import type { DependencyMode } from './dependency-mode.ts'

/** A dependency that has to be fetched, or packaged from a folder. */
export interface WantedDependency extends DeclaredDependency {
  readonly repository: Extract<RepositoryKind, { kind: 'classic' | 'oci' | 'local' }>
}

/** How charts/ is to be filled before helm packages the chart. */
export interface ChartsPlan {
  readonly wanted: readonly WantedDependency[]
  /** Archives in charts/ that have no place in the chart then, as Helm deletes them. */
  readonly leftOut: ReadonlySet<ByteString>
}

export function isEmpty({ wanted, leftOut }: ChartsPlan): boolean {
  return wanted.length === 0 && leftOut.size === 0
}

const NOTHING: ChartsPlan = { wanted: [], leftOut: new Set() }

/**
 * What is to be fetched: all that is not there in the right version, and charts in folders, which may have changed. What
 * cannot be fetched is left to the problems of the directory.
 */
export function chartsPlan(
  declared: readonly DeclaredDependency[],
  { chart }: LoadResult,
  mode: DependencyMode
): ChartsPlan {
  if (mode === 'check') return NOTHING
  const wanted = declared.flatMap((one) => wantedOf(one, mode) ?? [])
  const fetched = new Set(wanted.map(({ dependency }) => dependency.name))
  const kept = new Set(declared.flatMap((one) => keptOf(one, fetched) ?? []))
  const isComplete = wanted.length === 0 && declared.every(({ presence }) => presence.kind === 'ok')
  if (isComplete) return NOTHING
  const others = chart.subcharts.filter((one) => one.isPacked && !kept.has(one))
  const damaged = wanted.flatMap(({ presence }) => {
    return presence.kind === 'unreadable'
      ? presence.paths.map((path) => path.replace('charts/', ''))
      : []
  })
  return { wanted, leftOut: new Set([...others.map(({ entry }) => entry), ...damaged]) }
}

function wantedOf(one: DeclaredDependency, mode: DependencyMode): WantedDependency | undefined {
  const repository = repositoryKind(one.dependency.repository)
  if (repository.kind === 'local') return hasFolder(one) ? undefined : { ...one, repository }
  if (repository.kind !== 'classic' && repository.kind !== 'oci') return undefined
  if (mode === 'build' && keptOf(one, new Set())) return undefined
  return hasFolder(one) ? undefined : { ...one, repository }
}

/** The chart in charts/ that stays. */
function keptOf(one: DeclaredDependency, fetched: ReadonlySet<string>): Subchart | undefined {
  if (fetched.has(one.dependency.name)) return undefined
  return keptChart(one.presence)
}

/** A folder stays in charts/: what is fetched would be there twice. */
function hasFolder({ presence }: DeclaredDependency): boolean {
  switch (presence.kind) {
    case 'ok':
    case 'stale':
      return !presence.chart.isPacked
    case 'repeated':
      return presence.charts.some(({ isPacked }) => !isPacked)
    case 'unreadable':
      return presence.paths.some((path) => !path.endsWith('.tgz'))
    case 'missing':
      return false
  }
}
