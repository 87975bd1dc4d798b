import { oneLine } from './finding-text.ts'
import type { RawFinding } from './raw-findings.ts'

/** Places under which helm says again what it has said under the name of a file. */
const REPEATING = ['templates/', '']

/**
 * The findings without those that say the same again: helm loads a chart several times, and reports what is wrong with
 * Chart.yaml, values.yaml and the schema under `templates/` and without a place, too.
 */
export function withoutRepeated(findings: readonly RawFinding[]): readonly RawFinding[] {
  const said = new Set<string>()
  return findings.filter((finding) => {
    const { severity, subchart, place } = finding
    const key = (...parts: readonly string[]) => JSON.stringify([severity, subchart, ...parts])
    const cause = causeOf(finding)
    const refused = refusedKey(finding)
    const isRepeated = REPEATING.includes(place)
      ? said.has(key('cause', cause)) || (refused !== undefined && said.has(key('key', refused)))
      : said.has(key('cause', cause, place))
    said.add(key('cause', cause)).add(key('cause', cause, place))
    const about =
      place === 'Chart.yaml' ? /^(?:chart )?(\w+)/.exec(finding.lines[0] ?? '')?.[1] : undefined
    if (about !== undefined) said.add(key('key', about))
    return !isRepeated
  })
}

/** What is left of a text when it does not say where helm met it. */
function causeOf({ lines }: RawFinding): string {
  const text = oneLine(lines)
    .replace(/^unable to load chart: /, '')
    .replace(/^unable to parse YAML: /, '')
    .replace(/^cannot load (?:Chart|values)\.yaml: /, '')
    .replace(/^cannot unmarshal yaml document: /, '')
    // The types of Go that helm reads it into differ.
    .replace(/( into Go value of type ).*$/, '$1')
  const [header = '', chart = '', ...refusals] = lines
  if (!/^values don't meet the specifications/.test(header)) return sortedWords(text)
  return chart.endsWith(':') ? sortedWords(oneLine(refusals)) : sortedWords(text)
}

/** Go's maps have no order: `'a', 'b' not allowed` is `'b', 'a' not allowed` the next time. */
function sortedWords(text: string): string {
  return text
    .split(/[\s,;]+/)
    .sort()
    .join(' ')
}

/** The key of Chart.yaml that keeps the chart from being loaded. */
function refusedKey({ lines }: RawFinding): string | undefined {
  const words = /^(?:unable to load chart: )?validation: chart\.metadata\.(\w+) /
  return words.exec(oneLine(lines))?.[1]
}
