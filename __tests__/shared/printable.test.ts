import { expect, test } from '@jest/globals'
import {
  printable,
  printableJson,
  shorten,
  visible,
  visibleLines
} from '../../src/shared/printable.ts'

test.each([
  ['::error::x', ': :error::x'],
  ['  ::add-mask::x', '  : :add-mask::x'],
  ['\u00a0::set-output name=a::b', '\u00a0: :set-output name=a::b'],
  ['ok ##[error]x', 'ok # #[error]x'],
  ['###[group]x', '## #[group]x'],
  ['##vso[task.setvariable variable=x]y', '# #vso[task.setvariable variable=x]y'],
  ["##teamCity[message text='x']", "# #teamCity[message text='x']"],
  ['## a heading ##', '## a heading ##'],
  ['a\n::warning::b', 'a\\n::warning::b'],
  ['a\r::warning::b', 'a\\u{d}::warning::b'],
  ['\u001b[31mred', '\\u{1b}[31mred'],
  ['left\u202eright', 'left\\u{202e}right'],
  ['zero\u200bwidth', 'zero\\u{200b}width'],
  ['\u2028line', '\\u{2028}line'],
  ['nothing\u3164here', 'nothing\\u{3164}here'],
  ['hidden\u{e0141}', 'hidden\\u{e0141}'],
  ['half a pair \ud83d', 'half a pair \\u{d83d}'],
  ['\u0085::error::x', '\\u{85}::error::x'],
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

test('what is printed is printed the same again', () => {
  const text = '::error::x ##[y] ##vso[z] \u001b\u200b\ud800'
  expect(visible(visible(text))).toBe(visible(text))
})

test('of several lines each is printed by itself, with its end as it was', () => {
  expect(visibleLines('a\r\n::b\n\r::c\n')).toBe('a\r\n: :b\n\\u{d}::c\n')
})

test('a path is not cut', () => {
  expect(visible('x'.repeat(4000))).toHaveLength(4000)
})

test('a text is not cut within a character', () => {
  expect(shorten('ab😀c', 3)).toBe('ab… (3 more characters)')
})

test('printed JSON says the same, with nothing in it that acts', () => {
  const value = {
    '##[group]': ['\u001b[31m\u202e\u2028\u0085\u200b\u{e0001}\n##[error]x ##vso[y]', 'é 😀\ufe0f']
  }
  const json = printableJson(JSON.stringify(value, undefined, 2))
  expect(JSON.parse(json)).toEqual(value)
  expect(json).not.toMatch(/##|[[\p{Cc}\p{Bidi_Control}\u2028\u200b]--[\n]]/v)
  expect(json).toContain('é 😀\ufe0f')
})
