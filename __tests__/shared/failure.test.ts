import { expect, test } from '@jest/globals'
import { exitCodeOf, Failure, failureIn, failureOf, problemOf } from '../../src/shared/failure.ts'

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

test('a failure says in one line what failed and why, and has the parts one by one', () => {
  const problem = { message: 'The registry refused it:', why: '403 DENIED.', fix: 'Log in.' }
  const failure = new Failure('auth', problem)
  expect(failure.message).toBe('The registry refused it: 403 DENIED.')
  expect(problemOf(failure)).toEqual(problem)
  const both = failureOf('auth', [failure, { message: 'So did another.', fix: 'Log in.' }])
  expect(both.message).toBe('The registry refused it: 403 DENIED. So did another.')
  expect(problemOf(both)).toMatchObject({ message: both.message, fix: 'Log in.' })
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

test.each([
  ['too many open files', { code: 'EMFILE', syscall: 'open' }, 'ulimit -n'],
  ['too many open files of the machine', { code: 'ENFILE', syscall: 'socket' }, 'ulimit -n'],
  ['a working directory that was removed', { code: 'ENOENT', syscall: 'uv_cwd' }, 'that exists']
])('%s: not a bug, wherever it is met, and the fix is the system’s', (_, system, fix) => {
  const error = Object.assign(new Error('below'), system)
  expect(exitCodeOf(error)).toBe(2)
  expect(failureIn(error)).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining(system.code),
    fix: expect.stringContaining(fix)
  })
  const above = new Failure('helm', { message: 'helm cannot be started.', fix: 'See.' }, error)
  expect(failureIn(above)).toMatchObject({
    kind: 'helm',
    message: 'helm cannot be started.',
    fix: expect.stringContaining(fix)
  })
})
