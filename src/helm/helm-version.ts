import { Failure } from '../shared/failure.ts'
import releases from './releases.json' with { type: 'json' }

/** A Helm version. A helm built from source reports no patch number. */
export interface HelmVersion {
  readonly major: number
  readonly minor: number
  readonly patch: number | undefined
}

/** The version that is installed when PATH has none that is recent enough. */
export const PINNED_VERSION = releases.pinned

/**
 * Oldest versions used: 3.18.5 and 4.1.4 fix the loading of hostile charts and plugins
 * (CVE-2025-55198, CVE-2025-55199, CVE-2026-35204, CVE-2026-35205, CVE-2026-35206).
 */
export const OLDEST_VERSIONS = releases.oldest.join(' or ')

const VERSION = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-+]\S*)?$/

/** Reads `v4.3.0`, `4.3.0`, `v4.3` or `v4.3.0+g1234`; undefined for anything else. */
export function parseHelmVersion(text: string): HelmVersion | undefined {
  const [match, major, minor, patch] = VERSION.exec(text.trim()) ?? []
  if (match === undefined) return undefined
  return {
    major: Number(major),
    minor: Number(minor),
    patch: patch === undefined ? undefined : Number(patch)
  }
}

/**
 * Whether `version` has the security fixes that we ask for; without a patch number it counts as the
 * newest of its minor, and a major beyond those that we know as newer than all of them.
 */
export function isRecentEnough(version: HelmVersion): boolean {
  const oldest = releases.oldest.flatMap((text) => parseHelmVersion(text) ?? [])
  const floor = oldest.find(({ major }) => major === version.major)
  if (!floor) return oldest.every(({ major }) => version.major > major)
  if (version.minor !== floor.minor) return version.minor > floor.minor
  return (version.patch ?? Number.POSITIVE_INFINITY) >= (floor.patch ?? 0)
}

/** Whether a helm that reports `found` can stand for the `wanted` one. */
export function satisfies(found: HelmVersion, wanted: HelmVersion): boolean {
  if (found.major !== wanted.major || found.minor !== wanted.minor) return false
  return found.patch === undefined || wanted.patch === undefined || found.patch === wanted.patch
}

/** The failure of a helm that was asked for by name and lacks security fixes. */
export function tooOld(version: string): Failure {
  const message = `Helm ${version} lacks security fixes; ${OLDEST_VERSIONS} is the oldest that is used.`
  return new Failure('helm', {
    message,
    fix: `Set \`helm-version\` to ${PINNED_VERSION} or leave it empty.`
  })
}

/** Whether that helm heeds SOURCE_DATE_EPOCH, so that packing again gives the same bytes (4.3 and newer). */
export function heedsSourceDate({ major, minor }: HelmVersion): boolean {
  return major > 4 || (major === 4 && minor >= 3)
}
