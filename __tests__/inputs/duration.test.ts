import { expect, test } from '@jest/globals'
import { parseDuration } from '../../src/inputs/duration.ts'

test.each([
  ['90s', 90_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
  ['45', 45_000],
  ['0', undefined],
  ['-5s', undefined],
  ['5m30s', undefined],
  ['1.5m', undefined],
  ['9999999h', undefined],
  ['soon', undefined]
])('"%s" is %s ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})
