import { isChartVersion } from '../../chart/metadata/chart-version.ts'
import type { Metadata } from '../../chart/metadata/metadata.ts'
import { versionFault } from '../../chart/metadata/version-fault.ts'
import { Failure, failureOf, type Problem } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import type { LoadOptions } from '../model/request.ts'

type ReleaseVersion = { readonly version: string } | { readonly problem: Problem }

/** The chart that a version is wanted for. */
interface VersionedChart {
  readonly name: string
  /** Whether it is the only chart of the run, so that a tag need not name it. */
  readonly isOnly: boolean
}

/**
 * The version that a release tag names for a chart: the whole tag, or what follows the chart's name, or a folder path
 * that ends in it, and one of `-`, `/`, `@` or `_`. Where the run has no other chart, `chart`, `helm` and the like may
 * stand for its name, or be added to it: `chart-v1.2.3`, `helm/v1.2.3`, `NAME-chart-1.2.3`. Behind a name there are three
 * numbers at least, since `app-2-1.0.0` is of the chart `app-2`. A leading `v` is dropped, and so is `refs/tags/`.
 */
export function releaseVersion(text: string, chart: VersionedChart): ReleaseVersion {
  const candidates = versionsIn(text.replace(/^refs\/tags\//, ''), chart)
  const version = candidates.find(isChartVersion)
  return version === undefined ? { problem: noVersion(text, chart, candidates) } : { version }
}

/** The version that `version` asks of a chart, as it is given or named by a release tag. @throws Failure usage */
export function requestedVersion(
  text: string | undefined,
  chart: VersionedChart
): string | undefined {
  if (text === undefined) return undefined
  const found = releaseVersion(text, chart)
  if ('problem' in found) throw new Failure('usage', found.problem)
  return found.version
}

/** A version without the `v` that tags have in front. */
function withoutV(text: string): string {
  return text.replace(/^v(?=\d)/, '')
}

const SEPARATOR = /[-/@_](?=v?\d+\.\d+\.\d)/g

/** What a tag may say of the version: the whole of it, and what follows each name of the chart. */
function versionsIn(tag: string, chart: VersionedChart): readonly string[] {
  const behindNames = [...tag.matchAll(SEPARATOR)]
    .filter(({ index }) => isNameOf(tag.slice(0, index), chart))
    .map(({ index }) => tag.slice(index + 1))
  return [tag, ...behindNames].map(withoutV)
}

/** What release tags have in place of a chart's name, or together with it. */
const GENERAL = '(?:helm[-_/])?charts?|helm'
const GENERAL_NAME = new RegExp(`^(?:${GENERAL})$`)
const BEFORE_NAME = new RegExp(`^(?:${GENERAL})[-_/@]$`)
const BEHIND_NAME = new RegExp(`^[-_/@](?:${GENERAL})$`)

function isNameOf(text: string, { name, isOnly }: VersionedChart): boolean {
  if (name === '') return false
  if (text === name || text.endsWith(`/${name}`)) return true
  if (!isOnly) return false
  const [before, behind] = [text.slice(0, -name.length), text.slice(name.length)]
  return (
    GENERAL_NAME.test(text) ||
    (text.endsWith(name) && BEFORE_NAME.test(before)) ||
    (text.startsWith(name) && BEHIND_NAME.test(behind))
  )
}

function noVersion(
  text: string,
  { name, isOnly }: VersionedChart,
  candidates: readonly string[]
): Problem {
  const meant = candidates.find((candidate) => /^\d+\.\d/.test(candidate))
  const fault = meant === undefined ? undefined : versionFault(meant)
  if (fault) {
    const message = `${input('version')} is "${text}", which is not a semantic version: ${fault.why}.`
    return { message, fix: fault.fix }
  }
  return isOnly ? nameless(text, name) : ofOtherChart(text)
}

function nameless(text: string, name: string): Problem {
  const message = `${input('version')} is "${text}", which does not name a version of the chart "${name}".`
  const fix = `Use a SemVer 2 version such as 1.2.3, or a tag such as v1.2.3, chart-v1.2.3, ${name}-1.2.3 or charts/${name}/v1.2.3.`
  return { message, fix }
}

/** The same words for each of the charts, so that they are reported once. */
function ofOtherChart(text: string): Problem {
  const message = `${input('version')} is "${text}", which does not name a version of this chart.`
  const fix = `With several charts, use a SemVer 2 version such as 1.2.3, or a tag such as v1.2.3. To publish the one chart that the tag names, set ${input('chart')} to that chart only.`
  return { message, fix }
}

/**
 * What was packaged before is published unchanged: `version` and `app-version` have to be what it has.
 * @throws Failure usage, when they are not
 */
export function requireVersions(
  chart: string,
  metadata: Metadata,
  { inputs: { version: asked, appVersion }, isOnlyChart }: LoadOptions
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

function unequal(name: string, { chart, given, found }: Unequal): Problem {
  const message = `${input(name)} is "${given}", but the archive "${chart}" has "${found}"; archives are published unchanged.`
  return { message, fix: `Do not set ${input(name)}, or give the chart's directory instead.` }
}
