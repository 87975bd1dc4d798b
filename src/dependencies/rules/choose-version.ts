import { parseChartVersion } from '../../chart/metadata/chart-version.ts'
import { parseConstraint, satisfies } from './constraint.ts'
import { isLocked, isWholeVersion } from './locked-version.ts'
import { newestFirst } from './version-order.ts'

/** A dependency whose version is to be found among those that a repository has. */
export interface Wanted {
  readonly name: string
  /** The version or range that Chart.yaml declares. */
  readonly declared: string
  /** What a lock that is in sync says; undefined without one. */
  readonly locked: string | undefined
}

/** What a choice comes to. */
export type Choice<T> =
  | { readonly kind: 'chosen'; readonly version: T; readonly isResolvedAgain: boolean }
  /** `declared` is no range. */
  | { readonly kind: 'no-range' }
  /** Nothing is in the range, but perhaps pre-releases, which the range does not name. */
  | { readonly kind: 'none-in-range'; readonly prereleases: readonly string[] }
  /** The repository no longer has the locked version; the newest ones in the range. */
  | { readonly kind: 'locked-gone'; readonly inRange: readonly string[] }

interface Versioned {
  readonly version: string
}

/**
 * Chooses among `versions`, the newest first: what is locked, else the first in the range, as Helm does (internal/resolver).
 * Of versions that differ only in build metadata, the one that is written as declared or locked comes first: Helm takes
 * any of them. A lock that holds a range is resolved again.
 */
export function chooseVersion<T extends Versioned>(
  versions: readonly T[],
  { declared, locked }: Wanted
): Choice<T> {
  if (locked !== undefined && isWholeVersion(locked)) {
    const version =
      asWritten(versions, locked) ?? versions.find((one) => isLocked(one.version, locked))
    if (version) return { kind: 'chosen', version, isResolvedAgain: false }
    return { kind: 'locked-gone', inRange: versionsInRange(versions, declared).map(textOf) }
  }
  const range = locked ?? declared
  if (!parseConstraint(range)) return { kind: 'no-range' }
  const version = asWritten(versions, range) ?? versionsInRange(versions, range)[0]
  if (version) return { kind: 'chosen', version, isResolvedAgain: locked !== undefined }
  return { kind: 'none-in-range', prereleases: prereleasesIn(versions, range) }
}

function asWritten<T extends Versioned>(versions: readonly T[], text: string): T | undefined {
  return versions.find(({ version }) => version === text)
}

function versionsInRange<T extends Versioned>(versions: readonly T[], range: string): readonly T[] {
  const constraint = parseConstraint(range)
  if (!constraint) return []
  return versions.filter(({ version }) => {
    const parsed = parseChartVersion(version)
    return parsed !== undefined && satisfies(parsed, constraint)
  })
}

/** Those that are in the range once it names a pre-release. */
function prereleasesIn(versions: readonly Versioned[], range: string): readonly string[] {
  const constraint = parseConstraint(range)
  if (!constraint) return []
  const open = {
    alternatives: constraint.alternatives.map(({ comparisons }) => {
      return { comparisons, allowsPrereleases: true }
    })
  }
  return versions
    .filter(({ version }) => {
      const parsed = parseChartVersion(version)
      return parsed !== undefined && parsed.prerelease !== '' && satisfies(parsed, open)
    })
    .map(textOf)
}

function textOf({ version }: Versioned): string {
  return version
}

/** As semver.StrictNewVersion reads them: three numbers, without `v` and leading zeros. */
const NUMBER = '(?:0|[1-9][0-9]*)'
const STRICT = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:[-+]|$)`)

/**
 * The versions that the tags of an OCI repository mean, the newest first, as Helm's registry client lists them: `_` is
 * `+`, and what is no strict SemVer is no version.
 */
export function versionsOfTags(tags: readonly string[]): readonly Versioned[] {
  const versions = tags.map((tag) => tag.replaceAll('_', '+'))
  const strict = versions.filter((text) => STRICT.test(text) && parseChartVersion(text))
  return newestFirst(strict.map((version) => ({ version })))
}

/**
 * The version that an OCI dependency names by itself, so that no list of tags is needed: for Helm, what parses as a
 * version is the tag, be it a part such as `1.1`. Undefined for a range.
 */
export function exactVersion({ declared, locked }: Wanted): string | undefined {
  const text = locked ?? declared
  return parseChartVersion(text) === undefined ? undefined : text
}
