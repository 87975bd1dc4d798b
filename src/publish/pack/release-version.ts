import { isChartVersion } from '../../chart/metadata/chart-version.ts'
import { Failure, type Problem } from '../../shared/failure.ts'

export type ReleaseVersion = { readonly version: string } | { readonly problem: Problem }

/**
 * The version that a release tag names for a chart: what follows the chart's name, or a folder path that ends
 * in it, and one of `-`, `/`, `@` or `_`, with three numbers at least, since `app-2-1.0.0` is of the chart
 * `app-2`; the whole tag where it names no chart. A leading `v` is dropped, and so is `refs/tags/`.
 */
export function releaseVersion(text: string, chartName: string): ReleaseVersion {
  const tag = text.replace(/^refs\/tags\//, '')
  const version = [tag, ...behindName(tag, chartName)].map(withoutV).find(isChartVersion)
  return version === undefined ? { problem: noVersion(text, chartName) } : { version }
}

/** The version that `version` asks of a chart, as it is given or named by a release tag. @throws Failure usage */
export function requestedVersion(text: string | undefined, chartName: string): string | undefined {
  if (text === undefined) return undefined
  const found = releaseVersion(text, chartName)
  if ('problem' in found) throw new Failure('usage', found.problem)
  return found.version
}

function behindName(tag: string, chartName: string): readonly string[] {
  const place = tag.lastIndexOf(chartName)
  const isWhole = place === 0 || tag[place - 1] === '/'
  if (chartName === '' || place === -1 || !isWhole) return []
  const rest = tag.slice(place + chartName.length)
  return /^[-/@_]v?\d+\.\d+\.\d/.test(rest) ? [rest.slice(1)] : []
}

/** A version without the `v` that tags have in front. */
export function withoutV(text: string): string {
  return text.replace(/^v(?=\d)/, '')
}

function noVersion(text: string, chartName: string): Problem {
  const message = `\`version\` is "${text}", which names no version of the chart "${chartName}".`
  const fix = `Give a SemVer 2 version such as 1.2.3, or a tag such as v1.2.3, ${chartName}-1.2.3 or charts/${chartName}/v1.2.3.`
  return { message, fix }
}
