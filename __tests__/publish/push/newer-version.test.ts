import { expect, test } from '@jest/globals'
import { isNewer } from '../../../src/publish/push/tag-rules.ts'

/** SemVer 2.0.0, 11, with what Helm takes beyond it. */
const ASCENDING = [
  '0.9',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  'v1',
  '1.0.1',
  '1.2.0',
  '1.10.0',
  '2.0.0',
  '18446744073709551615.0.0'
]

test('versions are ordered as SemVer orders them', () => {
  for (const [index, version] of ASCENDING.entries()) {
    for (const [place, other] of ASCENDING.entries()) {
      expect([version, other, isNewer(version, other)]).toEqual([version, other, index > place])
    }
  }
})

test.each([
  ['1.0.0+a', '1.0.0+b'],
  ['1.0.0', '1.0'],
  ['latest', '1.0.0'],
  ['1.0.0', 'latest']
])('neither is newer: %s, %s', (one, other) => {
  expect([isNewer(one, other), isNewer(other, one)]).toEqual([false, false])
})
