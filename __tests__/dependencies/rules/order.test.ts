import { expect, test } from '@jest/globals'
import { localOrder } from '../../../src/dependencies/rules/order.ts'

function order(roots: string, dependencies: Readonly<Record<string, string>>) {
  const map = Object.entries(dependencies).map(([chart, all]) => [chart, all.split(' ')] as const)
  return localOrder(roots.split(' '), new Map(map))
}

test.each([
  ['a', {}, 'a'],
  ['a b', {}, 'a b'],
  ['a', { a: 'b', b: 'c' }, 'c b a'],
  ['a', { a: 'b c', b: 'd', c: 'd' }, 'd b c a'],
  ['a b', { b: 'c', a: 'b' }, 'c b a'],
  ['a', { a: 'b b' }, 'b a']
])('%s with %j: each comes after what it depends on: %s', (roots, dependencies, charts) => {
  expect(order(roots, dependencies)).toEqual({ kind: 'order', charts: charts.split(' ') })
})

test.each([
  ['a', { a: 'a' }, 'a a'],
  ['a', { a: 'b', b: 'c', c: 'b' }, 'b c b'],
  ['x a', { a: 'b c', c: 'd', d: 'a' }, 'a c d a']
])('%s with %j is a cycle: %s', (roots, dependencies, charts) => {
  expect(order(roots, dependencies)).toEqual({ kind: 'cycle', charts: charts.split(' ') })
})

test('a chain of any length is no trouble, nor are many paths to one chart', () => {
  const chain = Array.from(
    { length: 20_000 },
    (_, at) => [`${at}`, [`${at + 1}`, `${at + 2}`]] as const
  )
  const { kind, charts } = localOrder(['0'], new Map(chain.slice(0, -1)))
  expect([kind, charts[0], charts.length]).toEqual(['order', '19999', 20_001])
})
