import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { median, medians } from '../../scripts/bench/statistics.ts'

test('the median is the one in the middle, whatever the order', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([100, 2, 10, 1, 9])).toBe(9)
})

test('of an even number of values it is the mean of the two in the middle', () => {
  expect(median([4, 1, 3, 100])).toBe(3.5)
})

test('as many values lie above it as below', () => {
  const values = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 })
  fc.assert(
    fc.property(values, (all) => {
      const middle = median(all)
      const below = all.filter((value) => value < middle).length
      const above = all.filter((value) => value > middle).length
      expect(below).toBeLessThanOrEqual(all.length / 2)
      expect(above).toBeLessThanOrEqual(all.length / 2)
    })
  )
})

test('nothing has no median', () => {
  expect(() => median([])).toThrow('there is no median of nothing')
})

test('each figure of runs has a median of its own', () => {
  const run = (seconds: number, requests: number) => ({
    seconds,
    requests,
    cpuSeconds: 1,
    peakBytes: 2,
    tokens: 3,
    connections: 4,
    sentBytes: 5,
    receivedBytes: 6
  })
  expect(medians([run(3, 10), run(1, 12), run(2, 11)])).toEqual(run(2, 11))
  expect(medians([run(3, 10), run(1, 10), run(9, 11)])).toEqual(run(3, 10))
})
