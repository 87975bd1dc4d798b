import { expect, test } from '@jest/globals'
import { exitCodeOf, Failure, failureOf } from '../../src/shared/failure.ts'

test('several problems make one failure that tells of all, each fix once', () => {
  const failure = failureOf('usage', [
    { message: 'One is wrong.', fix: 'Mend it.' },
    { message: 'Two is wrong.', fix: 'Mend it.' },
    { message: 'Three is wrong.', fix: 'Leave it.' }
  ])
  expect(failure.message).toBe('One is wrong. Two is wrong. Three is wrong.')
  expect(failure.fix).toBe('Mend it. Leave it.')
  expect(failure.exitCode).toBe(2)
})

test('a failure has its problems one by one, also those of failures that it is made of', () => {
  const [one, two, three] = ['One.', 'Two.', 'Three.'].map((message) => ({
    message,
    fix: 'Fix it.'
  }))
  const place = { file: 'Chart.yaml', line: 3 }
  if (!one || !two || !three) throw new Error('there are three')
  const inner = failureOf('usage', [two, { ...three, place }])
  expect(failureOf('usage', [one, inner]).problems).toEqual([one, two, { ...three, place }])
  expect(new Failure('usage', one).problems).toEqual([one])
})

test('what is no failure of ours is a bug: exit code 1', () => {
  expect(exitCodeOf(new TypeError('x is undefined'))).toBe(1)
  expect(exitCodeOf('thrown text')).toBe(1)
})

test('the cause is kept', () => {
  const cause = new Error('below')
  expect(new Failure('registry', { message: 'Above.', fix: 'Look below.' }, cause).cause).toBe(
    cause
  )
})
