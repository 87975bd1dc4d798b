import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { shorten } from '../../src/shared/printable.ts'
import { Secret } from '../../src/shared/secret.ts'
import { derivedForms } from '../../src/shared/secret-encodings.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'

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

function keeperOf(...values: readonly string[]): SecretRegistry {
  const keeper = new SecretRegistry(() => undefined)
  for (const value of values) keeper.register(value)
  return keeper
}

describe('a keeper of secrets', () => {
  test('hides nothing for an empty text, and goes on', () => {
    const secrets = new SecretRegistry(() => undefined)
    secrets.registerRaw('')
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
    ['in quotes of YAML', `'p@ss!w''rd&<x>(1)*~ é"'`],
    ['in JSON as Go writes it', '"p@ss!w\'rd\\u0026\\u003cx\\u003e(1)*~ é\\""']
  ] as const

  test.each(shown)('redacts a secret %s', (_, text) => {
    const keeper = new SecretRegistry(() => undefined)
    keeper.register(VALUE)
    expect(keeper.redact(`before ${text} after`)).toMatch(/^before .*\*\*\*.* after$/)
    expect(keeper.redact(text)).not.toContain('ss!w')
  })

  test.each(['', 'u', 'us', 'user:', 'robot$team+ci:'])(
    'redacts a secret in base64 behind "%s", whatever follows',
    (before) => {
      const keeper = new SecretRegistry(() => undefined)
      keeper.register(VALUE)
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
    const keeper = new SecretRegistry(() => undefined)
    keeper.register('first-and-shared')
    keeper.register('shared-and-second')
    expect(keeper.redact('a first-and-shared-and-second b')).toBe('a *** b')
  })

  test('knows whether a text holds a secret', () => {
    const keeper = new SecretRegistry(() => undefined)
    keeper.register('acme')
    expect(keeper.covers('registry.example.com/acme/demo')).toBe(true)
    expect(keeper.covers('registry.example.com/team/demo')).toBe(false)
  })

  test('redacts each long line of a secret of several lines', () => {
    const keeper = new SecretRegistry(() => undefined)
    keeper.register('first-long-line\r\nsecond-long-line\n')
    expect(keeper.redact('a second-long-line b')).toBe('a *** b')
  })

  test('has masked every form, longest first, before it hands the secret out', () => {
    const masks: string[] = []
    new SecretRegistry((form) => masks.push(form)).register(VALUE)
    expect(masks).toEqual(derivedForms(VALUE))
    expect(masks).toContain(VALUE)
    expect(masks.map((form) => form.length)).toEqual(
      masks.map((form) => form.length).sort((a, b) => b - a)
    )
  })

  test('redacts the texts of JSON by their kind, and leaves it JSON', () => {
    const keeper = keeperOf('sha256', 'a "long" password of 30 letters')
    const kinds = { digest: 'data', archive: 'path' } as const
    const value = {
      size: 256,
      digest: 'sha256:0a1b',
      archive: 'out/sha256/a "long" password of 30 letters.tgz',
      nested: [{ text: 'sha256 of a "long" password of 30 letters' }]
    }
    const json = keeper.toJson(value, (field) =>
      field in kinds ? kinds[field as 'digest'] : 'prose'
    )
    expect(JSON.parse(json)).toEqual({
      ...value,
      archive: 'out/sha256/***.tgz',
      nested: [{ text: '*** of ***' }]
    })
  })

  test('masks an opaque secret as it is, without further encodings', () => {
    const masks: string[] = []
    const keeper = new SecretRegistry((form) => masks.push(form))
    expect(keeper.registerRaw('a-token+of/a-service==').reveal()).toBe('a-token+of/a-service==')
    expect(masks).toEqual(['a-token+of/a-service=='])
  })

  test('masks nothing for an empty secret', () => {
    const masks: string[] = []
    const keeper = new SecretRegistry((form) => masks.push(form))
    keeper.register(' \n')
    expect(masks).toEqual([])
    expect(keeper.redact('a b')).toBe('a b')
  })

  test('masks no short form of a secret', () => {
    expect(derivedForms('abc')).toEqual(['abc'])
  })

  test('masks the core of a secret, which no encoding of text changes', () => {
    expect(derivedForms('é<Ab3dEfGhIjKl>')).toContain('Ab3dEfGhIjKl')
    expect(derivedForms('é<organizations>')).not.toContain('organizations')
  })

  test('hides as much of a secret as is left where a text was shortened', () => {
    const keeper = new SecretRegistry(() => undefined)
    keeper.register(VALUE)
    const long = `it was ${VALUE} and more`
    for (let length = 'it was '.length + 4; length < long.length; length++) {
      expect(keeper.redact(shorten(long, length))).toMatch(/^it was \*\*\*/)
    }
    expect(keeper.redact(shorten('a word that begins alike: p@ss', 12))).toMatch(/^a word that …/)
  })

  test('leaves what stands before a cut when it is no secret', () => {
    const keeper = new SecretRegistry(() => undefined)
    keeper.register('secret-of-this-test')
    const short = shorten('the word secretary has more letters', 15)
    expect(keeper.redact(short)).toBe('the word ***… (20 more characters)')
    expect(keeper.redact(shorten('the word other has', 10))).toBe('the word o… (8 more characters)')
  })

  test('wipes all its secrets, and hides all that is printed afterwards', () => {
    const keeper = new SecretRegistry(() => undefined)
    const secret = keeper.register('a-long-password')
    keeper.wipe()
    expect(() => secret.reveal()).toThrow()
    expect(keeper.redact('a-long-password')).toBe('***')
    expect(keeper.redact('anything')).toBe('***')
    expect(keeper.covers('anything')).toBe(true)
  })

  test('takes no more secrets once it has wiped them', () => {
    const keeper = new SecretRegistry(() => undefined)
    keeper.wipe()
    const late = keeper.register('a-long-password')
    expect(() => late.reveal()).toThrow('after it had been wiped')
  })
})

describe('a secret in another writing', () => {
  const PASSWORD = `p<b>a  q'"w\\e/é+Z~1`

  test.each<[string, (secret: string) => string]>([
    ['in upper case', (secret) => secret.toUpperCase()],
    ['in lower case', (secret) => secret.toLowerCase()],
    ['in HTML with hexadecimal entities', (secret) => secret.replace(/[^\w ]/gu, hexEntity)],
    ['in HTML with zeros before its entities', (secret) => secret.replace(/[<>'"]/g, paddedEntity)],
    ['in entities only', (secret) => [...secret].map(hexEntity).join('')],
    ['in HTML that is escaped twice', (secret) => secret.replaceAll("'", '&amp;#39;')],
    ['with its blanks folded', (secret) => secret.replace(/\s+/g, ' ')],
    ['with its blanks as entities', (secret) => secret.replaceAll(' ', '&nbsp;')],
    ['with its tags removed', (secret) => secret.replace(/<[^<>]*>/g, '')],
    [
      'with tags in it',
      (secret) =>
        `<i>${secret.slice(0, 3)}</i><br/>${secret.slice(3, 9)}<!-- x -->${secret.slice(9)}`
    ],
    [
      'in an attribute, with tags in it',
      (secret) => `<p title="${secret.slice(0, 7)}<b>${secret.slice(7)}</b>">`
    ],
    ['with escaped tags in it', (secret) => `${secret.slice(0, 3)}&lt;b&gt;${secret.slice(3)}`],
    [
      'in JSON in base64',
      (secret) => Buffer.from(JSON.stringify({ u: 'ci', p: secret })).toString('base64')
    ],
    [
      'in upper case in base64',
      (secret) => Buffer.from(secret.toUpperCase()).toString('base64url')
    ],
    ['in percents in hexadecimal', (secret) => Buffer.from(percents(secret)).toString('hex')],
    ['in an attribute, escaped', (secret) => `<p title="${[...secret].map(hexEntity).join('')}">`],
    ['in percents only', (secret) => percents(secret)],
    ['in percents twice', (secret) => encodeURIComponent(encodeURIComponent(secret))],
    ['in JSON within JSON', (secret) => JSON.stringify(JSON.stringify(secret))],
    ['in escapes of JSON only', (secret) => secret.replace(/./gs, jsonEscape)],
    ['with what is not ASCII as escapes of JSON', (secret) => secret.replace(/é/g, jsonEscape)],
    ['with accents of their own', (secret) => secret.normalize('NFD')],
    ['without its accents', (secret) => secret.normalize('NFD').replace(/\p{M}/gu, '')],
    ['in wide letters', (secret) => secret.replace(/[a-z]/gi, wide)],
    ['with invisible characters in it', (secret) => [...secret].join('\u200b')],
    ['as the safe printer shows it', (secret) => [...secret].join('\\u{200b}')]
  ])('is redacted %s', (_, write) => {
    const shown = keeperOf(PASSWORD).redact(`before ${write(PASSWORD)} after`)
    expect(shown).toMatch(/^before \W*(?:&amp;|<i>|<p title=")?\W*(?:<\/b>">)?\W*after$/)
    expect(shown).toContain('***')
  })

  test.each([
    'Secret-8',
    'first-part-of-a-long-secret-0123456789',
    'Zm9vYmFyYmF6cXV4cXV1eDEyMzQ1Ng=='
  ])('is redacted where it was broken into lines: %s', (secret) => {
    const base64 = Buffer.from(`ci:${secret}`).toString('base64')
    const keeper = keeperOf(secret)
    for (const text of [secret, base64]) {
      const broken = text.replace(/.{7}/g, '$&\r\n  ')
      expect(keeper.redact(`before ${broken} after`)).toMatch(
        /^before \w{0,7}\s*\*{3}\s*\S{0,4} after$/
      )
    }
  })

  test('is redacted where its other writing was cut', () => {
    const text = `it was ${'Tom & Jerry <secret>'.replaceAll('&', '&amp;')} and more`
    const keeper = keeperOf('Tom & Jerry <secret>')
    for (let length = 'it was Tom &amp; J'.length; length < text.length; length++) {
      expect(keeper.redact(shorten(text, length))).toMatch(/^it was \*\*\*/)
    }
  })

  test('does not hide ordinary words', () => {
    const keeper = keeperOf('<in>', 'a+b', 'x&y;', '"', "a'b", 'the<is>of')
    const text = 'in a b x y the of: a page of HTML <b>is</b> "quoted" & more'
    expect(keeper.redact(text)).toBe(text)
  })

  test('ends for a text that is made for it', () => {
    const keeper = keeperOf(PASSWORD)
    const texts = [
      '%25'.repeat(21_000),
      '&amp;'.repeat(13_000),
      '\\'.repeat(65_000),
      '<'.repeat(65_000)
    ]
    const addresses = [
      '://'.repeat(21_000),
      'a://'.repeat(16_000),
      '?token='.repeat(9000),
      'x'.repeat(65_000)
    ]
    for (const text of [...texts, ...addresses]) keeper.redact(text)
  })
})

describe('a secret that is too short, or a common word', () => {
  test('is hidden in a line only where it is a word of its own', () => {
    const keeper = keeperOf('e', '25', 'abc')
    expect(keeper.redact('here is sha256:25abce and v1.25.0, abcd')).toBe(
      'here is sha256:25abce and v1.25.0, abcd'
    )
    expect(keeper.redact('401 "e", password=abc, ci:25')).toBe('401 "***", password=***, ci:***')
  })

  test('is not masked, which is reported once', () => {
    const masks: string[] = []
    let reports = 0
    const keeper = new SecretRegistry(
      (form) => masks.push(form),
      () => {
        reports += 1
      }
    )
    for (const value of ['', ' ', 'long enough', 'e', 'abc']) keeper.register(value)
    keeper.registerRaw('f')
    expect(reports).toBe(1)
    expect(masks.filter((form) => form.length < 4)).toEqual([])
    expect(masks).toContain('long enough')
  })

  test('is hidden in lines, in any case, when it has four characters', () => {
    expect(keeperOf('True').redact('it is true')).toBe('it is ***')
  })

  test('is left in paths unless it is too long to be a coincidence', () => {
    const keeper = keeperOf('charts', 'not-by-chance-at-all')
    expect(keeper.redactPath('out/charts/demo.tgz')).toBe('out/charts/demo.tgz')
    expect(keeper.redactPath('out/NOT-by-chance-at-all.tgz')).toBe('out/***.tgz')
  })

  test('that is empty does not hang anything', () => {
    const keeper = keeperOf('')
    keeper.registerRaw('')
    expect(keeper.redact('a b')).toBe('a b')
  })
})

describe('an address', () => {
  test.each([
    ['https://user:pw@host/x', 'https://***@host/x'],
    ['see http://ghp_token@host:80, oci://a:b@c/d', 'see http://***@host:80, oci://***@c/d'],
    ['https://u:p@x@host/', 'https://***@host/'],
    ['https://host/name@sha256:abc', 'https://host/name@sha256:abc'],
    ['https://host/@scope/name', 'https://host/@scope/name'],
    ['https://@host/', 'https://@host/'],
    ['https://host?token=e&x=1', 'https://host?token=***&x=1'],
    [
      'https://s/?X-Amz-Signature=0a&amp;X-Amz-Security-Token=b',
      'https://s/?X-Amz-Signature=***&amp;X-Amz-Security-Token=***'
    ],
    ['/u?_state=abc&sig=d%2F#e', '/u?_state=***&sig=***#e'],
    ['https://h/?design=1&tokens_per_page', 'https://h/?design=1&tokens_per_page']
  ])('%s is shown without its login and its tokens, whoever they are of', (text, shown) => {
    expect(keeperOf().redact(text)).toBe(shown)
    expect(keeperOf().redactPath(text)).toBe(shown)
  })
})

function hexEntity(char: string): string {
  return `&#x${char.codePointAt(0)?.toString(16)};`
}

function paddedEntity(char: string): string {
  return `&#00${char.charCodeAt(0)};`
}

function percents(text: string): string {
  return Buffer.from(text).toString('hex').replace(/../g, '%$&')
}

function jsonEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function wide(char: string): string {
  return String.fromCharCode(char.charCodeAt(0) + 0xfee0)
}
