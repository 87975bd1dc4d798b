import { describe, expect, test } from '@jest/globals'
import { releaseVersion } from '../../../src/publish/source/release-version.ts'

const ONLY = { name: 'my-chart', isOnly: true }
const ONE_OF_SEVERAL = { name: 'my-chart', isOnly: false }

describe.each([
  ['the only chart', ONLY],
  ['one of several charts', ONE_OF_SEVERAL]
])('of %s', (_, chart) => {
  test.each([
    ['1.2.3', '1.2.3'],
    ['v1.2.3', '1.2.3'],
    ['refs/tags/v1.2.3', '1.2.3'],
    ['1.2.3-rc.1+build.5', '1.2.3-rc.1+build.5'],
    ['1.2', '1.2'],
    ['v1', '1'],
    ['my-chart-1.2.3', '1.2.3'],
    ['my-chart-v1.2.3-rc.1', '1.2.3-rc.1'],
    ['my-chart/1.2.3', '1.2.3'],
    ['my-chart@1.2.3', '1.2.3'],
    ['my-chart_v1.2.3', '1.2.3'],
    ['charts/my-chart/v1.2.3', '1.2.3'],
    ['charts/my-chart-1.2.3', '1.2.3'],
    ['refs/tags/deploy/charts/my-chart-1.2.3', '1.2.3'],
    ['my-chart-1.2.3-my-chart-2.0.0', '1.2.3-my-chart-2.0.0']
  ])('the tag %s names the version %s', (tag, version) => {
    expect(releaseVersion(tag, chart)).toEqual({ version })
  })

  test.each([
    'main',
    'release/1.2.3',
    'release-2024-01-01',
    'other-1.2.3',
    'my-chart',
    'my-chart-',
    'my-chart-1',
    'my-chart-2-1.0.0',
    'my-chart1.2.3',
    'my-chart--1.2.3',
    'not-my-chart-1.2.3',
    'My-Chart-1.2.3',
    'мой-чарт-1.2.3',
    'charts/other/my-chart-x-1.2.3',
    'helm',
    'chart-1',
    'chart-1.2',
    'helmet-1.2.3',
    'subchart-1.2.3',
    'other-chart-1.2.3',
    'chart-other-1.2.3',
    'backend/chart-1.2.3',
    ''
  ])('the tag %j names none', (tag) => {
    expect(releaseVersion(tag, chart)).toHaveProperty('problem')
  })

  test.each([
    ['v0.0.0-0078127', '"0078127" is a number with a leading zero', '0.0.0-g0078127'],
    ['my-chart-0.0.0-0078127', '"0078127" is a number with a leading zero', '0.0.0-g0078127'],
    ['charts/my-chart/v1.2.3_b', 'it has "_"', 'Write it as 1.2.3+b.'],
    ['1.2.3 ', 'it has a space', 'Remove the space.'],
    ['1.2.3.4', 'it has 4 numbers', 'Write it as 1.2.3-4.']
  ])('the tag %s has a fault in its version, which is named', (tag, why, fix) => {
    expect(releaseVersion(tag, chart)).toEqual({
      problem: {
        message: expect.stringMatching(
          `^\`version\` is "${tag}", which is not a semantic version: .*${why}`
        ),
        fix: expect.stringContaining(fix)
      }
    })
  })
})

const GENERAL_TAGS = [
  ['chart-1.2.3', '1.2.3'],
  ['chart-v1.2.3', '1.2.3'],
  ['charts-v1.2.3', '1.2.3'],
  ['chart/v1.2.3', '1.2.3'],
  ['chart@1.2.3', '1.2.3'],
  ['helm-v1.2.3', '1.2.3'],
  ['helm/1.2.3', '1.2.3'],
  ['helm-chart-1.2.3', '1.2.3'],
  ['helm_chart_v1.2.3-rc.1', '1.2.3-rc.1'],
  ['helm/charts/v1.2.3', '1.2.3'],
  ['my-chart-chart-3.8.1', '3.8.1'],
  ['my-chart-helm-chart-v3.8.1', '3.8.1'],
  ['my-chart/helm/v3.8.1', '3.8.1'],
  ['chart-my-chart-1.2.3', '1.2.3'],
  ['helm-my-chart-v1.2.3', '1.2.3'],
  ['helm-charts/my-chart-1.2.3', '1.2.3']
] as const

test.each(GENERAL_TAGS)('the tag %s names the version %s of the only chart', (tag, version) => {
  expect(releaseVersion(tag, ONLY)).toEqual({ version })
})

test('with several charts, a tag has to name the one that it is of', () => {
  const tags = GENERAL_TAGS.filter(([tag]) => !tag.includes('/my-chart-')).map(([tag]) => tag)
  for (const tag of tags) expect(releaseVersion(tag, ONE_OF_SEVERAL)).toHaveProperty('problem')
})

test('a chart whose name ends in a number has its own versions', () => {
  const version = (name: string) => releaseVersion('app-2-1.0.0', { name, isOnly: true })
  expect(version('app-2')).toEqual({ version: '1.0.0' })
  expect(version('app')).toHaveProperty('problem')
})

test('a chart that is named like a version, or like the general words, has its own versions', () => {
  const version = (tag: string, name: string) => releaseVersion(tag, { name, isOnly: true })
  expect(version('lib-1.2.3-2.0.0', 'lib-1.2.3')).toEqual({ version: '2.0.0' })
  expect(version('helm-chart-1.0.0', 'helm-chart')).toEqual({ version: '1.0.0' })
  expect(version('chart-chart-1.0.0', 'chart')).toEqual({ version: '1.0.0' })
})

test('a chart without a name has no tag', () => {
  expect(releaseVersion('-1.2.3', { name: '', isOnly: true })).toHaveProperty('problem')
})

test('the error names the forms that a tag may have, and with several charts what to do', () => {
  expect(releaseVersion('other-1.2.3', ONLY)).toEqual({
    problem: {
      message: '`version` is "other-1.2.3", which does not name a version of the chart "my-chart".',
      fix: expect.stringContaining('charts/my-chart/v1.2.3')
    }
  })
  expect(releaseVersion('other-1.2.3', ONE_OF_SEVERAL)).toEqual({
    problem: {
      message: '`version` is "other-1.2.3", which does not name a version of this chart.',
      fix: expect.stringContaining('set `chart` to that chart only')
    }
  })
})
