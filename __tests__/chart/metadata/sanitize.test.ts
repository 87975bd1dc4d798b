import { expect, test } from '@jest/globals'
import { EMPTY_METADATA } from '../../../src/chart/metadata/metadata.ts'
import { sanitizeMetadata } from '../../../src/chart/metadata/sanitize.ts'

function sanitized(description: string): string {
  return sanitizeMetadata({ ...EMPTY_METADATA, description }).description
}

test('as many characters are printed as Go prints, whatever Unicode this Node knows', () => {
  const all = Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code))
  const spaces = [...sanitized(all.join(''))].filter((char) => char === ' ')
  // Go 1.26, unicode.IsPrint: Unicode 15.0. All spaces have become blanks.
  expect([...sanitized(all.join(''))].length - spaces.length + 1).toBe(148_998)
})

test.each([
  ['a face of Unicode 16', 'a\u{1fae9}b', 'ab'],
  ['an ideograph of Unicode 15.1', 'a\u2ffcb', 'ab'],
  ['a face of Unicode 13', 'a\u{1f972}b', 'a\u{1f972}b'],
  ['a line separator', 'a\u2028b', 'a b'],
  ['a zero-width joiner', 'a\u200db', 'ab']
])('%s', (_, text, expected) => {
  expect(sanitized(text)).toBe(expected)
})
