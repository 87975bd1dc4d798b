import { expect, test } from '@jest/globals'
import { fileTime } from '../../src/artifact/created.ts'

test.each([
  [1704164645_999999999n, '2024-01-02T03:04:05.999Z'],
  [1704164646_000000000n, '2024-01-02T03:04:06.000Z'],
  [-1n, '1969-12-31T23:59:59.999Z'],
  [-1_000000000n, '1969-12-31T23:59:59.000Z']
])('the time of %i ns is cut, not rounded', (mtimeNs, expected) => {
  expect(fileTime({ mtimeNs }).toISOString()).toBe(expected)
})
