import { expect, test } from '@jest/globals'
import {
  chanceOfOrder,
  isInOrder,
  type SubchartNames,
  subchartsInArchive
} from '../../src/chart/subcharts.ts'
import { archiveOf } from '../support/charts/archives.ts'

const chartYaml = (name: string) => `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`
const names = (...list: readonly string[]): readonly SubchartNames[] =>
  list.map((name) => ({ name, subcharts: [] }))

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
