import { expect, test } from '@jest/globals'
import { nextLink } from '../../src/http/link.ts'

test.each<[string | string[] | undefined, string | undefined]>([
  ['</v2/a/tags/list?last=b&n=2>; rel="next"', '/v2/a/tags/list?last=b&n=2'],
  ['</v2/a/tags/list?last=b>; rel=next', '/v2/a/tags/list?last=b'],
  ['</a>;rel="next"', '/a'],
  ['</a> ; REL = "NEXT"', '/a'],
  ['</a>; title="one, two; rel=next"; rel=prev, </b>; rel=next', '/b'],
  ['</a>; rel="first", </b>; rel="last next"', '/b'],
  [['</a>; rel=first', '</b>; rel=next'], '/b'],
  ['<https://reg.example/a,b>; rel=next', 'https://reg.example/a,b'],
  ['</a </b>; rel=next', '/b'],
  ['</a>; rel="nextish"', undefined],
  ['</a>', undefined],
  ['/a; rel=next', undefined],
  ['', undefined],
  [undefined, undefined]
])('the next page of %p is at %p', (field, target) => {
  expect(nextLink(field)).toBe(target)
})

test('a long field without an end is read in no time', () => {
  expect(nextLink(`</a>${'; x="'.repeat(20_000)}`)).toBeUndefined()
})

test('a long field of beginnings is read in no time, up to the link after them', () => {
  expect(nextLink('<'.repeat(65_536))).toBeUndefined()
  expect(nextLink(`${'<'.repeat(65_536)}/a>; rel=next`)).toBe('/a')
})
