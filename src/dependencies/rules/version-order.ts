import {
  type ChartVersion,
  compareChartVersions,
  parseChartVersion
} from '../../chart/metadata/chart-version.ts'

interface Versioned {
  readonly version: string
}

/**
 * What has a version, the newest first; what has none comes last (helm, pkg/repo/v1/index.go, SortEntries). Of versions
 * that differ only in build metadata, the first stays first; with more than 12 versions Helm may take another of them,
 * since Go's sort is not stable.
 */
export function newestFirst<T extends Versioned>(items: readonly T[]): readonly T[] {
  const parsed = items.map((item) => ({ item, parsed: parseChartVersion(item.version) }))
  return parsed.toSorted((one, other) => order(one.parsed, other.parsed)).map(({ item }) => item)
}

function order(one: ChartVersion | undefined, other: ChartVersion | undefined): number {
  if (!one || !other) return Number(!one) - Number(!other)
  return compareChartVersions(other, one)
}
