import { expect, test } from '@jest/globals'
import { parseChartVersion } from '../../../src/chart/metadata/chart-version.ts'
import { parseConstraint, satisfies } from '../../../src/dependencies/rules/constraint.ts'

/** Which of the versions are in a range; undefined where it is none. */
function versionsIn(range: string, versions: readonly string[]): readonly string[] | undefined {
  const constraint = parseConstraint(range)
  return (
    constraint &&
    versions.filter((text) => {
      const version = parseChartVersion(text)
      return version !== undefined && satisfies(version, constraint)
    })
  )
}

// Verdicts of Masterminds/semver v3.5.0; 800,000 random ranges were compared with it.
test.each<[string, string, string]>([
  ['1.2.3', '1.2.3 v1.2.3 1.2.3+build', '1.2.4 1.2.3-rc.1'],
  ['=1.2.3', '1.2.3', '1.2.2'],
  ['v1.2.3', '1.2.3', '1.2.2'],
  ['1.2', '1.2.0 1.2.9', '1.3.0 1.1.9'],
  ['1', '1.0.0 1.9.9', '2.0.0 0.9.0'],
  ['7.x.x', '7.0.0 7.9.1', '6.0.0 8.0.0 7.1.0-rc.1'],
  ['7.X', '7.0.0 7.9.1', '6.0.0'],
  ['*', '0.0.1 99.0.0', '1.0.0-rc.1'],
  ['x', '0.0.1 99.0.0', '1.0.0-0'],
  ['!=1.2.3', '1.2.4 0.1.0', '1.2.3'],
  ['!=1.2', '1.3.0 2.2.0', '1.2.0 1.2.9'],
  ['!=1', '2.0.0', '1.0.0 1.5.0'],
  ['>1.2.3', '1.2.4 2.0.0', '1.2.3 1.2.3-rc.1'],
  ['>1.2', '1.3.0 2.0.0', '1.2.0 1.2.9'],
  ['>1', '2.0.0', '1.9.9'],
  ['<1.2.3', '1.2.2 0.1.0', '1.2.3'],
  ['<1.2', '1.1.9', '1.2.0'],
  ['>=1.2.3', '1.2.3 2.0.0', '1.2.2 2.0.0-rc.1'],
  ['=>1.2.3', '1.2.3', '1.2.2'],
  ['<=1.2.3', '1.2.3 0.1.0', '1.2.4'],
  ['=<1.2.3', '1.2.3', '1.2.4'],
  ['<=1.2', '1.2.9 1.1.0', '1.3.0'],
  ['<=1', '1.9.9', '2.0.0'],
  ['~1.2.3', '1.2.3 1.2.9', '1.3.0 1.2.2'],
  ['~>1.2.3', '1.2.9', '1.3.0'],
  ['~1.2', '1.2.0 1.2.9', '1.3.0'],
  ['~1', '1.0.0 1.9.0', '2.0.0'],
  ['~0.0.0', '0.0.0 5.0.0', ''],
  ['^1.2.3', '1.2.3 1.9.0', '2.0.0 1.2.2'],
  ['^0.2.3', '0.2.3 0.2.9', '0.3.0 0.2.2'],
  ['^0.0.3', '0.0.3', '0.0.4'],
  ['^0.0', '0.0.0 0.0.9', '0.1.0'],
  ['^0', '0.0.0 0.9.0', '1.0.0'],
  ['^x', '0.0.0', '0.0.1 1.0.0'],
  ['1.2 - 1.4', '1.2.0 1.4.9', '1.1.9 1.5.0'],
  ['1.2.3 - 2.0.0', '1.2.3 2.0.0', '2.0.1'],
  ['>=1.0.0 <2.0.0', '1.5.0', '2.0.0 0.9.0'],
  ['>=1.0.0, <2.0.0', '1.5.0', '2.0.0'],
  ['>= 1.0.0 , < 2.0.0', '1.5.0', '2.0.0'],
  ['>=1.0.0,<2.0.0 || >=3.0.0', '1.5.0 3.1.0', '2.5.0'],
  ['1.x||3.x', '1.5.0 3.1.0', '2.5.0'],
  ['>=1.0.0-0', '1.0.0-rc.1 2.0.0-rc.1 1.0.0', '0.9.0-rc.1'],
  ['^1.0.0-0', '1.0.0-alpha 1.5.0-rc.1', '2.0.0'],
  ['~1.2.3-beta.2', '1.2.3-beta.10 1.2.3', '1.2.3-beta.1 1.2.3-alpha'],
  ['>=1.0.0-0 <2', '1.0.0-rc.1', '2.0.0'],
  ['>1.0.0-rc.9', '1.0.0-rc.10 1.0.0', '1.0.0-rc.9 1.0.0-rc.2'],
  ['01.2.3', '1.2.3', '1.2.4']
])('%j has %s, and not %s', (range, inside, outside) => {
  const [wanted, others] = [inside.split(' '), outside.split(' ')]
  expect(versionsIn(range, [...wanted, ...others])).toEqual(wanted)
})

test.each([
  '',
  ' ',
  'latest',
  '==1.0.0',
  '>>1',
  '1.2.3.4',
  '>',
  '^',
  '1 -2',
  '1,',
  ',1',
  '1||',
  '||1',
  '1|2',
  'xx',
  'V1.2.3',
  '1.0.0-01',
  '18446744073709551616',
  '1\u00a02',
  `1${' '.repeat(512)}`,
  Array.from({ length: 33 }, () => '1').join('||')
])('%j is not a range', (range) => {
  expect(parseConstraint(range)).toBeUndefined()
})

test('the search of a range ends in texts that are made to hold it up', () => {
  expect(parseConstraint(`${'1  '.repeat(170)}!`)).toBeUndefined()
  expect(parseConstraint('x-'.repeat(256))).toBeUndefined()
  expect(parseConstraint(`1${'.x'.repeat(255)}`)).toBeUndefined()
})
