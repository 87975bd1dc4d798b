import { expect, test } from '@jest/globals'
import { Pace } from '../../src/sigstore/pace.ts'

const { signal } = new AbortController()

/** When each of so many turns came, in milliseconds from the first. */
async function turnsOf(pace: Pace, count: number): Promise<readonly number[]> {
  const started = performance.now()
  const turns = Array.from({ length: count }, async () => {
    await pace.turn(signal)
    return performance.now() - started
  })
  return Promise.all(turns)
}

test('as many as the rate allows begin at once, and no more within its time', async () => {
  const turns = await turnsOf(new Pace({ count: 3, withinMs: 100 }), 8)
  for (const [index, at] of turns.entries()) {
    // Timers may be early by a millisecond; on a busy machine they are late.
    expect(at).toBeGreaterThanOrEqual(Math.floor(index / 3) * 100 - 2)
  }
  expect(turns).toEqual([...turns].sort((a, b) => a - b))
})

test('who waits stops when the run is aborted', async () => {
  const pace = new Pace({ count: 1, withinMs: 60_000 })
  const controller = new AbortController()
  await pace.turn(controller.signal)
  const waiting = pace.turn(controller.signal)
  controller.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
})
