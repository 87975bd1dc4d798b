import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { derivedForms } from '../../src/shared/derived-forms.ts'
import { shorten } from '../../src/shared/printable.ts'
import { Secret } from '../../src/shared/secret.ts'
import { SecretKeeper } from '../../src/shared/secret-keeper.ts'

const VALUE = 'p@ss!w\'rd&<x>(1)*~ é"'

describe('a secret', () => {
  test.each([
    ['a template', (secret: Secret) => `${secret}`],
    ['String', (secret: Secret) => String(secret)],
    ['JSON', (secret: Secret) => JSON.stringify({ secret })],
    ['inspection', (secret: Secret) => inspect({ secret }, { showHidden: true, depth: 9 })],
    ['a clone', (secret: Secret) => inspect(structuredClone(secret))],
    ['its keys', (secret: Secret) => Object.getOwnPropertyNames(secret).join()]
  ])('is not shown by %s', (_, show) => {
    expect(show(new Secret(VALUE))).not.toContain("w'rd")
  })

  test('is revealed as it was given', () => {
    expect(new Secret(VALUE).reveal()).toBe(VALUE)
  })

  test('cannot be revealed after it has been wiped', () => {
    const secret = new Secret(VALUE)
    secret.wipe()
    expect(() => secret.reveal()).toThrow('after it had been wiped')
  })
})

