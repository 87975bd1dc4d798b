import type { Metadata } from '../../chart/metadata/metadata.ts'
import { failureOf, type Problem } from '../../shared/failure.ts'
import type { PackRequest } from './pack-request.ts'
import { requestedVersion, withoutV } from './release-version.ts'

/**
 * What was packaged before is published unchanged: `version` and `app-version` have to be what it has.
 * @throws Failure usage, when they are not
 */
export function requireVersions(
  { chart, isOnlyChart, version: asked, appVersion }: PackRequest,
  metadata: Metadata
): void {
  const problems: Problem[] = []
  const version = requestedVersion(asked, { name: metadata.name, isOnly: isOnlyChart })
  if (version !== undefined && version !== withoutV(metadata.version)) {
    problems.push(unequal('version', { chart, given: version, found: metadata.version }))
  }
  if (appVersion !== undefined && appVersion !== metadata.appVersion) {
    problems.push(unequal('app-version', { chart, given: appVersion, found: metadata.appVersion }))
  }
  if (problems.length > 0) throw failureOf('usage', problems)
}

interface Unequal {
  readonly chart: string
  readonly given: string
  readonly found: string
}

function unequal(input: string, { chart, given, found }: Unequal): Problem {
  const message = `\`${input}\` is "${given}", but the archive "${chart}" has "${found}"; archives are published unchanged.`
  return { message, fix: `Leave \`${input}\` empty, or give the chart's directory instead.` }
}
