import { describe, expect, test } from '@jest/globals'
import { NotAttempted } from '../../../src/oci/errors/not-attempted.ts'
import type { Publication } from '../../../src/publish/model/publication.ts'
import { reportErrors, reportFailure, reportResults } from '../../../src/publish/report/report.ts'
import { Failure, failureOf } from '../../../src/shared/failure.ts'
import { printable } from '../../../src/shared/printable.ts'
import { RecordingLogger } from '../../support/log.ts'
import { DIGEST, publicationOf } from '../../support/publications.ts'

test('a failure is one line with its fix, and gives its exit code', () => {
  const logger = new RecordingLogger()
  const failure = new Failure('conflict', { message: 'It is there.', fix: 'Take another.' })
  expect(reportFailure(failure, logger)).toBe(7)
  expect(logger.lines).toEqual(['error: It is there. Fix: Take another.'])
})

test('the fix is there however long the message is', () => {
  const logger = new RecordingLogger()
  reportFailure(new Failure('helm', { message: 'x'.repeat(9000), fix: 'Mend it.' }), logger)
  expect(printable(logger.lines.join(''))).toMatch(/more characters\) Fix: Mend it\.$/)
})

test('each problem of a failure is a line with its fix, at its place', () => {
  const logger = new RecordingLogger()
  const place = { file: 'Chart.yaml', line: 3 }
  const problems = [
    { message: 'The name is wrong.', fix: 'Change it.' },
    { message: 'The version is wrong.', fix: 'Fix it.', place }
  ]
  expect(reportFailure(failureOf('chart', problems), logger, 'charts/a')).toBe(4)
  expect(logger.lines).toEqual([
    'error: charts/a: The name is wrong. Fix: Change it.',
    'error: charts/a: The version is wrong. Fix: Fix it.'
  ])
  expect(logger.abouts.map((about) => about?.place)).toEqual([undefined, place])
})

test('what lies beneath a failure goes to the debug log', () => {
  const logger = new RecordingLogger()
  reportFailure(new Failure('registry', { message: 'a', fix: 'b' }, new Error('beneath')), logger)
  expect(logger.lines[0]).toBe('debug: Error: beneath')
})

test('what is no failure is told as a bug: exit code 1', () => {
  const logger = new RecordingLogger()
  expect(reportFailure(new TypeError('x is undefined'), logger)).toBe(1)
  expect(logger.lines.at(-1)).toContain(
    'error: Unexpected error: x is undefined. Fix: This is a bug'
  )
})

test('what was not attempted, since its registry was unreachable, is reported with what failed there', () => {
  const first = new Failure('registry', { message: 'r.test cannot be reached.', fix: 'Check it.' })
  const publications = ['a', 'b', 'c'].map((name, index) => {
    const error = index === 0 ? first : new NotAttempted('r.test', first)
    return publicationOf({ name, status: index === 0 ? 'failed' : 'not-attempted', error })
  })
  const logger = new RecordingLogger()
  expect(reportErrors(publications, logger)).toBe(6)
  reportResults(publications, logger)
  expect(logger.lines).toEqual([
    'error: r.test cannot be reached. Fix: Check it.',
    'info: Not attempted: registry.example.com/charts/b:1.2.3',
    'info: Not attempted: registry.example.com/charts/c:1.2.3'
  ])
})

describe('an error of a run with several charts', () => {
  const failure = (message: string) => new Failure('chart', { message, fix: 'Mend it.' })
  const failed = (chart: string, error = failure('It is cut short.')): Publication => {
    return publicationOf({ status: 'failed', isUnread: true, chart, error })
  }

  function told(...publications: readonly Publication[]): readonly string[] {
    const logger = new RecordingLogger()
    expect(reportErrors(publications, logger)).toBe(4)
    return logger.lines
  }

  test('names its chart', () => {
    expect(told(publicationOf(), failed('out/a.tgz'))).toEqual([
      'error: out/a.tgz: It is cut short. Fix: Mend it.'
    ])
  })

  test('names all charts that have one like it, in one line', () => {
    const other = failed('c.tgz', failure('It is a zip file.'))
    expect(told(failed('a.tgz'), other, failed('b.tgz'))).toEqual([
      'error: a.tgz, b.tgz: It is cut short. Fix: Mend it.',
      'error: c.tgz: It is a zip file. Fix: Mend it.'
    ])
    const many = Array.from({ length: 10 }, (_, index) => failed(`${index}.tgz`))
    expect(told(...many)[0]).toContain('6.tgz, 7.tgz and 2 more: It is cut short.')
  })

  test('names a chart that was read by name and version', () => {
    const pushed = publicationOf({ chart: 'oci-layout:x', status: 'failed', error: failure('No.') })
    expect(told(pushed, publicationOf())).toEqual(['error: demo 1.2.3: No. Fix: Mend it.'])
  })

  test('names no chart that its message begins with', () => {
    expect(
      told(publicationOf(), failed('charts/a', failure('charts/a: Chart.yaml is missing.')))
    ).toEqual(['error: charts/a: Chart.yaml is missing. Fix: Mend it.'])
  })

  test('names no chart that its message names, and none where it was thrown for all of them', () => {
    const named = failure('The archive "a.tgz" cannot be read.')
    expect(told(publicationOf(), failed('a.tgz', named))).toEqual([
      'error: The archive "a.tgz" cannot be read. Fix: Mend it.'
    ])
    const shared = failure('There is no helm.')
    expect(told(failed('a', shared), failed('b', shared))).toEqual([
      'error: There is no helm. Fix: Mend it.'
    ])
  })
})

test('the error of a run with one chart names none', () => {
  const logger = new RecordingLogger()
  const error = new Failure('chart', { message: 'It is cut short.', fix: 'Mend it.' })
  reportErrors([publicationOf({ status: 'failed', error })], logger)
  expect(logger.lines).toEqual(['error: It is cut short. Fix: Mend it.'])
})

test('valid charts that were not attempted because others failed are one line that names both', () => {
  const logger = new RecordingLogger()
  const error = new Failure('chart', { message: 'No.', fix: 'Fix it.' })
  const names = Array.from({ length: 10 }, (_, index) => `c${index}`)
  reportResults(
    [
      publicationOf({ chart: 'charts/bad', isUnread: true, status: 'failed', error }),
      ...names.map((name) => publicationOf({ status: 'not-attempted', name }))
    ],
    logger
  )
  expect(logger.lines).toEqual([
    expect.stringMatching(
      /^info: Not attempted, because charts\/bad failed: c0 1\.2\.3, .* and 2 more$/
    )
  ])
})

test('what is unchanged is one line each, with a short digest, before what is new', () => {
  const logger = new RecordingLogger()
  reportResults([publicationOf(), publicationOf({ name: 'a', status: 'unchanged' })], logger)
  expect(logger.lines).toEqual([
    'info: Unchanged: registry.example.com/charts/a:1.2.3 (sha256:0123456789ab)',
    `info: Published registry.example.com/charts/demo:1.2.3 ${DIGEST}`
  ])
})
