import { expect, test } from '@jest/globals'
import { markdownTable, textTable } from '../../scripts/bench/table.ts'

const ROWS = [
  ['round trip', '0 ms', '100 ms'],
  ['helm push', '0.15 s', '1.48 s'],
  ['a|b', '', '12.0 s']
]

test('columns for a terminal are as wide as their widest cell, numbers end at the right', () => {
  expect(textTable(ROWS)).toBe(
    ['round trip    0 ms  100 ms', 'helm push   0.15 s  1.48 s', 'a|b                 12.0 s'].join(
      '\n'
    )
  )
})

test('a row that is shorter than the head gets empty cells', () => {
  expect(textTable([['a', 'b'], ['c']])).toBe('a  b\nc')
})

test('a table of Markdown has its line, and bars in cells are escaped', () => {
  expect(markdownTable(ROWS)).toBe(
    [
      '| round trip | 0 ms | 100 ms |',
      '| :-- | --: | --: |',
      '| helm push | 0.15 s | 1.48 s |',
      '| a\\|b |  | 12.0 s |'
    ].join('\n')
  )
})
