import { parseChartVersion } from '../../chart/metadata/chart-version.ts'
import { parseConstraint, satisfies } from './constraint.ts'

/** Three numbers: a version, and not a range such as `1.2`. */
const WHOLE_VERSION = /^v?[0-9]+\.[0-9]+\.[0-9]+(?:[-+]|$)/

/**
 * Whether a chart of version `found` is in the range that Chart.yaml declares: by its text, as `helm dependency list`
 * compares first, else as a range. A text that is not a range does not decide anything: `helm package` takes it.
 */
export function isInRange(found: string, declared: string): boolean {
  if (found === declared) return true
  const constraint = parseConstraint(declared)
  const version = parseChartVersion(found)
  return !constraint || !version || satisfies(version, constraint)
}

/** Whether a chart of version `found` is the one that a lock names; a lock of Helm 3.3 or of a folder may name a range. */
export function isLocked(found: string, locked: string): boolean {
  if (!isWholeVersion(locked)) return isInRange(found, locked)
  return withoutV(found) === withoutV(locked)
}

export function isWholeVersion(text: string): boolean {
  return WHOLE_VERSION.test(text)
}

function withoutV(version: string): string {
  return version.replace(/^v/, '')
}
