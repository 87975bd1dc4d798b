import { describe, expect, test } from '@jest/globals'
import {
  hiddenTag,
  nameProblems,
  tagProblems,
  validateArchive
} from '../../src/artifact/validate-archive.ts'
import { gzipOf, tarOf } from '../support/charts/archives.ts'

describe('a name that registries take', () => {
  test.each(['web', 'a_b', 'a.b', 'a__b', 'a---b', '123', '0-a'])('%s', (name) => {
    expect(nameProblems(name)).toEqual([])
  })
})

describe('a name that no registry takes is refused, with its fault and a fix', () => {
  test.each([
    ['MyChart', 'it has upper case', 'Use "mychart"'],
    ['a___b', '"___"', 'Use lower-case letters'],
    ['-a', 'begins with "-"', 'Use lower-case letters'],
    ['a.', 'ends with "."', 'Use lower-case letters'],
    ['a..b', 'punctuation characters next to each other', 'Use lower-case letters'],
    ['a b', 'it has spaces', 'Use lower-case letters'],
    ['a:b', 'it has ":"', 'Use lower-case letters'],
    ['größe', 'it has "ö"', 'Use lower-case letters'],
    ['My Chart-', 'upper case, it has spaces, it ends with "-"', 'Use lower-case letters'],
    ['a'.repeat(256), '256 characters', 'Use lower-case letters']
  ])('%s', (name, fault, fix) => {
    const message = expect.stringContaining(fault)
    expect(nameProblems(name)).toEqual([
      { code: 'name-not-oci', allows: 'refused', message, fix: expect.stringContaining(fix) }
    ])
  })
})

test('a tag of 128 characters is taken, one of 129 refused', () => {
  expect(tagProblems(`1.0.0-${'a'.repeat(122)}`)).toEqual([])
  expect(tagProblems(`1.0.0-${'a'.repeat(123)}`)).toMatchObject([
    { code: 'tag-not-oci', allows: 'refused', message: expect.stringContaining('129 characters') }
  ])
})

test.each(['1.2.3', '0.0.0', '1.2.3-rc.1', '1.2.3_build.01', '1.2.3-0a.-_b'])(
  'Helm lists the tag %s',
  (tag) => expect(hiddenTag(tag)).toEqual([])
)

test.each([
  ['v1.2.3', 'it begins with "v"'],
  ['1.2', 'it has only 2 of the three numbers'],
  ['1', 'it has only 1 of the three numbers'],
  ['01.2.3', 'the number "01" has a leading zero'],
  ['1.2.3-01', 'the pre-release part "01" is a number with a leading zero'],
  ['latest', 'it does not begin with a number'],
  ['1.2.3_', 'a build part is empty'],
  ['1.2.3.4', 'it has 4 numbers']
])('Helm does not list the tag %s: a warning that says why', (tag, why) => {
  const message = expect.stringContaining(why)
  expect(hiddenTag(tag)).toMatchObject([{ code: 'version-hidden', allows: 'genuine', message }])
})

test('an archive is judged by its name and version as well, all of it at once', async () => {
  const body = `apiVersion: v2\nname: MyChart\nversion: v1.0.0-${'a'.repeat(130)}\n`
  const archive = gzipOf(tarOf([{ name: 'MyChart/Chart.yaml', body }]))
  const { verdict, problems, archive: chart } = validateArchive(archive)
  expect(problems.map(({ code }) => code)).toEqual([
    'name-not-oci',
    'tag-not-oci',
    'version-hidden'
  ])
  expect({ verdict, chart }).toEqual({ verdict: 'refused', chart: undefined })
})
