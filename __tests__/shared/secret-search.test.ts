import { randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { SecretSearch } from '../../src/shared/secret-search.ts'

const SECRET = 'p@ss w0rd&<of>"the" r\'un+/=é%'
const TOKEN = 'ghs_q7Rt2Zw9KxB4mN8vLc3HsD6fJg1PyU5aEo0T'
const find = (secrets: readonly string[], file: string | Buffer) =>
  new SecretSearch(secrets).find(Buffer.from(file))
const base64 = (text: string) => Buffer.from(text).toString('base64')
const wrapped = (text: string, width: number, end: string) =>
  text.replace(new RegExp(`.{${width}}`, 'gs'), `$&${end}`)

describe('a secret of 16 characters or more is found', () => {
  test.each<[string, string | Buffer]>([
    ['as it is', SECRET],
    ['in base64', base64(SECRET)],
    ['in base64 behind one byte', base64(`x${SECRET}y`)],
    ['in base64 behind two bytes', base64(`xx${SECRET}y`)],
    ['in base64url', Buffer.from(SECRET).toString('base64url')],
    ['in a URL', encodeURIComponent(SECRET)],
    ['in a form', new URLSearchParams({ a: SECRET }).toString()],
    ['in JSON', JSON.stringify({ a: SECRET })],
    ['in hexadecimal', Buffer.from(SECRET).toString('hex')],
    ['in quotes of YAML', `'${SECRET.replaceAll("'", "''")}'`],
    ['in HTML', SECRET.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')],
    ['in UTF-16', Buffer.from(`\ufeffa: ${SECRET}\n`, 'utf16le')],
    ['in UTF-16, the other way round', Buffer.from(`a: ${SECRET}\n`, 'utf16le').swap16()],
    ['in binary data', Buffer.concat([randomBytes(999), Buffer.from(SECRET), randomBytes(999)])],
    ['in wrapped base64', wrapped(base64(`{"auth":"x","secret":"${SECRET}"}`), 20, '\n')],
    ['in indented, wrapped base64', wrapped(base64(SECRET), 16, '\r\n      ')],
    ['in text that is broken in it', wrapped(SECRET, 17, '\n\t')]
  ])('%s', (_, file) => {
    const around = Buffer.concat([
      Buffer.from('before\n'),
      Buffer.from(file),
      Buffer.from('\nafter')
    ])
    expect(find([SECRET], around)?.isLong).toBe(true)
    expect(find([SECRET], file)?.isLong).toBe(true)
  })

  test('whatever it is and wherever a line breaks in it', () => {
    for (let count = 0; count < 300; count++) {
      const secret = randomBytes(12 + (count % 30)).toString('base64')
      const width = 16 + (count % 60)
      for (const form of [secret, base64(secret), Buffer.from(secret).toString('hex')]) {
        const lead = 'x'.repeat(count % 40)
        const file = `key: ${wrapped(`${lead}${form}`, width, count % 2 === 0 ? '\n  ' : '\r\n')}\nend`
        expect([secret, file, find([secret], file)?.isLong]).toEqual([secret, file, true])
      }
    }
  })

  test('with its line, among other secrets, and before shorter ones', () => {
    const file = `a: hunter22\nb: ${TOKEN}\nc: ${TOKEN}\n`
    expect(find(['hunter22', 'nothing of this', TOKEN], file)).toEqual({ isLong: true, line: 2 })
  })
})

describe('of a secret with several lines', () => {
  const KEY = `-----BEGIN PRIVATE KEY-----\n${wrapped(randomBytes(300).toString('base64'), 64, '\n')}\n-----END PRIVATE KEY-----\n`
  const ACCOUNT = JSON.stringify(
    {
      type: 'service_account',
      private_key: KEY,
      token_uri: 'https://oauth2.googleapis.com/token',
      auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs'
    },
    null,
    2
  )

  test.each<[string, string]>([
    ['as it is', KEY],
    ['with CRLF and indented', KEY.replaceAll('\n', '\r\n    ')],
    ['as one line of JSON', JSON.stringify(KEY)],
    ['in base64', base64(KEY)],
    ['one line of it', `x${KEY.split('\n')[2]}y`]
  ])('the whole is found: %s', (_, file) => {
    expect(find([KEY], file)?.isLong).toBe(true)
  })

  test('a line that others have too does not count', () => {
    expect(find([KEY], '# -----BEGIN PRIVATE KEY-----\n# ...\n')).toBeUndefined()
    const example = ACCOUNT.replace(JSON.stringify(KEY), '"<your key>"')
    expect(find([ACCOUNT], example)).toBeUndefined()
    expect(find([ACCOUNT], `example:\n${ACCOUNT}`)?.isLong).toBe(true)
  })
})

describe('a secret of fewer than 16 characters', () => {
  test.each<[string, string, string]>([
    ['as a word', 'Harbor12345', 'password: Harbor12345\n'],
    ['in quotes', 'hunter22', 'password: "hunter22"'],
    ['in base64', 'Harbor12345', `password: ${base64('Harbor12345')}`],
    ['with signs around it', 'a-b!', 'x=a-b!c']
  ])('is found %s', (_, secret, file) => {
    expect(find([secret], file)).toEqual({ isLong: false, line: 1 })
  })

  test.each<[string, string]>([
    ['test', 'latest tests greatest'],
    ['app', 'name: app'],
    ['e', 'e: e'],
    ['', 'anything'],
    ['   ', 'any   thing'],
    ['admin', 'administrator superadmin admin1']
  ])('%j raises no alarm in %j', (secret, file) => {
    expect(find([secret], file)).toBeUndefined()
  })
})

test('what is not a secret is not found', () => {
  expect(find([], TOKEN)).toBeUndefined()
  expect(find([TOKEN], `${TOKEN.slice(0, -1)}x`)).toBeUndefined()
  expect(find([TOKEN], `${TOKEN.slice(0, 20)} ${TOKEN.slice(20)}`)).toBeUndefined()
})

describe('a keeper of secrets', () => {
  test('searches for secrets and tokens, but not for what was made in the run', () => {
    const keeper = new SecretRegistry(() => undefined)
    keeper.register(SECRET)
    keeper.registerToken(TOKEN)
    keeper.registerRaw('a bearer token of this run')
    const search = keeper.search()
    expect(search.find(Buffer.from(SECRET))).toBeDefined()
    expect(search.find(Buffer.from(base64(TOKEN)))).toBeDefined()
    expect(search.find(Buffer.from('a bearer token of this run'))).toBeUndefined()
  })

  test('gives the same search until there is another secret, and none after it was wiped', () => {
    const keeper = new SecretRegistry(() => undefined)
    keeper.register(SECRET)
    const search = keeper.search()
    keeper.register(SECRET)
    expect(keeper.search()).toBe(search)
    keeper.register(TOKEN)
    expect(keeper.search()).not.toBe(search)
    keeper.wipe()
    keeper.register(TOKEN)
    expect(keeper.search().find(Buffer.from(TOKEN))).toBeUndefined()
  })
})
