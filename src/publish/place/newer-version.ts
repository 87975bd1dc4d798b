const VERSION = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/

/**
 * Whether a chart version comes after another (SemVer 2.0.0, 11); missing numbers are 0, and all may be larger
 * than npm's semver takes, as Helm reads them.
 * Nothing comes after what is no version, and the other way round.
 */
export function isNewer(version: string, other: string): boolean {
  const [ours, theirs] = [parseVersion(version), parseVersion(other)]
  if (!ours || !theirs) return false
  const order = compareNumbers(ours, theirs)
  return order === 0 ? isLaterPrerelease(ours.prerelease, theirs.prerelease) : order > 0
}

export interface ParsedVersion {
  /** Major, minor, patch. */
  readonly numbers: readonly bigint[]
  /** Identifiers; none of a release. */
  readonly prerelease: readonly string[]
}

/** By major, minor and patch: positive when `one` is the higher one, 0 when they are equal. */
export function compareNumbers(one: ParsedVersion, other: ParsedVersion): number {
  const pairs = one.numbers.map((number, index) => [number, other.numbers[index] ?? 0n] as const)
  const pair = pairs.find(([number, that]) => number !== that)
  if (!pair) return 0
  return pair[0] > pair[1] ? 1 : -1
}

/** Undefined for what is not a version. */
export function parseVersion(version: string): ParsedVersion | undefined {
  const [match, major = '0', minor = '0', patch = '0', prerelease] = VERSION.exec(version) ?? []
  if (match === undefined) return undefined
  return { numbers: [major, minor, patch].map(BigInt), prerelease: prerelease?.split('.') ?? [] }
}

/** A release comes after its prereleases. */
function isLaterPrerelease(ours: readonly string[], theirs: readonly string[]): boolean {
  if (ours.length === 0 || theirs.length === 0) return theirs.length > ours.length
  const index = ours.findIndex((part, at) => part !== theirs[at])
  const [one, other] = [ours[index], theirs[index]]
  if (one === undefined) return false
  return other === undefined || isLaterPart(one, other)
}

/** Numbers come before other identifiers. */
function isLaterPart(one: string, other: string): boolean {
  const [isNumber, isOther] = [/^\d+$/.test(one), /^\d+$/.test(other)]
  if (isNumber && isOther) return BigInt(one) > BigInt(other)
  if (isNumber !== isOther) return isOther
  return one > other
}
