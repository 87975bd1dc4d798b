import { Failure } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import releases from './releases.json' with { type: 'json' }

/** A Helm version. A helm built from source reports no patch number. */
export interface HelmVersion {
  readonly major: number
  readonly minor: number
  readonly patch: number | undefined
  /** With `v`, without build data: `v4.3.0`, or `v4.3` without a patch number. */
  readonly text: string
}

/** The version that is installed when PATH has none that is recent enough. */
export const PINNED_VERSION = knownVersion(releases.pinned)

/** The versions whose checksums are built in. */
export const KNOWN_VERSIONS = Object.keys(releases.sha256).map(knownVersion)

/**
 * Oldest versions used: 3.18.5 and 4.1.4 fix the loading of hostile charts and plugins
 * (CVE-2025-55198, CVE-2025-55199, CVE-2026-35204, CVE-2026-35205, CVE-2026-35206).
 */
const OLDEST_VERSIONS = releases.oldest.map(knownVersion)
export const OLDEST_VERSIONS_TEXT = OLDEST_VERSIONS.map(({ text }) => text).join(' or ')

/** Reads `v4.3.0`, `4.3.0`, `v4.3` or `v4.3.0+g1234`; undefined for anything else. */
export function parseHelmVersion(text: string): HelmVersion | undefined {
  const pattern = /^v?((\d+)\.(\d+)(?:\.(\d+)(?:-[0-9A-Za-z.-]+)?)?)(?:\+\S*)?$/
  const [, version, major, minor, patch] = pattern.exec(text.trim()) ?? []
  if (version === undefined) return undefined
  return {
    major: Number(major),
    minor: Number(minor),
    patch: patch === undefined ? undefined : Number(patch),
    text: `v${version}`
  }
}

/**
 * Whether `version` has the security fixes that we ask for; without a patch number it counts as the
 * newest of its minor, and a major beyond those that we know as newer than all of them.
 */
export function isRecentEnough(version: HelmVersion): boolean {
  const floor = OLDEST_VERSIONS.find(({ major }) => major === version.major)
  if (!floor) return OLDEST_VERSIONS.every(({ major }) => version.major > major)
  if (version.minor !== floor.minor) return version.minor > floor.minor
  return (version.patch ?? Number.POSITIVE_INFINITY) >= (floor.patch ?? 0)
}

/** Whether a helm that reports `found` can stand for the `wanted` one. */
export function satisfies(found: HelmVersion, wanted: HelmVersion): boolean {
  if (found.major !== wanted.major || found.minor !== wanted.minor) return false
  return found.patch === undefined || wanted.patch === undefined || found.patch === wanted.patch
}

/** The failure of a helm that was asked for by name and lacks security fixes. */
export function tooOld({ text }: HelmVersion): Failure {
  const message = `Helm ${text} does not have all security fixes; ${OLDEST_VERSIONS_TEXT} is the oldest supported version.`
  return new Failure('helm', {
    message,
    fix: `Set ${input('helm-version')} to ${PINNED_VERSION.text}, or leave it out.`
  })
}

/** Whether that helm heeds SOURCE_DATE_EPOCH, so that packing again gives the same bytes (4.3 and newer). */
export function heedsSourceDate({ major, minor }: HelmVersion): boolean {
  return major > 4 || (major === 4 && minor >= 3)
}

function knownVersion(text: string): HelmVersion {
  const version = parseHelmVersion(text)
  if (!version) throw new Error(`releases.json names the version "${text}"`)
  return version
}
