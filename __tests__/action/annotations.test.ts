import { expect, test } from '@jest/globals'
import { annotate } from '../../src/action/annotations.ts'
import type { Publication } from '../../src/publish/model/publication.ts'
import { failureOf } from '../../src/shared/failure.ts'
import { RecordingLogger } from '../support/log.ts'
import { DIGEST, failedWith, manyPublications, publicationOf } from '../support/publications.ts'

const REF = 'registry.example.com/charts/demo:1.2.3'

function annotated(publications: readonly Publication[]): RecordingLogger {
  const logger = new RecordingLogger()
  annotate(publications, false, logger)
  return logger
}

test('what went well is one notice each, with a title', () => {
  const logger = annotated([
    publicationOf(),
    publicationOf({ status: 'unchanged' }),
    publicationOf({ status: 'skipped' }),
    publicationOf({ status: 'planned' }),
    failedWith('No.')
  ])
  expect(logger.lines).toEqual([
    `info: Would be published: ${REF} ${DIGEST}`,
    `notice: Published ${REF} ${DIGEST}`,
    `notice: Unchanged: ${REF} already exists with the same content (${DIGEST})`,
    `notice: Skipped: ${REF} already exists with different content (${DIGEST})`,
    'info: Published 1 of 5; 1 unchanged, 1 skipped, 1 failed.'
  ])
  expect(logger.abouts[0]).toEqual({ title: 'Published Helm chart' })
})

test('one publication has no counts, none has a line that says so', () => {
  expect(annotated([publicationOf()]).lines).toHaveLength(1)
  expect(annotated([]).lines).toEqual(['info: No charts were found; nothing was published.'])
})

test('more than GitHub keeps are one notice that sums them up', () => {
  expect(annotated(manyPublications(8)).lines).toHaveLength(9)
  const { lines } = annotated([...manyPublications(9), failedWith('No.')])
  expect(lines.filter((line) => line.startsWith('info: Published '))).toHaveLength(9)
  expect(lines.slice(9)).toEqual(['notice: Published 9 of 10; 1 failed.'])
})

test('more errors than GitHub keeps are summed up before they are told', () => {
  const failures = Array.from({ length: 11 }, (_, index) => failedWith(`No ${index}.`))
  expect(annotated(failures.slice(1)).lines).toEqual(['info: Nothing was published; 10 failed.'])
  expect(annotated(failures).lines.slice(1)).toEqual([
    'error: Nothing was published; 11 failed. GitHub shows 9 of 11 errors; see the log and the summary for all of them.'
  ])
  const problems = Array.from({ length: 11 }, (_, index) => ({ message: `No ${index}.`, fix: '' }))
  const failed = publicationOf({ status: 'failed', error: failureOf('chart', problems) })
  expect(annotated([failed]).lines).toEqual([expect.stringContaining('9 of 11 errors')])
})
