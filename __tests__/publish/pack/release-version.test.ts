import { expect, test } from '@jest/globals'
import { releaseVersion } from '../../../src/publish/pack/release-version.ts'

test.each([
  ['1.2.3', '1.2.3'],
  ['v1.2.3', '1.2.3'],
  ['refs/tags/v1.2.3', '1.2.3'],
  ['1.2.3-rc.1+build.5', '1.2.3-rc.1+build.5'],
  ['1.2', '1.2'],
  ['my-chart-1.2.3', '1.2.3'],
  ['my-chart-v1.2.3-rc.1', '1.2.3-rc.1'],
  ['my-chart/1.2.3', '1.2.3'],
  ['my-chart@1.2.3', '1.2.3'],
  ['my-chart_v1.2.3', '1.2.3'],
  ['charts/my-chart/v1.2.3', '1.2.3'],
  ['charts/my-chart-1.2.3', '1.2.3']
])('the tag %s names the version %s of my-chart', (tag, version) => {
  expect(releaseVersion(tag, 'my-chart')).toEqual({ version })
})

test('a chart whose name ends in a number has its own versions', () => {
  expect(releaseVersion('app-2-1.0.0', 'app-2')).toEqual({ version: '1.0.0' })
  expect(releaseVersion('app-2-1.0.0', 'app')).toMatchObject({ problem: {} })
})

test.each([
  'main',
  'release/1.2.3',
  'other-1.2.3',
  'my-chart',
  'my-chart-',
  'my-chart1.2.3',
  'not-my-chart-1.2.3',
  'my-chart-1.2.3-my-chart-x',
  'V1.2.3',
  '1.2.3 ',
  ''
])('the tag %j names none', (tag) => {
  expect(releaseVersion(tag, 'my-chart')).toEqual({
    problem: {
      message: `\`version\` is "${tag}", which names no version of the chart "my-chart".`,
      fix: expect.stringContaining('charts/my-chart/v1.2.3')
    }
  })
})
