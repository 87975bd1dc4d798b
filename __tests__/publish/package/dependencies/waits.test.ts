import { expect, test } from '@jest/globals'
import { Waits } from '../../../../src/publish/package/dependencies/waits.ts'
import { Failure } from '../../../../src/shared/failure.ts'

/** Adds `a b` pairs, one after the other; the message of the first that is refused. */
function addAll(...pairs: readonly string[]): string {
  const waits = new Waits()
  for (const pair of pairs) {
    const [waiting = '', other = ''] = pair.split(' ')
    try {
      waits.add(waiting, other)
    } catch (error) {
      expect(error).toBeInstanceOf(Failure)
      if (error instanceof Failure) expect(error.kind).toBe('chart')
      return error instanceof Failure ? `${pair}: ${error.message}` : ''
    }
  }
  return 'none'
}

test.each([
  [['a a'], 'a a: Charts depend on each other in a circle: "a" → "a".'],
  [['a b', 'b a'], 'b a: Charts depend on each other in a circle: "b" → "a" → "b".'],
  [
    ['a b', 'b c', 'c d', 'd a'],
    'd a: Charts depend on each other in a circle: "d" → "a" → "b" → "c" → "d".'
  ],
  [
    ['a b', 'a c', 'c d', 'b e', 'd a'],
    'd a: Charts depend on each other in a circle: "d" → "a" → "c" → "d".'
  ],
  [['b c', 'a b', 'c a'], 'c a: Charts depend on each other in a circle: "c" → "a" → "b" → "c".']
])('charts that wait in a circle are refused with the way around: %j', (pairs, message) => {
  expect(addAll(...pairs)).toBe(message)
})

test.each([
  [['a b', 'a b', 'a b']],
  [['a b', 'a c', 'b d', 'c d']],
  [['d e', 'c d', 'b c', 'a b', 'a e']],
  [['a b', 'c d', 'a d', 'c b']]
])('charts that wait for one, or for the same one, may: %j', (pairs) => {
  expect(addAll(...pairs)).toBe('none')
})

test('what was refused is not waited for', () => {
  const waits = new Waits()
  waits.add('a', 'b')
  expect(() => waits.add('b', 'a')).toThrow(Failure)
  expect(() => waits.add('b', 'c')).not.toThrow()
  expect(() => waits.add('c', 'b')).toThrow('"c" → "b" → "c"')
})

test('a thousand charts in a row are looked through at once', () => {
  const waits = new Waits()
  for (let index = 0; index < 1000; index++) waits.add(`${index}`, `${index + 1}`)
  expect(() => waits.add('1000', '0')).toThrow(Failure)
})
