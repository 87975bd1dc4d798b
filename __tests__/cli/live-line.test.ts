import { expect, test } from '@jest/globals'
import { isCi, LiveLine } from '../../src/cli/live-line.ts'

/** What a terminal shows of what was written: `\r` goes back to the beginning of the line. */
function screenOf(columns = 80) {
  let written = ''
  const lines = () => {
    return written.split('\n').map((line) => {
      let shown = ''
      for (const part of line.split('\r')) shown = part + shown.slice(part.length)
      return shown.trimEnd()
    })
  }
  const write = (text: string) => {
    written += text
  }
  const live = new LiveLine({ write, columns: () => columns })
  const print = (text: string) => live.above(() => write(`${text}\n`))
  return { live, print, lines, written: () => written }
}

test('a line is written over in place, also by a shorter one', () => {
  const { live, lines } = screenOf()
  live.set('a', 'a: 9.9 MiB of 10.0 MiB')
  live.set('a', 'a: done')
  expect(lines()).toEqual(['a: done'])
  live.set('a', undefined)
  expect(lines()).toEqual([''])
})

test('lines that stay go above it', () => {
  const { live, print, lines } = screenOf()
  print('one')
  live.set('a', 'a: half')
  print('two')
  expect(lines()).toEqual(['one', 'two', 'a: half'])
  live.set('a', undefined)
  print('three')
  expect(lines()).toEqual(['one', 'two', 'three', ''])
})

test('what is under way at once is shown side by side, and the others stay when one is over', () => {
  const { live, lines } = screenOf()
  live.set('a', 'a: 1')
  live.set('b', 'b: 1')
  live.set('a', 'a: 2')
  expect(lines()).toEqual(['a: 2 | b: 1'])
  live.set('a', undefined)
  expect(lines()).toEqual(['b: 1'])
})

test('at the end nothing is left of it', () => {
  const { live, print, lines } = screenOf()
  live.set('a', 'a: half')
  live.set('b', 'b: half')
  live.end()
  print('Error: interrupted')
  expect(lines()).toEqual(['Error: interrupted', ''])
})

test('what there is no room for is counted', () => {
  const { live, lines } = screenOf(24)
  for (const name of ['a', 'b', 'c']) live.set(name, `${name}: 12345`)
  expect(lines()).toEqual(['a: 12345 | 2 more'])
  live.set('b', undefined)
  expect(lines()).toEqual(['a: 12345 | c: 12345'])
})

test('it never fills the whole line, which could begin another', () => {
  const { live, lines } = screenOf(10)
  live.set('a', 'x'.repeat(30))
  expect(lines()).toEqual(['x'.repeat(9)])
})

test('nothing is written when nothing has changed, nor when nothing is under way', () => {
  const { live, print, written } = screenOf()
  live.set('a', undefined)
  print('one')
  expect(written()).toBe('one\n')
  live.set('a', 'a: 1')
  const before = written()
  live.set('a', 'a: 1')
  expect(written()).toBe(before)
})

test.each([
  [undefined, false],
  ['', false],
  ['false', false],
  ['False', false],
  ['0', false],
  ['true', true],
  ['1', true],
  ['woodpecker', true]
])('CI=%s counts as CI: %s', (value, wanted) => {
  expect(isCi(value)).toBe(wanted)
})
