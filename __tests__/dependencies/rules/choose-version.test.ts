import { expect, test } from '@jest/globals'
import {
  chooseVersion,
  exactVersion,
  versionsOfTags
} from '../../../src/dependencies/rules/choose-version.ts'

const VERSIONS = ['3.0.0-rc.1', '2.1.0+b', '2.1.0+a', 'v2.0.0', '1.10.0', '1.9.0', '1.0']

function choose(declared: string, locked?: string, versions: readonly string[] = VERSIONS) {
  const listed = versions.map((version) => ({ version }))
  const choice = chooseVersion(listed, { name: 'lib', declared, locked })
  if (choice.kind !== 'chosen') return choice
  return choice.isResolvedAgain ? `${choice.version.version} again` : choice.version.version
}

test.each([
  ['^1', '1.10.0'],
  ['1.9.0', '1.9.0'],
  ['~1.9', '1.9.0'],
  ['2.0.0', 'v2.0.0'],
  ['v1.9.0', '1.9.0'],
  ['1.0', '1.0'],
  ['*', '2.1.0+b'],
  ['>=1-0', '3.0.0-rc.1'],
  ['2.1.0', '2.1.0+b'],
  ['2.1.0+a', '2.1.0+a']
])('in the range "%s" it is %s', (declared, chosen) => {
  expect(choose(declared)).toBe(chosen)
})

test.each([
  ['^1', '1.9.0', '1.9.0'],
  ['^2', '2.0.0', 'v2.0.0'],
  ['^2', '2.1.0+a', '2.1.0+a'],
  ['^1', '^1', '1.10.0 again'],
  ['^1', '1.0', '1.0 again']
])('with the range "%s" and %s in the lock it is %s', (declared, locked, chosen) => {
  expect(choose(declared, locked)).toBe(chosen)
})

test('a locked version that is gone is not replaced: those in the range are named', () => {
  expect(choose('^1', '1.8.0')).toEqual({
    kind: 'locked-gone',
    inRange: ['1.10.0', '1.9.0', '1.0']
  })
  expect(choose('^2', '2.1.0+c')).toMatchObject({ kind: 'locked-gone' })
})

test('pre-releases that only miss a range that names one are listed', () => {
  expect(choose('^3')).toEqual({ kind: 'none-in-range', prereleases: [] })
  expect(choose('>=2.5')).toEqual({ kind: 'none-in-range', prereleases: ['3.0.0-rc.1'] })
  expect(choose('latest')).toEqual({ kind: 'no-range' })
  expect(choose('')).toEqual({ kind: 'no-range' })
})

test('tags are versions when they are strict ones, `_` for `+`', () => {
  const tags = ['latest', 'v9.0.0', '1.1', '01.0.0', '1.2.0_b', '1.10.0', '1.2.0-rc.1', '1.0.0-01']
  expect(versionsOfTags(tags).map(({ version }) => version)).toEqual([
    '1.10.0',
    '1.2.0+b',
    '1.2.0-rc.1'
  ])
})

test.each([
  ['1.2.3', undefined, '1.2.3'],
  ['1.1', undefined, '1.1'],
  ['v1.4.0', undefined, 'v1.4.0'],
  ['^1', '1.4.0', '1.4.0'],
  ['^1', undefined, undefined],
  ['^1', '^1', undefined],
  ['1.x', undefined, undefined]
])(
  'an oci dependency with the range "%s" and %s in the lock is asked for as %s',
  (declared, locked, tag) => {
    expect(exactVersion({ name: 'lib', declared, locked })).toBe(tag)
  }
)
