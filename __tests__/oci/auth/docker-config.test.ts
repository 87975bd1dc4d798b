import { beforeEach, describe, expect, test } from '@jest/globals'
import { helperFor, loginIn, parseDockerConfig } from '../../../src/oci/auth/docker-config.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../../support/log.ts'

const SEARCH = { repository: { host: 'reg.example', name: 'team/demo' }, plainHttp: false }
const base64 = (text: string) => Buffer.from(text).toString('base64')

let logger: RecordingLogger

beforeEach(() => {
  logger = new RecordingLogger()
})

function login(auths: unknown) {
  return loginOfText(JSON.stringify({ auths }))
}

function loginOfText(text: string) {
  const secrets = new SecretRegistry(() => undefined)
  return loginIn(parseDockerConfig(text, '/f'), SEARCH, { secrets, logger })
}

describe('an entry of auths', () => {
  test.each([
    ['auth', { auth: base64('ci:pass') }, 'ci', 'pass'],
    ['a password with colons', { auth: base64('ci:a:b:c') }, 'ci', 'a:b:c'],
    ['NULs around the password', { auth: base64('ci:\0pass\0\0') }, 'ci', 'pass'],
    [
      'line breaks in its base64',
      { auth: base64('ci:pass').replace(/.{4}/g, '$&\r\n') },
      'ci',
      'pass'
    ],
    ['bits behind its base64', { auth: 'Y2k6cGFzc3d=' }, 'ci', 'passw'],
    ['an empty auth', { auth: '', username: 'ci', password: 'pass' }, 'ci', 'pass'],
    ['null for auth', { auth: null, username: 'ci', password: 'pass' }, 'ci', 'pass'],
    ['upper case in its names', { Auth: base64('ci:pass') }, 'ci', 'pass'],
    [
      'one name in two cases, of which the last counts',
      { auth: 'x', AUTH: base64('ci:pass') },
      'ci',
      'pass'
    ],
    [
      'a number where nobody looks',
      { auth: base64('ci:pass'), email: 5, username: 5 },
      'ci',
      'pass'
    ],
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

  test.each([null, {}, { auth: '' }, { auth: null }, { email: 'a@b' }])(
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
    ['not base64', { auth: 's3cret!' }, 'not base64'],
    ['base64 without its padding', { auth: base64('ci:s3cret1').replace('=', '') }, 'not base64'],
    ['base64 with too much of it', { auth: `${base64('ci:s3cret')}=` }, 'not base64'],
    ['base64 of URLs', { auth: Buffer.from('ci:s3cret?>?>').toString('base64url') }, 'not base64'],
    ['base64 with blanks', { auth: ` ${base64('ci:s3cret')}` }, 'not base64'],
    ['no colon', { auth: base64('s3cret') }, 'not a user with a password'],
    ['Latin-1', { auth: Buffer.from('ci:s3cret\xe9', 'latin1').toString('base64') }, 'not UTF-8'],
    ['a number', { auth: 5 }, '"auth" is not a string']
  ])('that is broken is told with file and key, without its value: %s', (_, entry, words) => {
    const read = () => login({ 'reg.example': entry })
    expect(read).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringContaining(words) })
    )
    expect(read).toThrow('The logins in /f cannot be read: the login of "reg.example"')
    expect(read).not.toThrow(/s3cret|czNjcmV0/)
  })

  test.each([
    ['no user', { auth: base64(':s3cret') }],
    ['no password', { auth: base64('ci:') }],
    ['no user', { password: 's3cret' }],
    ['no password', { username: 'ci' }]
  ])('that has %s counts for nothing, with a warning: %j', (half, entry) => {
    expect(login({ 'reg.example': entry })).toBeUndefined()
    expect(logger.lines).toEqual([
      `warning: The login of "reg.example" in /f has ${half}, so it is not used.`
    ])
    expect(
      login({ 'reg.example': entry, 'https://reg.example': { auth: base64('a:b') } })
    ).toMatchObject({ username: 'a' })
  })

  test.each([5, null, 'x', ['x'], { auth: 5 }, { auth: '%%%' }, { auth: base64('no colon') }])(
    'for another host may be anything: %j',
    (entry) => {
      expect(login({ 'other.example': entry, 'reg.example/other': entry })).toBeUndefined()
      const own = { 'reg.example': { auth: base64('ci:pass') } }
      expect(login({ 'other.example': entry, ...own })).toMatchObject({ username: 'ci' })
      expect(login({ ...own, 'other.example': entry })).toMatchObject({ username: 'ci' })
    }
  )

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
    [{ credsStore: '' }, undefined],
    [{ credsStore: null, credHelpers: null, auths: null }, undefined],
    [{ credsStore: 'store', credHelpers: { 'reg.example': null } }, undefined],
    [
      { credsStore: 'store', credHelpers: { 'other.example': 5 } },
      { suffix: 'store', setting: 'credsStore' }
    ],
    [{ CredsStore: 'store' }, { suffix: 'store', setting: 'credsStore' }]
  ])('%j', (config, found) => {
    expect(helper(config)).toEqual(found)
  })

  test('has to be a text', () => {
    expect(() => helper({ credHelpers: { 'reg.example': 5 } })).toThrow(
      '"credHelpers["reg.example"]" is not a string'
    )
  })
})

test.each([
  ['{"auths": {"reg.example": {"auth": "s3cret', 'it is not a JSON object'],
  ['[]', 'it is not a JSON object'],
  ['{"auths": []}', '"auths" is not an object'],
  ['{"credHelpers": 1}', '"credHelpers" is not an object'],
  ['{"credsStore": {}}', '"credsStore" is not a string']
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

describe('a file is read as Go reads it', () => {
  const entry = JSON.stringify({ 'reg.example': { auth: base64('ci:pass') } })

  test.each([
    ['"auths" in upper case', `{"AUTHS":${entry}}`],
    ['"auths" in two cases', `{"auths":${entry},"Auths":{"other.example":{}}}`],
    ['"auths" twice, of which the last counts', `{"auths":{"reg.example":5},"auths":${entry}}`],
    ['one host twice, of which the last counts', `{"auths":{"reg.example":5,${entry.slice(1)}}`],
    ['the rest of a longer file behind it', `{"auths":${entry}}}}`],
    ['another value behind it', `{"auths":${entry}}\n{"auths":[]}`],
    ['braces and quotes in its texts', `{"x":"}\\"}{","auths":${entry}} rest`],
    ['what is of no use in the wrong shape', `{"HttpHeaders":[],"proxies":5,"auths":${entry}}`]
  ])('%s', (_, text) => {
    expect(loginOfText(text)).toMatchObject({ username: 'ci' })
  })

  test.each(['null', ' null\n', '{}', '{"auths":null}', '{"credHelpers":null,"credsStore":null}'])(
    '%j has no login',
    (text) => {
      expect(loginOfText(text)).toBeUndefined()
    }
  )

  test.each(['// comment\n{}', '{"auths":{}', '{"auths":{},}', '"text"', '5', '{]}'])(
    '%j is none',
    (text) => {
      expect(() => loginOfText(text)).toThrow('it is not a JSON object')
    }
  )
})
