const NUMBER = '[0-9]+'
const PRERELEASE = '(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)'
const BUILD = '[0-9A-Za-z-]+'
const CHART_VERSION = new RegExp(
  `^v?(${NUMBER})(?:\\.(${NUMBER}))?(?:\\.(${NUMBER}))?` +
    `(?:-${PRERELEASE}(?:\\.${PRERELEASE})*)?(?:\\+${BUILD}(?:\\.${BUILD})*)?$`
)
const LARGEST_PART = 2n ** 64n - 1n

/** Whether Helm takes `version` for a chart: Masterminds/semver `NewVersion`, which allows a `v` and missing parts. */
export function isChartVersion(version: string): boolean {
  const [match, ...parts] = CHART_VERSION.exec(version) ?? []
  if (match === undefined) return false
  return parts.every((part) => part === undefined || BigInt(part) <= LARGEST_PART)
}

/** The tag of a chart version: `+`, which no tag may hold, becomes `_` (Helm's HIP 6). */
export function tagOf(version: string): string {
  return version.replaceAll('+', '_')
}
