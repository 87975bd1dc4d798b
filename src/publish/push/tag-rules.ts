import { isMovingTag } from '../../artifact/validate-archive.ts'
import { tagOf } from '../../chart/metadata/chart-version.ts'
import type { IfExists } from '../model/request.ts'

/** An extra tag, what it is to point at, and what it points at. */
export interface TagMove {
  readonly tag: string
  /** Of the chart that is to get the tag. */
  readonly version: string
  /** Whether this run publishes the version; otherwise it was found unchanged. */
  readonly isNew: boolean
  readonly ifExists: IfExists
  /** Of the chart that has the tag; undefined where there is none, or one whose version nobody can read. */
  readonly current: string | undefined
}

/** Why a tag is left as it is, as a sentence without its subject; undefined when it is to be written. */
type Stay = string | undefined

/**
 * Whether an extra tag moves from version to version, as opposed to being the one version that it says: it is not a
 * version, or it is the channel of a pre-release (`1.2.3-rc` of 1.2.3-rc.4). A tag that points at the chart with that
 * very version does not move.
 */
export function moves({ tag, version, current }: Pick<TagMove, 'tag' | 'version' | 'current'>) {
  if (current !== undefined && tagOf(current) === tag) return false
  return isMovingTag(tag) || isChannelOf(tag, version)
}

/** `1.2.3-rc` for 1.2.3-rc.4 and 1.2.3-rc4. */
function isChannelOf(tag: string, version: string): boolean {
  const [channel, full] = [tag.replace(/^v/i, ''), tagOf(version).replace(/^v/i, '')]
  if (!channel.includes('-') || !full.startsWith(channel)) return false
  const rest = full.slice(channel.length)
  return rest.startsWith('.') || (/^\d/.test(rest) && /[A-Za-z-]$/.test(channel))
}

/**
 * Why a tag is not to be set or moved. `latest`, `stable` and partial versions go to the highest release that they
 * cover; any other name to the highest version, of two pre-releases of one version to the one that was published last.
 * No release's tag goes to a pre-release. With `overwrite` any tag goes anywhere.
 */
export function reasonToStay(move: TagMove): Stay {
  const { tag, version, ifExists } = move
  const ours = parseVersion(version)
  if (ifExists === 'overwrite' || !ours) return undefined
  if (!moves(move)) return stayOfVersion(ours, move)
  const numbers = partialVersion(tag)
  if (numbers) return stayOfPartial(numbers, ours, move)
  return RELEASES_ONLY.includes(tag) ? stayOfRelease(ours, move) : stayOfName(ours, move)
}

/** `{{major}}.{{minor}}.{{patch}}` of a pre-release would take the tag of the release that it leads to. */
function stayOfVersion(ours: ParsedVersion, move: TagMove): Stay {
  const named = parseVersion(move.tag)
  const isRelease = named !== undefined && !isPrerelease(named)
  return isRelease && isPrerelease(ours) ? prereleaseText(move) : undefined
}

/** Names that promise a release. */
const RELEASES_ONLY = ['latest', 'stable']
const PARTIAL = /^v?(\d+)(?:\.(\d+))?(?:\.x)?$/i

/** The numbers of `1`, `v1.2`, `1.x`; undefined for any other tag. */
function partialVersion(tag: string): readonly bigint[] | undefined {
  const [match, ...numbers] = PARTIAL.exec(tag) ?? []
  if (match === undefined) return undefined
  return numbers.filter((number) => number !== undefined).map(BigInt)
}

/** A number that is not part of any version is a name: `2026.06`. */
function stayOfPartial(numbers: readonly bigint[], ours: ParsedVersion, move: TagMove): Stay {
  const { tag, version, current = '' } = move
  const covers = (parsed: ParsedVersion | undefined) => {
    return numbers.every((number, index) => parsed?.numbers[index] === number)
  }
  if (isPrerelease(ours)) return prereleaseText(move)
  const theirs = parseVersion(current)
  if (covers(theirs) && !covers(ours)) return `stays at ${current}: ${version} is not a ${tag}`
  return covers(ours) && !covers(theirs) ? undefined : stayOfRelease(ours, move)
}

function stayOfRelease(ours: ParsedVersion, move: TagMove): Stay {
  const { version, current = '' } = move
  if (isPrerelease(ours)) return prereleaseText(move)
  const theirs = parseVersion(current)
  if (!theirs || isPrerelease(theirs) || !isNewer(current, version)) return undefined
  return higherText(move)
}

/** Many pre-releases are named by a commit or a build, so that their order says nothing. */
function stayOfName(ours: ParsedVersion, move: TagMove): Stay {
  const { version, isNew, current = '' } = move
  const theirs = parseVersion(current)
  if (!theirs || !isNewer(current, version)) return undefined
  const areOfOneVersion = compareNumbers(theirs, ours) === 0 && isPrerelease(theirs)
  return isNew && areOfOneVersion ? undefined : higherText(move)
}

function isPrerelease({ prerelease }: ParsedVersion): boolean {
  return prerelease.length > 0
}

function prereleaseText({ version, current }: TagMove): string {
  const state = current === undefined ? 'is not set' : `stays at ${current}`
  return `${state}: ${version} is a pre-release`
}

function higherText({ version, current }: TagMove): string {
  return `stays at ${current}, which is higher than ${version}`
}

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

interface ParsedVersion {
  /** Major, minor, patch. */
  readonly numbers: readonly bigint[]
  /** Identifiers; none of a release. */
  readonly prerelease: readonly string[]
}

/** By major, minor and patch: positive when `one` is the higher one, 0 when they are equal. */
function compareNumbers(one: ParsedVersion, other: ParsedVersion): number {
  const pairs = one.numbers.map((number, index) => [number, other.numbers[index] ?? 0n] as const)
  const pair = pairs.find(([number, that]) => number !== that)
  if (!pair) return 0
  return pair[0] > pair[1] ? 1 : -1
}

/** Undefined for what is not a version. */
function parseVersion(version: string): ParsedVersion | undefined {
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
