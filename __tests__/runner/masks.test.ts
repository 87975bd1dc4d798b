import { inspect } from 'node:util'
import { expect, test } from '@jest/globals'
import { Masks } from '../support/runner/masks.ts'

/** With what the encodings differ in. Its 21 bytes need no padding in base64. */
const SECRET = `p@ss!w'rd&<x>(1)*~ é`

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

test.each([
  ['as it is', SECRET],
  ['in JSON', JSON.stringify(SECRET)],
  ['inspected', inspect(SECRET)],
  ['in base64', base64(SECRET)],
  ['in base64 with a suffix that begins at a boundary', base64(`${SECRET}\n`)],
  ['in base64 behind a prefix that ends at a boundary', base64(`ab:${SECRET}`)],
  ['with its quotes doubled, as in expressions', SECRET.replaceAll("'", "''")],
  ['in XML', 'p@ss!w&apos;rd&amp;&lt;x&gt;(1)*~ é'],
  ['in a URL as .NET escapes it', 'p%40ss%21w%27rd%26%3Cx%3E%281%29%2A~%20%C3%A9'],
  ['up to the last ampersand, as PowerShell colours it', "p@ss!w'rd& in red"]
])('ValueEncoders.cs: a secret %s is masked', (_, text) => {
  const shown = new Masks([SECRET]).hide(`before ${text} behind`)
  expect(shown).toMatch(/^before .*\*\*\*.* behind$/)
  expect(shown).not.toMatch(/ss.*w|d&/)
})

test.each([
  ['user:', `${base64('user:p')}***`],
  ['abc:', `${base64('abc:p@')}***`]
])(
  'ValueEncoders.cs: behind the prefix %j, base64 shows up to two bytes of a secret',
  (prefix, shown) => {
    expect(new Masks([SECRET]).hide(base64(prefix + SECRET))).toBe(shown)
  }
)

test.each([
  ['in base64 with a suffix', base64(`${SECRET}xy`), base64('xy'), `${SECRET}x`],
  ['in base64url', Buffer.from('ab?>cd?>e').toString('base64url'), '', 'ab?>cd?>e'],
  ['as encodeURIComponent has it', encodeURIComponent(SECRET), '', SECRET],
  ['in a form', new URLSearchParams({ v: SECRET }).toString(), '', SECRET],
  [
    'in the user part of a URL',
    Object.assign(new URL('https://h'), { username: 'u', password: SECRET }).password,
    '',
    SECRET
  ],
  ['in hexadecimal', Buffer.from(SECRET).toString('hex'), '', SECRET],
  ['in JSON of Go', `p@ss!w'rd\\u0026\\u003cx\\u003e(1)*~ é`, '', SECRET],
  ['in HTML', 'p@ss!w&#39;rd&amp;&lt;x&gt;(1)*~ é', '', SECRET],
  ['in other letters', SECRET.toUpperCase(), '', SECRET]
])('ValueEncoders.cs: a secret %s is not masked', (_, text, __, secret) => {
  expect(new Masks([secret]).hide(text)).toBe(text)
})

test.each([
  ['in JSON, ends of lines escaped', 'pass\\"\u2028word', String.raw`pass\\\"\u2028word`],
  ['as an argument of a command line', 'say "x" now', String.raw`say \"x\" now`]
])('ValueEncoders.cs: a secret %s is masked', (_, secret, text) => {
  expect(new Masks([secret]).hide(text)).toBe('***')
})

test('a secret that lies in two lines is masked in neither', () => {
  const secret = SECRET.replace('&', '')
  const masks = new Masks([secret])
  const [first, second] = [secret.slice(0, 7), secret.slice(7)]
  expect([masks.hide(first), masks.hide(second)]).toEqual([first, second])
})

test('SecretMasker.cs: a mask may have one character, and letters count', () => {
  expect(new Masks(['a']).hide('banAna')).toBe('b***nAn***')
})

test('SecretMasker.cs: hits that overlap or touch become one', () => {
  expect(new Masks(['abab']).hide('xabababx')).toBe('x***x')
  expect(new Masks(['abc', 'cde', 'fgh']).hide('xabcdefghx')).toBe('x***x')
  expect(new Masks(['ab']).hide('ab-ab')).toBe('***-***')
})

test('AddMaskCommandExtension: all of a value is masked, and each of its lines trimmed', () => {
  const masks = new Masks(['first line\r\n  second line  \n\n'])
  expect(masks.hide('a first line, a second line')).toBe('a ***, a ***')
  expect(masks.hide(' \n')).toBe(' \n')
})

test('ValueEncoders.cs: quotes around a secret are taken off from nine characters on', () => {
  expect(new Masks(['"1234567"']).hide('1234567')).toBe('***')
  expect(new Masks(['"123456"']).hide('123456')).toBe('123456')
})

test('ValueEncoders.cs: PowerShell shows the letter behind &+ by itself', () => {
  const masks = new Masks(['secretpart1&+secretpart2&secretpart3'])
  expect(masks.hide('secretpart1&+ s ecretpart2&secretpart3')).toBe('*** s ***')
})
