import { setImmediate } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { TargetTurns } from '../../../src/publish/push/target-turns.ts'
import { deferred } from '../../../src/shared/deferred.ts'

/** Work that ends when the test says so. */
function stage(turns: TargetTurns) {
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const enter = (target: string, name: string) => {
    return turns.at(target, () => {
      begun.push(name)
      return new Promise<void>((resolve) => ends.set(name, resolve))
    })
  }
  const end = async (name: string) => {
    ends.get(name)?.()
    await setImmediate()
  }
  return { begun, enter, end }
}

test('so many are at a target at a time, in the order in which they came', async () => {
  const { begun, enter, end } = stage(new TargetTurns(2))
  for (const name of ['a', 'b', 'c', 'd']) void enter('x', name)
  await setImmediate()
  expect(begun).toEqual(['a', 'b'])
  await end('b')
  expect(begun).toEqual(['a', 'b', 'c'])
  await end('a')
  await end('c')
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
})

test('one target does not keep anybody from another', async () => {
  const { begun, enter } = stage(new TargetTurns(1))
  void enter('x', 'a')
  void enter('x', 'b')
  void enter('y', 'c')
  await setImmediate()
  expect(begun).toEqual(['a', 'c'])
})

test('work that fails gives its place to the next', async () => {
  const turns = new TargetTurns(1)
  const failed = turns.at('x', () => Promise.reject(new Error('no')))
  const next = turns.at('x', async () => 'done')
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('done')
  expect(await turns.at('x', async () => 'again')).toBe('again')
})

test('the patience with a target that is late halves, and starts when it has answered', () => {
  const turns = new TargetTurns(1, 100)
  expect(turns.patienceWith('x')).toBe(100)
  turns.isLate('x')
  turns.isLate('x')
  expect([turns.patienceWith('x'), turns.patienceWith('y')]).toEqual([0, 100])
  turns.hasAnswered('x')
  expect(turns.patienceWith('x')).toBe(50)
})

test('whoever waits for something else lets others have the turn, and goes on when it is free again', async () => {
  const turns = new TargetTurns(1)
  const steps: string[] = []
  const other = deferred<void>()
  const waiting = turns.at('x', async () => {
    steps.push('a begins')
    await turns.yieldFor('x', other.promise)
    steps.push('a goes on')
  })
  const next = deferred<void>()
  const second = turns.at('x', async () => {
    steps.push('b begins')
    await next.promise
    steps.push('b ends')
  })
  await setImmediate()
  other.resolve()
  await setImmediate()
  expect(steps).toEqual(['a begins', 'b begins'])
  next.resolve()
  await Promise.all([waiting, second])
  expect(steps).toEqual(['a begins', 'b begins', 'b ends', 'a goes on'])
})
