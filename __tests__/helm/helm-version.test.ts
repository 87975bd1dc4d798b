import { expect, test } from '@jest/globals'
import {
  type HelmVersion,
  heedsSourceDate,
  isRecentEnough,
  parseHelmVersion,
  satisfies
} from '../../src/helm/helm-version.ts'

function version(text: string): HelmVersion {
  const parsed = parseHelmVersion(text)
  if (!parsed) throw new Error(`"${text}" is no version`)
  return parsed
}

test.each([
  ['v4.3.0+g1234567', { major: 4, minor: 3, patch: 0, text: 'v4.3.0' }],
  ['v4.3\n', { major: 4, minor: 3, patch: undefined, text: 'v4.3' }],
  ['3.22.0', { major: 3, minor: 22, patch: 0, text: 'v3.22.0' }],
  ['v4.2.0-rc.1', { major: 4, minor: 2, patch: 0, text: 'v4.2.0-rc.1' }]
])('%j is a version', (text, parsed) => {
  expect(parseHelmVersion(text)).toEqual(parsed)
})

test.each(['', 'four', 'v4', 'Client: v2.17.0'])('%j is none', (text) => {
  expect(parseHelmVersion(text)).toBeUndefined()
})

test.each(['v3.18.5', 'v3.18', 'v3.22.0', 'v4.1.4', 'v4.1', 'v4.3.0', 'v5.0.0'])(
  '%s is recent enough',
  (text) => {
    expect(isRecentEnough(version(text))).toBe(true)
  }
)

test.each(['v2.17.0', 'v3.17.4', 'v3.18.4', 'v4.0.5', 'v4.1.3'])(
  '%s lacks security fixes',
  (text) => {
    expect(isRecentEnough(version(text))).toBe(false)
  }
)

test('a helm without patch number stands for every patch of its minor', () => {
  expect(satisfies(version('v4.3'), version('4.3.1'))).toBe(true)
  expect(satisfies(version('v4.3.0'), version('4.3.1'))).toBe(false)
  expect(satisfies(version('v4.3.0'), version('4.3'))).toBe(true)
  expect(satisfies(version('v4.2'), version('4.3.0'))).toBe(false)
})

test('SOURCE_DATE_EPOCH is heeded since 4.3', () => {
  expect(heedsSourceDate(version('v4.3.0'))).toBe(true)
  expect(heedsSourceDate(version('v4.2.4'))).toBe(false)
  expect(heedsSourceDate(version('v3.22.0'))).toBe(false)
})
