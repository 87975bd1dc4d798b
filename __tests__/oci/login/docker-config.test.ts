import { describe, expect, test } from '@jest/globals'
import { helperFor, loginIn, parseDockerConfig } from '../../../src/oci/login/docker-config.ts'
import { SecretKeeper } from '../../../src/shared/secret-keeper.ts'

const SEARCH = { repository: { host: 'reg.example', name: 'team/demo' }, plainHttp: false }
const base64 = (text: string) => Buffer.from(text).toString('base64')

function login(auths: unknown) {
  const config = parseDockerConfig(JSON.stringify({ auths }), '/f')
  return loginIn(config, SEARCH, new SecretKeeper(() => undefined))
}

describe('an entry of auths', () => {
  test.each([
    ['auth', { auth: base64('ci:pass') }, 'ci', 'pass'],
    ['a password with colons', { auth: base64('ci:a:b:c') }, 'ci', 'a:b:c'],
    ['trailing NULs', { auth: base64('ci:pass\0\0') }, 'ci', 'pass'],
    ['a password in UTF-8', { auth: base64('ci:wörd') }, 'ci', 'wörd'],
    ['user and password', { username: 'ci', password: 'pass' }, 'ci', 'pass'],
    [
      'auth beside them, which counts',
      { auth: base64('a:b'), username: 'ci', password: 'x' },
      'a',
      'b'
    ],
    [
      'what nobody needs',
      { auth: base64('ci:pass'), email: 'a@b', serveraddress: 'x' },
      'ci',
      'pass'
    ]
  ])('with %s is a login', (_, entry, username, password) => {
    const found = login({ 'reg.example': entry })
    expect(found).toMatchObject({
      kind: 'login',
      username,
      source: '/f (auths, key "reg.example")'
    })
    expect(found?.kind === 'login' && found.password.reveal()).toBe(password)
  })

  test.each([
    [{ identitytoken: 'refresh' }, undefined],
    [{ auth: base64('u:'), identitytoken: 'refresh' }, 'u'],
    [{ auth: base64('<token>:refresh') }, undefined]
  ])('with an identity token is that: %j', (entry, username) => {
    const found = login({ 'reg.example': entry })
    expect(found).toMatchObject({ kind: 'identity-token', username })
    expect(found?.kind === 'identity-token' && found.token.reveal()).toBe('refresh')
  })

  test('with a registry token is that, whatever else is there', () => {
    const entry = { auth: base64('a:b'), identitytoken: 'x', registrytoken: 'ready' }
    expect(login({ 'reg.example': entry })).toMatchObject({ kind: 'registry-token' })
  })

  test.each([{}, { auth: '' }, { email: 'a@b' }])(
    'that holds no secret is passed over: %j',
    (entry) => {
      expect(login({ 'reg.example': entry })).toBeUndefined()
      expect(
        login({ 'reg.example': entry, 'https://reg.example': { auth: base64('a:b') } })
      ).toMatchObject({ username: 'a' })
    }
  )

  test.each([
    ['not an object', 's3cret', 'not an object'],
    ['no base64', { auth: 's3cret!' }, 'no base64'],
    ['an empty user', { auth: base64(':s3cret') }, 'no user with a password'],
    ['no colon', { auth: base64('s3cret') }, 'no user with a password'],
    ['an empty password', { auth: base64('ci:') }, 'it has no password'],
    ['a password alone', { password: 's3cret' }, 'it has no user'],
    ['a number', { auth: 5 }, '"auth" is not a text']
  ])('that is broken is told with file and key, without its value: %s', (_, entry, words) => {
    const read = () => login({ 'reg.example': entry })
    expect(read).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringContaining(words) })
    )
    expect(read).toThrow('The logins in /f cannot be read: the login of "reg.example"')
    expect(read).not.toThrow(/s3cret|czNjcmV0/)
  })

  test('for another host is not looked at', () => {
    expect(login({ 'other.example': 5, 'reg.example/other': 'x' })).toBeUndefined()
  })

  test('of the longest path wins, and one of another path is never used', () => {
    const entry = (user: string) => ({ auth: base64(`${user}:x`) })
    const auths = {
      'reg.example/other': entry('other'),
      'reg.example': entry('host'),
      'reg.example/team/demo': entry('demo'),
      'reg.example/team': entry('team')
    }
    expect(login(auths)).toMatchObject({ username: 'demo' })
    const { 'reg.example/team/demo': _, ...less } = auths
    expect(login(less)).toMatchObject({ username: 'team' })
    expect(login({ 'reg.example/other': entry('other') })).toBeUndefined()
  })
})

describe('the helper for a host', () => {
  const helper = (config: unknown) =>
    helperFor(parseDockerConfig(JSON.stringify(config), '/f'), SEARCH)

  test.each([
    [{}, undefined],
    [{ credsStore: 'store' }, { suffix: 'store', setting: 'credsStore' }],
    [
      { credsStore: 'store', credHelpers: { 'reg.example': 'own' } },
      { suffix: 'own', setting: 'credHelpers["reg.example"]' }
    ],
    [
      { credsStore: 'store', credHelpers: { 'other.example': 'own' } },
      { suffix: 'store', setting: 'credsStore' }
    ],
    [{ credsStore: 'store', credHelpers: { 'reg.example': '' } }, undefined],
    [{ credsStore: '' }, undefined]
  ])('%j', (config, found) => {
    expect(helper(config)).toEqual(found)
  })

  test('has to be a text', () => {
    expect(() => helper({ credHelpers: { 'reg.example': 5 } })).toThrow(
      '"credHelpers["reg.example"]" is not a text'
    )
  })
})

test.each([
  ['{"auths": {"reg.example": {"auth": "s3cret', 'it is not a JSON object'],
  ['[]', 'it is not a JSON object'],
  ['{"auths": []}', '"auths" is not an object'],
  ['{"credHelpers": 1}', '"credHelpers" is not an object'],
  ['{"credsStore": {}}', '"credsStore" is not a text']
])('a file that is none is an error of usage: %s', (text, words) => {
  expect(() => parseDockerConfig(text, '/f')).toThrow(expect.objectContaining({ kind: 'usage' }))
  expect(() => parseDockerConfig(text, '/f')).toThrow(`The logins in /f cannot be read: ${words}.`)
})

test('an empty file has no logins, HttpHeaders and unknown keys do not matter', () => {
  expect(parseDockerConfig(' \n', '/f').auths).toEqual({})
  const config = parseDockerConfig(
    '{"HttpHeaders":{"X-Secret":"s"},"__proto__":{"auths":{"a":1}}}',
    '/f'
  )
  expect(Object.keys(config)).toEqual(['place', 'auths', 'credHelpers', 'credsStore'])
  expect(config.auths).toEqual({})
})
