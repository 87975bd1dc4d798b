import { oneLine } from './finding-text.ts'
import type { RawFinding } from './raw-findings.ts'

/** Places under which helm says again what it has said under the name of a file. */
const REPEATING = ['templates/', '']

/**
 * The findings without those that say the same again: helm loads a chart several times, and reports what is wrong with
 * Chart.yaml, values.yaml and the schema under `templates/` and without a place, too.
 */
export function withoutRepeated(findings: readonly RawFinding[]): readonly RawFinding[] {
  const kept: RawFinding[] = []
  for (const finding of findings) {
    if (!kept.some((earlier) => isRepeated(finding, earlier))) kept.push(finding)
  }
  return kept
}

function isRepeated(finding: RawFinding, earlier: RawFinding): boolean {
  if (finding.severity !== earlier.severity || finding.subchart !== earlier.subchart) return false
  const isSamePlace = finding.place === earlier.place
  if (!(isSamePlace || REPEATING.includes(finding.place))) return false
  return causeOf(finding) === causeOf(earlier) || isSameKey(finding, earlier)
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

/** A key of Chart.yaml that is not valid keeps the chart from being loaded, in other words. */
function isSameKey(finding: RawFinding, earlier: RawFinding): boolean {
  const [, key] =
    /^(?:unable to load chart: )?validation: chart\.metadata\.(\w+) /.exec(
      oneLine(finding.lines)
    ) ?? []
  if (key === undefined || earlier.place !== 'Chart.yaml') return false
  return new RegExp(`^(?:chart )?${key}\\b`).test(earlier.lines[0] ?? '')
}
