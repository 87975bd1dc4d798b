import { describe, expect, test } from '@jest/globals'
import { Markup } from '../../src/action/html.ts'
import { printable } from '../../src/shared/printable.ts'
import { HOSTILE_MARKUP } from '../support/publications.ts'

const markup = new Markup(printable)

test('code is the text with every character of HTML escaped, as the masks of the runner know it', () => {
  expect(markup.code(`<a href="x">&'`)).toBe('<code>&lt;a href=&quot;x&quot;&gt;&amp;&apos;</code>')
})

test('a sentence keeps its plain words, and has all others as code', () => {
  expect(markup.prose('The tag 1.2.3 of ghcr.io/a/b is there (with "values.yaml").')).toBe(
    'The tag <code>1.2.3</code> of <code>ghcr.io/a/b</code> is there (with &quot;<code>values.yaml</code>&quot;).'
  )
})

test('what stands between backticks in a sentence is code, without them', () => {
  expect(markup.prose('Run `helm dependency build`, then `if-exists`.')).toBe(
    'Run <code>helm dependency build</code>, then <code>if-exists</code>.'
  )
})

test('words of code that follow one another are one piece of code', () => {
  expect(markup.prose('It says a_b c_d, twice.')).toBe('It says <code>a_b c_d</code>, twice.')
})

describe.each(HOSTILE_MARKUP)('%j', (text) => {
  const shown = (html: string) => {
    return html
      .replace(/<\/?code>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
      .replaceAll('&amp;', '&')
  }

  test('is shown as it is, in one line, without any tag but code', () => {
    for (const html of [markup.code(text), markup.prose(text)]) {
      expect(html.replace(/<\/?code>/g, '')).not.toMatch(/[<>\n\r]/)
      expect(shown(html).replaceAll('`', '')).toBe(printable(text).replaceAll('`', ''))
    }
  })

  test('leaves nothing outside of code that GitHub acts upon', () => {
    const outside = markup.prose(text).replace(/<code>.*?<\/code>/g, ' ')
    expect(outside).not.toMatch(/[@#$*_~`|![\]\\/]|:\w|\w:\w|\.\w|[0-9a-f]{7}/)
  })
})

test('words of which each letter could be of a commit are code', () => {
  expect(markup.prose('defaced deadbeef')).toBe('<code>defaced deadbeef</code>')
})
