import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ByteSearch } from '../../src/shared/byte-search.ts'

const text = (least: number) =>
  fc
    .array(fc.constantFrom('a', 'b', 'c'), { minLength: least, maxLength: 12 })
    .map((list) => list.join(''))

test('every place of every needle is found, in order, also where they overlap', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(text(2), { minLength: 1, maxLength: 6 }),
      text(0),
      (needles, hay) => {
        const wanted = Array.from({ length: hay.length }, (_, at) => {
          return needles.flatMap((needle, index) =>
            hay.startsWith(needle, at) ? [`${at} ${index}`] : []
          )
        }).flat()
        const search = new ByteSearch(needles.map((needle) => Buffer.from(needle)))
        const found = [...search.matches(Buffer.from(hay))].map(
          ({ at, needle }) => `${at} ${needle}`
        )
        expect(found).toEqual(wanted)
      }
    ),
    { numRuns: 2000 }
  )
})

test('nothing is found without needles, in nothing, and in less than a needle', () => {
  const search = new ByteSearch([Buffer.from('needle')])
  expect([...new ByteSearch([]).matches(Buffer.from('hay'))]).toEqual([])
  expect([...search.matches(Buffer.alloc(0))]).toEqual([])
  expect([...search.matches(Buffer.from('n'))]).toEqual([])
  expect([...search.matches(Buffer.from('needl'))]).toEqual([])
})

test('nothing is found in megabytes of text without a needle', () => {
  const needles = Array.from({ length: 300 }, (_, index) =>
    Buffer.from(`needle number ${index} of many`)
  )
  const hay = Buffer.alloc(
    25 * 1024 * 1024,
    'a line of text like others, with words and numbers 12345\n'
  )
  expect([...new ByteSearch(needles).matches(hay)]).toEqual([])
})
