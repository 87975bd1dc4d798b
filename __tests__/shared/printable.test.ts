import { expect, test } from '@jest/globals'
import { printable } from '../../src/shared/printable.ts'

test.each([
  ['::error::x', ': :error::x'],
  ['  ::add-mask::x', '  : :add-mask::x'],
  ['\u00a0::set-output name=a::b', '\u00a0: :set-output name=a::b'],
  ['ok ##[error]x', 'ok # #[error]x'],
  ['a\n::warning::b', 'a\\n::warning::b'],
  ['a\r::warning::b', 'a\\u{d}::warning::b'],
  ['\u001b[31mred', '\\u{1b}[31mred'],
  ['left\u202eright', 'left\\u{202e}right'],
  ['zero\u200bwidth', 'zero\\u{200b}width'],
  ['\u2028line', '\\u{2028}line'],
  ['a\tb', 'a b']
])('%j is printed as %j', (text, printed) => {
  expect(printable(text)).toBe(printed)
})

test('text of all languages is printed as it is', () => {
  expect(printable('Grüße 世界 😀 עברית')).toBe('Grüße 世界 😀 עברית')
})

test('a long text is cut and says so', () => {
  expect(printable('x'.repeat(3000))).toBe(`${'x'.repeat(2048)}… (952 more characters)`)
})
