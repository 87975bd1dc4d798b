const VERSION = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/

/**
 * Whether a chart version comes after another (SemVer 2.0.0, 11); missing numbers are 0, and all may be larger
 * than npm's semver takes, as Helm reads them.
 * Nothing comes after what is no version, and the other way round.
 */
export function isNewer(version: string, other: string): boolean {
  const [ours, theirs] = [parse(version), parse(other)]
  if (!ours || !theirs) return false
  const pairs = ours.numbers.map((number, index) => [number, theirs.numbers[index] ?? 0n] as const)
  const pair = pairs.find(([number, that]) => number !== that)
  if (pair) return pair[0] > pair[1]
  return isLaterPrerelease(ours.prerelease, theirs.prerelease)
}

interface Parsed {
  readonly numbers: readonly bigint[]
  readonly prerelease: readonly string[]
}

function parse(version: string): Parsed | undefined {
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
