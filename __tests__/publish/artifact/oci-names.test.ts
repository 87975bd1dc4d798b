import { describe, expect, test } from '@jest/globals'
import { judgeArchive } from '../../../src/publish/artifact/judge.ts'
import { hiddenTag, nameProblems, tagProblems } from '../../../src/publish/artifact/oci-names.ts'
import { gzipOf, tarOf } from '../../helpers/archives.ts'

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
    ['a..b', 'punctuation side by side', 'Use lower-case letters'],
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

test.each(['v1.2.3', '1.2', '1', '01.2.3', '1.2.3-01', 'latest', '1.2.3_', '1.2.3.4'])(
  'Helm does not list the tag %s: a warning',
  (tag) => expect(hiddenTag(tag)).toMatchObject([{ code: 'version-hidden', allows: 'genuine' }])
)

test('an archive is judged by its name and version as well, all of it at once', async () => {
  const body = `apiVersion: v2\nname: MyChart\nversion: v1.0.0-${'a'.repeat(130)}\n`
  const archive = gzipOf(tarOf([{ name: 'MyChart/Chart.yaml', body }]))
  const { verdict, problems, archive: chart } = judgeArchive(archive)
  expect(problems.map(({ code }) => code)).toEqual([
    'name-not-oci',
    'tag-not-oci',
    'version-hidden'
  ])
  expect({ verdict, chart }).toEqual({ verdict: 'refused', chart: undefined })
})
