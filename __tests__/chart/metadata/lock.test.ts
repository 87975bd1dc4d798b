import { expect, test } from '@jest/globals'
import { withoutGenerated } from '../../../src/chart/metadata/lock.ts'

const BEFORE = 'dependencies:\n- name: a\n  generated: kept\ndigest: sha256:1\n'
const TIME = '"2024-01-02T03:04:05.678Z"'

test.each([
  ['at the end', `${BEFORE}generated: ${TIME}\n`, BEFORE],
  ['at the end, without a last line break', `${BEFORE}generated: ${TIME}`, BEFORE],
  ['at the beginning', `generated: ${TIME}\n${BEFORE}`, BEFORE],
  ['with CRLF', `generated: ${TIME}\r\ndigest: x\r\n`, 'digest: x\r\n'],
  ['on a line of its own', `generated:\n\n  ${TIME}\ndigest: x\n`, 'digest: x\n'],
  ['on a line of its own, with CRLF', `generated:\r\n  ${TIME}\r\ndigest: x\r\n`, 'digest: x\r\n'],
  ['as a block scalar', `generated: |-\n\n  2024\n\ndigest: x\n`, '\ndigest: x\n'],
  ['in quotes', `"generated": ${TIME}\ndigest: x\n`, 'digest: x\n'],
  ['in single quotes, with CRLF', `'generated' : ${TIME}\r\ndigest: x\r\n`, 'digest: x\r\n'],
  ['behind the mark of UTF-8', `\ufeffgenerated: ${TIME}\ndigest: x\n`, 'digest: x\n']
])('the time of a lock is left out: %s', (_, lock, expected) => {
  expect(withoutGenerated(Buffer.from(lock)).toString()).toBe(expected)
})

test.each([
  '',
  BEFORE,
  'generated-by: x\n',
  `{generated: ${TIME}, digest: x}\n`,
  ' generated: x\n'
])('%j has none and stays as it is', (lock) => {
  const bytes = Buffer.from(lock)
  expect(withoutGenerated(bytes)).toBe(bytes)
})

test('bytes that are no text stay as they are', () => {
  const rest = Buffer.from([0xff, 0x0a, 0xc3])
  const lock = Buffer.concat([Buffer.from('generated: x\n'), rest])
  expect(withoutGenerated(lock)).toEqual(rest)
})
