import {
  type ChartVersion,
  compareChartVersions,
  parseChartVersion
} from '../chart/metadata/chart-version.ts'
import { sortAsGo } from './go-sort.ts'

interface Versioned {
  readonly version: string
}

/**
 * What has a version, the newest first; what has none comes last. Of versions that differ in build metadata alone, Go's
 * way of sorting decides, as for Helm (pkg/repo/v1/index.go, SortEntries).
 */
export function newestFirst<T extends Versioned>(items: readonly T[]): readonly T[] {
  const parsed = items.map((item) => ({ item, parsed: parseChartVersion(item.version) }))
  return sortAsGo(parsed, (one, other) => isBelow(other.parsed, one.parsed)).map(({ item }) => item)
}

function isBelow(one: ChartVersion | undefined, other: ChartVersion | undefined): boolean {
  if (!one) return true
  return other !== undefined && compareChartVersions(one, other) < 0
}
