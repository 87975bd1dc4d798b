import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { untilInterrupted } from '../../src/shared/interruption.ts'

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
