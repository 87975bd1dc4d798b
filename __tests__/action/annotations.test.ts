import { expect, test } from '@jest/globals'
import { annotate } from '../../src/action/annotations.ts'
import type { Outcome } from '../../src/publish/outcome.ts'
import { RecordingLogger } from '../helpers/log.ts'
import { DIGEST, failedWith, manyOutcomes, outcomeOf } from '../helpers/outcomes.ts'

const REF = 'registry.example.com/charts/demo:1.2.3'

function annotated(outcomes: readonly Outcome[]): RecordingLogger {
  const logger = new RecordingLogger()
  annotate(outcomes, false, logger)
  return logger
}

test('what went well is one notice each, with a title', () => {
  const logger = annotated([
    outcomeOf(),
    outcomeOf({ status: 'unchanged' }),
    outcomeOf({ status: 'skipped' }),
    outcomeOf({ status: 'planned' }),
    failedWith('No.')
  ])
  expect(logger.lines).toEqual([
    `info: Not pushed: ${REF}`,
    `notice: Published ${REF} ${DIGEST}`,
    `notice: Unchanged: ${REF} was there already, with the same content, ${DIGEST}`,
    `notice: Skipped: ${REF} is there with other content, and was left, ${DIGEST}`
  ])
  expect(logger.abouts[0]).toEqual({ title: 'Published Helm chart' })
})

test('more than GitHub keeps are one notice that sums them up', () => {
  expect(annotated(manyOutcomes(8)).lines).toHaveLength(8)
  const { lines } = annotated([...manyOutcomes(9), failedWith('No.')])
  expect(lines.filter((line) => line.startsWith('info: Published '))).toHaveLength(9)
  expect(lines.slice(9)).toEqual(['notice: Published 9 of 10; 1 failed.'])
})

test('more errors than GitHub keeps are summed up before they are told', () => {
  const failures = Array.from({ length: 11 }, (_, index) => failedWith(`No ${index}.`))
  expect(annotated(failures.slice(1)).lines).toEqual([])
  expect(annotated(failures).lines).toEqual([
    'error: Nothing was published; 11 failed. GitHub shows 9 of 11 errors; the log and the summary have all.'
  ])
})
