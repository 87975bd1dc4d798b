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

test('what was published or skipped is one notice each, with a title', () => {
  const logger = annotated([
    publicationOf(),
    publicationOf({ status: 'unchanged' }),
    publicationOf({ status: 'skipped' }),
    publicationOf({ status: 'planned' })
  ])
  expect(logger.lines).toEqual([
    `info: Unchanged: ${REF} (sha256:0123456789ab)`,
    `info: Would be published: ${REF} ${DIGEST}`,
    `notice: Published ${REF} ${DIGEST}`,
    `notice: Skipped: ${REF} already exists with different content (sha256:0123456789ab)`
  ])
  expect(logger.abouts[0]).toEqual({ title: 'Published Helm chart' })
})

test('a run without publications has no notice', () => {
  expect(annotated([]).lines).toEqual([])
})

test('when some failed, one notice names what was published and what failed', () => {
  const unchanged = manyPublications(3, 'unchanged')
  const { lines, abouts } = annotated([
    publicationOf({ name: 'api' }),
    ...unchanged,
    failedWith('No.', { name: 'worker' })
  ])
  expect(lines.slice(0, 4)).toEqual([
    ...[0, 1, 2].map((index) =>
      expect.stringContaining(`info: Unchanged: registry.example.com/charts/chart-${index}:`)
    ),
    expect.stringContaining('info: Published registry.example.com/charts/api:1.2.3')
  ])
  expect(lines.slice(4)).toEqual([
    'notice: Published 1 of 5 (api 1.2.3); 3 unchanged, 1 failed (worker 1.2.3).'
  ])
  expect(abouts).toEqual([{ title: 'Helm charts' }])
})

test('more than GitHub keeps are one notice that names them', () => {
  expect(annotated(manyPublications(8)).lines.join()).not.toContain('info: ')
  const { lines } = annotated(manyPublications(9))
  expect(lines.filter((line) => line.startsWith('info: Published '))).toHaveLength(9)
  expect(lines.slice(9)).toEqual([
    expect.stringMatching(/^notice: Published all 9 \(chart-0 1\.2\.3, .*, chart-8 1\.2\.3\)\.$/)
  ])
  expect(annotated(manyPublications(30)).lines.at(-1)).toMatch(/chart-24 1\.2\.3 and 5 more\)\.$/)
})

test('more errors than GitHub keeps are summed up before they are told', () => {
  const failures = Array.from({ length: 11 }, (_, index) => failedWith(`No ${index}.`))
  expect(annotated(failures.slice(1)).lines).toEqual([])
  expect(annotated(failures).lines).toEqual([
    'error: Nothing was published; 11 failed (demo 1.2.3). GitHub shows 9 of 11 errors; see the log and the summary for all of them.'
  ])
  const problems = Array.from({ length: 11 }, (_, index) => ({ message: `No ${index}.`, fix: '' }))
  const failed = publicationOf({ status: 'failed', error: failureOf('chart', problems) })
  expect(annotated([failed]).lines).toEqual([expect.stringContaining('9 of 11 errors')])
})
