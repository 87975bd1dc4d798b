import { expect, test } from '@jest/globals'
import { reportFailure } from '../../src/publish/report.ts'
import { Failure } from '../../src/shared/failure.ts'
import { printable } from '../../src/shared/printable.ts'
import { RecordingLogger } from '../helpers/log.ts'

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
