import { describe, expect, test } from '@jest/globals'
import {
  amountText,
  endText,
  enoughTime,
  isLong,
  lastsFor,
  progressOf,
  progressText,
  Transfer,
  type TransferState
} from '../../src/http/transfer.ts'

const KIB = 1024
const MIB = 1024 * KIB

function stateOf(state: Partial<TransferState> = {}): TransferState {
  return {
    direction: 'sent',
    done: 12.3 * MIB,
    total: 90 * MIB,
    elapsedMs: 4000,
    rate: 3.1 * MIB,
    ...state
  }
}

/** A transfer whose clock is set by hand, in milliseconds. */
function timed() {
  const clock = { ms: 500 }
  const transfer = new Transfer(() => clock.ms)
  const at = (ms: number, bytes: number) => {
    clock.ms = 500 + ms
    if (bytes > 0) transfer.add(bytes)
    return transfer.state
  }
  return { transfer, at }
}

describe('a transfer', () => {
  test('has no state before its body is on its way', () => {
    expect(timed().transfer.state).toBeUndefined()
  })

  test('counts bytes from its beginning on', () => {
    const { transfer, at } = timed()
    transfer.begin('received', 100)
    expect(at(500, 20)).toEqual({
      direction: 'received',
      done: 20,
      total: 100,
      elapsedMs: 500,
      rate: 40
    })
  })

  test('has the rate of what follows the first second, in which the system takes much at once', () => {
    const { transfer, at } = timed()
    transfer.begin('sent', 14 * MIB)
    at(0, 4 * MIB)
    expect(at(20_000, 0)).toMatchObject({ done: 4 * MIB, rate: undefined })
    // The system takes the next part when a good deal of the first one has gone out.
    expect(at(41_000, MIB)).toMatchObject({ done: 5 * MIB, rate: (25 + 0.6) * KIB })
  })

  test('has no rate when nothing moves, or no time has passed', () => {
    const { transfer, at } = timed()
    transfer.begin('sent', 10)
    expect(at(0, 10)?.rate).toBeUndefined()
    expect(at(300, 0)?.rate).toBeGreaterThan(0)
    expect(at(2000, 0)?.rate).toBeUndefined()
  })
})

test.each([
  [stateOf(), '12.3 MiB of 90.0 MiB sent, 3.1 MiB/s'],
  [stateOf({ rate: undefined }), '12.3 MiB of 90.0 MiB sent'],
  [stateOf({ direction: 'received', rate: 25 * KIB }), '12.3 MiB of 90.0 MiB received, 25.0 KiB/s'],
  [stateOf({ direction: 'received', total: undefined }), '12.3 MiB received, 3.1 MiB/s'],
  [stateOf({ done: 90 * MIB }), '90.0 MiB of 90.0 MiB sent, waiting for the answer'],
  [stateOf({ done: 0, rate: 0.4 }), '0 B of 90.0 MiB sent, 0 B/s']
])('%j is told as %s', (state, text) => {
  expect(progressText(state)).toBe(text)
})

test.each([
  [
    stateOf({ done: 7.1 * MIB, total: 14 * MIB, rate: 25 * KIB }),
    'after sending 7.1 MiB of 14.0 MiB at 25.0 KiB/s'
  ],
  [stateOf({ rate: undefined }), 'after sending 12.3 MiB of 90.0 MiB'],
  [stateOf({ direction: 'received' }), 'after receiving 12.3 MiB of 90.0 MiB at 3.1 MiB/s'],
  [stateOf({ done: 90 * MIB }), 'after all 90.0 MiB were sent']
])('%j ends as %s', (state, text) => {
  expect(endText(state)).toBe(text)
})

test('an amount without a whole is told by itself', () => {
  expect(amountText({ done: 5, total: undefined })).toBe('5 B')
})

test('what takes a few seconds is long', () => {
  expect([stateOf({ elapsedMs: 2999 }), stateOf({ elapsedMs: 3000 })].map(isLong)).toEqual([
    false,
    true
  ])
})

test.each([
  ['the rest takes longer', stateOf(), true],
  ['the rest is quick', stateOf({ done: 80 * MIB }), false],
  ['the rate is not known', stateOf({ done: 80 * MIB, rate: undefined }), true],
  ['the whole is not known', stateOf({ total: undefined }), true],
  ['the answer is not there', stateOf({ done: 90 * MIB }), true],
  ['all was received', stateOf({ direction: 'received', done: 90 * MIB }), false]
])('ten seconds more, when %s: %#', (_, state, lasts) => {
  expect(lastsFor(state, 10_000)).toBe(lasts)
})

test('what is under way at once is one line, without what is short or about to end', () => {
  const short = stateOf({ elapsedMs: 10 })
  const ending = stateOf({ done: 89 * MIB })
  expect(progressOf([stateOf(), short, ending], 10_000)).toBe(
    '12.3 MiB of 90.0 MiB sent, 3.1 MiB/s'
  )
  expect(progressOf([short, ending], 10_000)).toBeUndefined()
  expect(progressOf([stateOf(), short, ending], undefined)).toBe(
    '12.3 MiB of 90.0 MiB sent, 3.1 MiB/s; 89.0 MiB of 90.0 MiB sent, 3.1 MiB/s'
  )
  expect(progressOf([], undefined)).toBeUndefined()
})

describe('enough time', () => {
  const slow = stateOf({
    done: 7 * MIB,
    total: 14 * MIB,
    rate: 25 * KIB,
    elapsedMs: 290_000
  })

  test.each([
    // 10 s before the body, 573.44 s for it, and a quarter more.
    ['minutes', [slow], 300_000, '13m'],
    ['seconds', [stateOf({ elapsedMs: 10_000 })], 10_000, '40s'],
    ['more than it was', [stateOf({ done: 89 * MIB, rate: 90 * MIB })], 20_000, '30s'],
    ['the slowest of several', [stateOf({ elapsedMs: 300_000 }), slow], 300_000, '13m']
  ])('%s', (_, states, timeoutMs, text) => {
    expect(enoughTime(states, timeoutMs)).toBe(text)
  })

  test.each([
    ['nothing is under way', []],
    ['there is no rate', [stateOf({ rate: undefined })]],
    ['the whole is not known', [stateOf({ total: undefined })]],
    ['all was sent, and the answer is late', [stateOf({ done: 90 * MIB })]],
    ['it would take more than a day', [stateOf({ rate: KIB })]]
  ])('is not known when %s', (_, states) => {
    expect(enoughTime(states, 300_000)).toBeUndefined()
  })
})
