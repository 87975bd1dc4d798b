import { expect, test } from '@jest/globals'
import { isChartVersion, tagOf } from '../../../src/chart/metadata/chart-version.ts'
import { EMPTY_METADATA } from '../../../src/chart/metadata/metadata.ts'
import { validateMetadata } from '../../../src/chart/metadata/validate.ts'

test.each([
  '1',
  '1.2',
  'v1.2.3',
  '01.02.03',
  '1.2.3-0a',
  '1.2.3---',
  '1.2.3+a.01',
  'v0',
  '1.2.3-a.1+b'
])('Helm takes the version %s', (version) => expect(isChartVersion(version)).toBe(true))

test.each([
  'V1.2.3',
  '1.2.3.4',
  '1.2.3-01',
  '1.2.3-',
  '1.2.3+',
  '1.2.3-a..b',
  '1.2.3_1',
  '1.2.3+a+b',
  ' 1.2.3',
  '1.2.3\n',
  '18446744073709551616.0.0',
  ''
])('Helm refuses the version %j', (version) => expect(isChartVersion(version)).toBe(false))

test('the tag of a version has an underscore for every plus', () => {
  expect(tagOf('1.2.3+build.5')).toBe('1.2.3_build.5')
})

test.each([
  ['0.0.0-0078127', 'the pre-release part "0078127" is a number with a leading zero', '-g0078127'],
  ['1.2.3_b', 'it has "_"', '1.2.3+b'],
  ['latest', 'it does not begin with a number', '1.2.3']
])('the version %s in Chart.yaml is refused, with the part that is wrong', (version, why, fix) => {
  const problems = validateMetadata({ ...EMPTY_METADATA, apiVersion: 'v2', name: 'a', version })
  expect(problems).toEqual([
    {
      code: 'version-invalid',
      allows: 'refused',
      message: expect.stringContaining(`not a semantic version: ${why}`),
      fix: expect.stringContaining(fix)
    }
  ])
})

test('every problem of the metadata is told', () => {
  const dependency = {
    name: 'd',
    version: '',
    repository: '',
    condition: '',
    tags: [],
    enabled: false,
    importValues: [],
    alias: ''
  }
  const problems = validateMetadata({
    ...EMPTY_METADATA,
    apiVersion: 'v2',
    name: 'a/b',
    version: 'one',
    type: 'Application',
    maintainers: [null],
    dependencies: [null, dependency, dependency, { ...dependency, alias: 'a.b' }]
  })
  expect(problems.map(({ code }) => code)).toEqual([
    'name-invalid',
    'version-invalid',
    'type-invalid',
    'maintainer-empty',
    'dependency-empty',
    'dependency-alias-invalid',
    'dependency-repeated'
  ])
})
