import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { untilInterrupted, watchInterruption, within } from '../../src/shared/interruption.ts'

const GRACE_MS = 50

test('work that ends is waited for', async () => {
  const { signal } = new AbortController()
  expect(await untilInterrupted(sleep(10, 'done'), signal, GRACE_MS)).toBe('done')
})

test('work that ends soon after the interruption has its say', async () => {
  const signal = AbortSignal.abort(new Error('stopped by a user'))
  expect(await untilInterrupted(sleep(10, 'cleaned up'), signal, GRACE_MS)).toBe('cleaned up')
})

test('work that does not end is left behind, with the reason of the interruption', async () => {
  const controller = new AbortController()
  const waiting = untilInterrupted(new Promise(() => undefined), controller.signal, GRACE_MS)
  controller.abort(new Error('stopped by a user'))
  await expect(waiting).rejects.toThrow('stopped by a user')
})

test('work within a limit is waited for, other work is an error', async () => {
  expect(await within(sleep(10, 'done'), 1000)).toBe('done')
  await expect(within(new Promise(() => undefined), 20)).rejects.toThrow('longer than 0.02 s')
  await expect(within(Promise.reject(new Error('broken')), 1000)).rejects.toThrow('broken')
})

test('an event loop that runs empty interrupts, and the listeners are gone afterwards', () => {
  const events = ['SIGTERM', 'beforeExit', 'uncaughtException', 'unhandledRejection']
  const count = () => events.map((event) => process.listenerCount(event))
  const before = count()
  const { signal, dispose } = watchInterruption()
  expect(count()).toEqual(before.map((listeners) => listeners + 1))
  process.emit('beforeExit', 1)
  expect(signal.reason).toMatchObject({ message: 'a step of the run can never end' })
  dispose()
  expect(count()).toEqual(before)
})
