import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { keyLines } from '../../../../src/chart/yaml/read-yaml.ts'
import { parseFindings } from '../../../../src/publish/package/lint/findings.ts'
import type { LintFinding } from '../../../../src/publish/package/lint/lint-finding.ts'
import { LINT_CHARTS } from '../../../support/charts/lint/all.ts'
import {
  type LintChart,
  type LintOutput,
  type LintRecord,
  lintChartFiles
} from '../../../support/charts/lint/lint-chart.ts'

const FIXTURE = join(import.meta.dirname, '../../../fixtures/helm/lint.json')
const RECORDS: readonly LintRecord[] = JSON.parse(readFileSync(FIXTURE, 'utf8'))
const USER_PATH = 'charts/app'

const RECORDED = RECORDS.flatMap(({ title, outputs }) => {
  const chart = LINT_CHARTS.find((one) => one.title === title)
  if (!chart) throw new Error(`"${title}" was recorded, but is not described: record again`)
  return outputs.flatMap((output) => output.helms.map((helm) => ({ title, helm, chart, output })))
})

test('every chart is recorded with four helms', () => {
  expect(RECORDED).toHaveLength(4 * LINT_CHARTS.length)
})

function findingsOf(chart: LintChart, output: LintOutput): readonly LintFinding[] {
  const files = lintChartFiles(chart)
  const directory = `%DIR%/${chart.folder ?? 'chart'}`
  const values = (chart.args ?? [])
    .filter((arg) => arg.startsWith('--values='))
    .map((arg) => arg.slice('--values='.length))
    .map((path) => ({ path, shown: path.replace(directory, USER_PATH).replace('%DIR%/', '') }))
  return parseFindings(output, {
    directory,
    chart: USER_PATH,
    values,
    strict: chart.args?.includes('--strict') ?? false,
    files: {
      has: (path) => Object.hasOwn(files, path),
      lineOfKey: (key) => keyLines(Buffer.from(files['Chart.yaml'] ?? '')).get(key)
    }
  })
}

/** A finding as the descriptions of the charts have it: by the text of the line that it points at. */
function shown({ severity, place }: LintFinding, chart: LintChart): string {
  if (!place) return severity
  const path = place.file.slice(`${USER_PATH}/`.length)
  if (place.line === undefined) return `${severity} ${path}`
  const line = lintChartFiles(chart)[path]?.split('\n')[place.line - 1]
  return `${severity} ${path} | ${line?.trim() ?? '(none)'}`
}

function expectedOf({ expected = [] }: LintChart, helm: string): readonly string[] {
  if (!('v3' in expected)) return expected
  return helm.startsWith('v3') ? expected.v3 : expected.v4
}

/*
 * What is expected is written beside each chart: the line that is wrong, by its text. Neither the output of helm nor the
 * parser has a part in it, so that a wrong line, file or severity, a lost finding and one too many all fail.
 */
describe('helm lint finds what is wrong, each thing once, at the line that is wrong', () => {
  test.each(RECORDED)('$title, by helm $helm', ({ chart, output, helm }) => {
    const found = findingsOf(chart, output).map((finding) => shown(finding, chart))
    expect(found).toEqual(expectedOf(chart, helm))
  })
})

test.each(RECORDED)('a failed run has what it failed for: $title, helm $helm', (recorded) => {
  const { chart, output } = recorded
  const failing = chart.args?.includes('--strict') ? ['error', 'warning'] : ['error']
  const hasFailing = findingsOf(chart, output).some(({ severity }) => failing.includes(severity))
  expect(hasFailing).toBe(output.exitCode !== 0)
})

test('messages are one line and have the path that the user knows', () => {
  for (const { chart, output } of RECORDED) {
    for (const { message } of findingsOf(chart, output)) {
      expect(message).not.toMatch(/%DIR%|[\r\n]/)
    }
  }
})