describe('a keeper of secrets', () => {
  test('hides nothing for an empty text, and goes on', () => {
    const secrets = new SecretKeeper(() => undefined)
    secrets.keepOpaque('')
    expect(secrets.redact('a text')).toBe('a text')
  })

  const shown = [
    ['as it is', VALUE],
    ['in base64', Buffer.from(VALUE).toString('base64')],
    ['in base64url', Buffer.from(VALUE).toString('base64url')],
    ['in a URL', encodeURIComponent(VALUE)],
    ['in a form', new URLSearchParams({ a: VALUE }).toString()],
    ['in JSON', JSON.stringify(VALUE)],
    [
      'in a URL with lower-case escapes',
      encodeURIComponent(VALUE).replace(/%../g, (code) => code.toLowerCase())
    ],
    ['in a URL that escapes all it may', 'p%40ss%21w%27rd%26%3Cx%3E%281%29%2A~%20%C3%A9%22'],
    ['before the host of a URL', Object.assign(new URL('http://h'), { password: VALUE }).href],
    ['in hexadecimal', Buffer.from(VALUE).toString('hex')],
    ['in HTML', 'p@ss!w&#39;rd&amp;&lt;x&gt;(1)*~ é&quot;'],
    ['in HTML as Go writes it', 'p@ss!w&#39;rd&amp;&lt;x&gt;(1)*~ é&#34;'],
    ['in XML', 'p@ss!w&apos;rd&amp;&lt;x&gt;(1)*~ é&quot;'],
    ['in a shell', `'p@ss!w'\\''rd&<x>(1)*~ é"'`],
    ['in JSON as Go writes it', '"p@ss!w\'rd\\u0026\\u003cx\\u003e(1)*~ é\\""']
  ] as const

  test.each(shown)('redacts a secret %s', (_, text) => {
    const keeper = new SecretKeeper(() => undefined)
    keeper.keep(VALUE)
    expect(keeper.redact(`before ${text} after`)).toMatch(/^before .*\*\*\*.* after$/)
    expect(keeper.redact(text)).not.toContain('ss!w')
  })

  test.each(['', 'u', 'us', 'user:', 'robot$team+ci:'])(
    'redacts a secret in base64 behind "%s", whatever follows',
    (before) => {
      const keeper = new SecretKeeper(() => undefined)
      keeper.keep(VALUE)
      for (const encoding of ['base64', 'base64url'] as const) {
        for (const after of ['', '\n', ':x', 'yz ']) {
          const text = Buffer.from(before + VALUE + after).toString(encoding)
          const shown = keeper.redact(text).split('***')
          expect(shown.length).toBe(2)
          // Up to four digits at either end belong to what is around it too.
          expect(shown.join('').length).toBeLessThanOrEqual(
            Math.ceil(((before.length + after.length) * 8) / 6) + 8
          )
        }
      }
    }
  )

  test('redacts what overlaps as one, so that nothing of either is left', () => {
    const keeper = new SecretKeeper(() => undefined)
    keeper.keep('first-and-shared')
    keeper.keep('shared-and-second')
    expect(keeper.redact('a first-and-shared-and-second b')).toBe('a *** b')
  })

  test('knows whether a text holds a secret', () => {
    const keeper = new SecretKeeper(() => undefined)
    keeper.keep('acme')
    expect(keeper.covers('registry.example.com/acme/demo')).toBe(true)
    expect(keeper.covers('registry.example.com/team/demo')).toBe(false)
  })

  test('redacts each long line of a secret of several lines', () => {
    const keeper = new SecretKeeper(() => undefined)
    keeper.keep('first-long-line\r\nsecond-long-line\n')
    expect(keeper.redact('a second-long-line b')).toBe('a *** b')
  })

  test('has masked every form, longest first, before it hands the secret out', () => {
    const masks: string[] = []
    new SecretKeeper((form) => masks.push(form)).keep(VALUE)
    expect(masks).toEqual(derivedForms(VALUE))
    expect(masks).toContain(VALUE)
    expect(masks.map((form) => form.length)).toEqual(
      masks.map((form) => form.length).sort((a, b) => b - a)
    )
  })

  test('redacts the texts of JSON and leaves it JSON', () => {
    const keeper = new SecretKeeper(() => undefined)
    keeper.keep('1')
    keeper.keep('"')
    const json = keeper.toJson({ size: 1, text: 'a1b"c', nested: [{ text: '1' }] })
    expect(JSON.parse(json)).toEqual({ size: 1, text: 'a***b***c', nested: [{ text: '***' }] })
  })

  test('masks an opaque secret as it is, without further encodings', () => {
    const masks: string[] = []
    const keeper = new SecretKeeper((form) => masks.push(form))
    expect(keeper.keepOpaque('a-token+of/a-service==').reveal()).toBe('a-token+of/a-service==')
    expect(masks).toEqual(['a-token+of/a-service=='])
  })

  test('masks nothing for an empty secret', () => {
    const masks: string[] = []
    const keeper = new SecretKeeper((form) => masks.push(form))
    keeper.keep(' \n')
    expect(masks).toEqual([])
    expect(keeper.redact('a b')).toBe('a b')
  })

  test('masks a short secret as it is, but no short form of it', () => {
    expect(derivedForms('abc')).toEqual(['abc'])
  })

  test('hides as much of a secret as is left where a text was shortened', () => {
    const keeper = new SecretKeeper(() => undefined)
    keeper.keep(VALUE)
    const long = `it was ${VALUE} and more`
    for (let length = 'it was '.length + 4; length < long.length; length++) {
      expect(keeper.redact(shorten(long, length))).toMatch(/^it was \*\*\*/)
    }
    expect(keeper.redact(shorten('a word that begins alike: p@ss', 12))).toMatch(/^a word that …/)
  })

  test('leaves what stands before a cut when it is no secret', () => {
    const keeper = new SecretKeeper(() => undefined)
    keeper.keep('secret-of-this-test')
    const short = shorten('the word secretary has more letters', 15)
    expect(keeper.redact(short)).toBe('the word ***… (20 more characters)')
    expect(keeper.redact(shorten('the word other has', 10))).toBe('the word o… (8 more characters)')
  })

  test('wipes all its secrets, and hides all that is printed afterwards', () => {
    const keeper = new SecretKeeper(() => undefined)
    const secret = keeper.keep('a-long-password')
    keeper.wipe()
    expect(() => secret.reveal()).toThrow()
    expect(keeper.redact('a-long-password')).toBe('***')
    expect(keeper.redact('anything')).toBe('***')
    expect(keeper.covers('anything')).toBe(true)
  })

  test('takes no more secrets once it has wiped them', () => {
    const keeper = new SecretKeeper(() => undefined)
    keeper.wipe()
    const late = keeper.keep('a-long-password')
    expect(() => late.reveal()).toThrow('after it had been wiped')
  })
})
