import { expect, test } from '@jest/globals'
import { mediaTypeOf } from '../../../src/oci/spec/media-types.ts'

test.each([
  ['application/json', 'application/json'],
  ['Application/JSON; charset=utf-8', 'application/json'],
  ['text/html;charset="utf-8" ;', 'text/html'],
  ['text/html; a="x;y"; b=c', 'text/html'],
  ['application/vnd.oci.image.index.v1+json', 'application/vnd.oci.image.index.v1+json'],
  ['json', undefined],
  ['a/b; c', undefined],
  ['', undefined],
  [undefined, undefined]
])('the media type of %j is %j', (field, expected) => {
  expect(mediaTypeOf(field)).toBe(expected)
})
