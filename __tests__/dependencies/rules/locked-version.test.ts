import { expect, test } from '@jest/globals'
import { isInRange, isLocked } from '../../../src/dependencies/rules/locked-version.ts'

test.each([
  ['7.0.0', '7.0.0', true],
  ['6.0.0', '7.0.0', false],
  ['v7.0.0', '7.0.0', true],
  ['7.0.0', 'v7.0.0', true],
  ['7.0.0+aws', '7.0.0+gcp', false],
  ['7.0.0+aws', '7.0.0', false],
  ['7.0.0-rc.1', '7.0.0-rc.1', true],
  ['7.0.1', '7.0.0', false],
  ['7.3.0', '7.x.x', true],
  ['6.3.0', '7.x.x', false],
  ['7.3.0', '^7', true],
  ['1.2.9', '1.2', true],
  ['1.2', '1.2', true]
])('a chart of version %s is the locked %s: %s', (found, locked, expected) => {
  expect(isLocked(found, locked)).toBe(expected)
})

test.each([
  ['7.0.0', '7.x.x', true],
  ['6.0.0', '7.x.x', false],
  ['7.0.0-rc.1', '7.x.x', false],
  ['7.0.0-rc.1', '7.0.0-rc.1', true],
  ['1.0', '1.0', true],
  ['1.0.0', 'latest', true],
  ['1.0.0', '', true],
  ['anything', '^1', true]
])('a chart of version %s is in the range "%s": %s', (found, range, expected) => {
  expect(isInRange(found, range)).toBe(expected)
})
