import { expect, test } from '@jest/globals'
import type { LintFinding } from '../../../../src/publish/package/lint/lint-finding.ts'
import {
  logFindings,
  WarningBudget,
  warnOfFindings
} from '../../../../src/publish/package/lint/report-findings.ts'
import { RecordingLogger } from '../../../support/log.ts'

const ERROR: LintFinding = {
  severity: 'error',
  message: 'templates/: parse error',
  place: { file: 'app/templates/x.yaml', line: 3 }
}
const WARNING: LintFinding = {
  severity: 'warning',
  message: 'templates/y.yaml: deprecated',
  place: { file: 'app/templates/y.yaml' }
}
const REMARK: LintFinding = { severity: 'info', message: 'Chart.yaml: icon is recommended' }

function many(count: number): readonly LintFinding[] {
  return Array.from({ length: count }, (_, index) => ({ ...WARNING, message: `w${index}` }))
}

function warningsOf(
  findings: readonly LintFinding[],
  { mode = 'warn', budget = new WarningBudget(), chart = 'app' } = {} as {
    mode?: 'warn' | 'fail' | 'strict'
    budget?: WarningBudget
    chart?: string
  }
): RecordingLogger {
  const logger = new RecordingLogger()
  warnOfFindings(findings, { chart, mode, budget }, logger)
  return logger
}

test('the log has one line for each finding, and how many there are', () => {
  const logger = new RecordingLogger()
  logFindings([ERROR, WARNING, REMARK, { ...REMARK, message: 'other' }], logger)
  expect(logger.lines).toEqual([
    'info: ERROR app/templates/x.yaml:3: templates/: parse error',
    'info: WARNING app/templates/y.yaml: templates/y.yaml: deprecated',
    'detail: INFO Chart.yaml: icon is recommended',
    'detail: INFO other',
    'info: helm lint: 1 error, 1 warning, 2 remarks.'
  ])
})

test('a chart without findings says so', () => {
  const logger = new RecordingLogger()
  logFindings([], logger)
  expect(logger.lines).toEqual(['detail: helm lint found nothing.'])
})

test('what does not fail the run is a warning at its place, errors first; remarks are none', () => {
  const { lines, abouts } = warningsOf([WARNING, REMARK, ERROR])
  expect(lines).toEqual([
    'warning: app: templates/: parse error',
    'warning: app: templates/y.yaml: deprecated'
  ])
  expect(abouts).toEqual([ERROR, WARNING].map(({ place }) => ({ title: 'helm lint', place })))
})

test('what fails the run is left to its errors', () => {
  expect(warningsOf([ERROR, WARNING], { mode: 'fail' }).lines).toEqual([
    'warning: app: templates/y.yaml: deprecated'
  ])
  expect(warningsOf([ERROR, WARNING, REMARK], { mode: 'strict' }).lines).toEqual([])
})

test('warnings of all charts of a run stay below what GitHub shows of a step, and one says so', () => {
  const budget = new WarningBudget()
  const first = warningsOf(many(5), { budget })
  const second = warningsOf(many(20), { budget, chart: 'b' })
  const third = warningsOf(many(20), { budget, chart: 'c' })
  expect([first, second, third].map(({ lines }) => lines.length)).toEqual([5, 3, 0])
  expect(second.lines.at(-1)).toMatch(/^warning: b: further findings .* only in the log/)
})

test('warnings that just fit are not said to be more', () => {
  const budget = new WarningBudget()
  expect(warningsOf(many(7), { budget }).lines).toHaveLength(7)
  expect(warningsOf([], { budget }).lines).toEqual([])
  expect(warningsOf(many(1), { budget }).lines).toHaveLength(1)
})
