const NUMBER = '[0-9]+'
const PRERELEASE = '(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)'
const BUILD = '[0-9A-Za-z-]+'
const CHART_VERSION = new RegExp(
  `^v?(${NUMBER})(?:\\.(${NUMBER}))?(?:\\.(${NUMBER}))?` +
    `(?:-(${PRERELEASE}(?:\\.${PRERELEASE})*))?(?:\\+(${BUILD}(?:\\.${BUILD})*))?$`
)
const LARGEST_PART = 2n ** 64n - 1n
/** Masterminds/semver v3.5, MaxVersionLen. */
const LONGEST_VERSION = 256

/** A version as Masterminds/semver reads it; parts that are missing are 0. */
export interface ChartVersion {
  readonly major: bigint
  readonly minor: bigint
  readonly patch: bigint
  /** Without its hyphen; empty for a release. */
  readonly prerelease: string
  /** Without its plus sign; it does not count when versions are compared. */
  readonly build: string
}

/** Reads a version as Masterminds/semver `NewVersion` does, which allows a `v`, missing parts and leading zeros. */
export function parseChartVersion(text: string): ChartVersion | undefined {
  if (text.length > LONGEST_VERSION) return undefined
  const [match, ...parts] = CHART_VERSION.exec(text) ?? []
  if (match === undefined) return undefined
  const [major = 0n, minor = 0n, patch = 0n] = parts.slice(0, 3).map((part) => BigInt(part ?? 0))
  if ([major, minor, patch].some((part) => part > LARGEST_PART)) return undefined
  return { major, minor, patch, prerelease: parts[3] ?? '', build: parts[4] ?? '' }
}

/** Whether Helm takes `version` for a chart. */
export function isChartVersion(version: string): boolean {
  return parseChartVersion(version) !== undefined
}

/** Below 0 when `one` is the lower version, above when it is the higher one, as SemVer 2 orders them. */
export function compareChartVersions(one: ChartVersion, other: ChartVersion): number {
  const part = (['major', 'minor', 'patch'] as const).find((name) => one[name] !== other[name])
  if (part !== undefined) return one[part] < other[part] ? -1 : 1
  const [left, right] = [one.prerelease, other.prerelease]
  // A release comes after all of its pre-releases.
  if (left === '' || right === '') return Number(left === '') - Number(right === '')
  return comparePrereleases(left, right)
}

/** Part by part: numbers by their value and before texts, a longer one after its beginning (SemVer 2.0.0, 11.4). */
export function comparePrereleases(one: string, other: string): number {
  const [left, right] = [one.split('.'), other.split('.')]
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = compareIdentifiers(left[index] ?? '', right[index] ?? '')
    if (order !== 0) return order
  }
  return 0
}

function compareIdentifiers(one: string, other: string): number {
  const [left, right] = [rankOf(one), rankOf(other)]
  if (left !== right) return left - right
  const [low, high] = [numberIn(one), numberIn(other)]
  if (low !== undefined && high !== undefined) return Number(low > high) - Number(low < high)
  return Number(one > other) - Number(one < other)
}

/** None at all comes first, numbers before texts. */
function rankOf(identifier: string): number {
  if (identifier === '') return 0
  return numberIn(identifier) === undefined ? 2 : 1
}

/** What does not go into 64 bits is a text for Masterminds/semver. */
function numberIn(identifier: string): bigint | undefined {
  if (!/^[0-9]+$/.test(identifier)) return undefined
  const value = BigInt(identifier)
  return value <= LARGEST_PART ? value : undefined
}

/** The tag of a chart version: `+`, which no tag may hold, becomes `_` (Helm's HIP 6). */
export function tagOf(version: string): string {
  return version.replaceAll('+', '_')
}
