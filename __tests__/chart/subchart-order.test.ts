import { mkdir } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import {
  chanceOfOrder,
  isInOrder,
  type SubchartNames,
  subchartsInArchive,
  subchartsInSource
} from '../../src/chart/subchart-order.ts'
import { archiveOf, gzipOf, tarOf } from '../helpers/archives.ts'
import { useWorkspace } from '../helpers/workspace.ts'

const workspace = useWorkspace()
const chartYaml = (name: string) => `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`
const names = (...list: readonly string[]): readonly SubchartNames[] =>
  list.map((name) => ({ name, subcharts: [] }))

test('subcharts are found in the order of their entries in charts/, packed ones and nested ones as well', async () => {
  const packed = gzipOf(
    tarOf(
      ['mid', 'mid/charts/z', 'mid/charts/w'].map((folder) => {
        return { name: `${folder}/Chart.yaml`, body: chartYaml(folder.split('/').at(-1) ?? '') }
      })
    )
  )
  const chart = await workspace.write('chart', {
    'charts/b-folder/Chart.yaml': chartYaml('alpha'),
    'charts/a-folder/Chart.yaml': chartYaml('zeta'),
    'charts/a-folder/charts/inner/Chart.yaml': chartYaml('inner'),
    'charts/b.tgz': packed,
    'charts/_ignored/x': '',
    'charts/b.tgz.prov': 'signed'
  })
  expect(await subchartsInSource(chart)).toEqual([
    { name: 'zeta', subcharts: names('inner') },
    ...names('alpha'),
    { name: 'mid', subcharts: names('z', 'w') }
  ])
})

test('a chart without subcharts has none, and what is no chart in charts/ is left out', async () => {
  expect(await subchartsInSource(await workspace.write('bare', { 'Chart.yaml': 'x' }))).toEqual([])
  const mixed = await workspace.write('mixed', {
    'charts/README.md': 'named by .helmignore',
    'charts/broken/Chart.yaml': '[',
    'charts/sound/Chart.yaml': chartYaml('sound')
  })
  await mkdir(`${mixed}/charts/empty`)
  expect(await subchartsInSource(mixed)).toEqual(names('sound'))
})

test('subcharts are found in an archive in the order in which they lie there', () => {
  const archive = archiveOf(
    { name: 'demo/charts/b/Chart.yaml', body: chartYaml('b') },
    { name: 'demo/charts/a/Chart.yaml', body: chartYaml('a') }
  )
  expect(subchartsInArchive(archive)).toEqual(names('b', 'a'))
  expect(subchartsInArchive(Buffer.from('x'))).toBeUndefined()
})

test.each([
  ['the same', names('a', 'b', 'c'), names('a', 'b', 'c'), true],
  ['rotated', names('b', 'c', 'a'), names('a', 'b', 'c'), false],
  ['one left out', names('a', 'c'), names('a', 'b', 'c'), true],
  ['one that was not known before', names('x', 'a', 'y', 'c'), names('a', 'b', 'c'), true],
  ['two of one name', names('b', 'a', 'a'), names('a', 'b', 'a'), true],
  [
    'rotated within',
    [{ name: 'a', subcharts: names('y', 'x') }],
    [{ name: 'a', subcharts: names('x', 'y') }],
    false
  ]
])('the order is compared on every level: %s', (_, found, wanted, isSame) => {
  expect(isInOrder(found, wanted)).toBe(isSame)
})

test.each([
  ['none', [], 1],
  ['one', names('a'), 1],
  ['two', names('a', 'b'), 7 / 8],
  ['eight', names(...'abcdefgh'), 1 / 8],
  ['nine', names(...'abcdefghi'), 0],
  ['two within two', [{ name: 'a', subcharts: names('x', 'y') }, ...names('b')], 49 / 64]
])('the chance of their order with %s', (_, subcharts, chance) => {
  expect(chanceOfOrder(subcharts)).toBeCloseTo(chance)
})
