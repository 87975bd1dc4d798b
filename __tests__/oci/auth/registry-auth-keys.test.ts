import { describe, expect, test } from '@jest/globals'
import {
  credentialFor,
  parseAuthKey,
  type RegistryAuth
} from '../../../src/oci/auth/registry-auth-keys.ts'
import { Secret } from '../../../src/shared/secret.ts'

/** Each key has a login whose user is the key. */
function authOf(...keys: readonly string[]): RegistryAuth {
  return new Map(
    keys.map((key) => [key, { kind: 'login', username: key, password: new Secret('x') }] as const)
  )
}

function keyFor(address: string, ...keys: readonly string[]): string | undefined {
  const { protocol, host, pathname } = new URL(address)
  const plainHttp = protocol === 'http:'
  const found = credentialFor(authOf(...keys), { host, path: pathname, plainHttp })
  return found?.kind === 'login' ? found.username : undefined
}

describe('a key is a host, with a port and a path where it has them', () => {
  test.each([
    ['ghcr.io', 'ghcr.io'],
    ['GHCR.io/Acme/Charts', 'ghcr.io/Acme/Charts'],
    ['h:443', 'h:443'],
    ['h:80/a', 'h:80/a'],
    ['[::1]:5000/a', '[::1]:5000/a'],
    ['my_registry:5000', 'my_registry:5000'],
    ["h/~me/a.b-c_d/x(1)/a!b$c&d'e*f+g,h;i=j", "h/~me/a.b-c_d/x(1)/a!b$c&d'e*f+g,h;i=j"],
    ['h/...', 'h/...']
  ])('%s', (text, key) => {
    expect(parseAuthKey(text)).toBe(key)
  })

  test.each([
    '',
    '/',
    '/a',
    'h/',
    'h//a',
    'h/a/',
    'h/a//b',
    'h/.',
    'h/..',
    'h/a/../b',
    'h/%2e%2e/a',
    'h/a%2fb',
    'h/a b',
    'h/ä',
    'h/a?b',
    'h/a#b',
    'h/a\\b',
    'h/a:1.0.0',
    'h/a@b',
    'h/a\n',
    'h?a',
    'h#a',
    'h:',
    'h:0443',
    'h:99999',
    'h:x',
    'h e',
    ' h',
    'u@h',
    'u:p@h/a',
    'h%2eexample',
    'h。example',
    '127.1',
    '*.example',
    'https://h',
    'oci://h/a',
    '//h/a'
  ])('not %j', (text) => {
    expect(parseAuthKey(text)).toBeUndefined()
  })
})

describe('the key with the longest path that an address is in wins', () => {
  const KEYS = ['h', 'h/team', 'h/team/sub', 'h/other', 'g', 'h:8443', 'h:8443/x']
  test.each([
    ['https://h/', 'h'],
    ['https://h/tea', 'h'],
    ['https://h/teams/a', 'h'],
    ['https://h/TEAM/a', 'h'],
    ['https://h/x/team', 'h'],
    ['https://h//team', 'h'],
    ['https://h/team', 'h/team'],
    ['https://h/team/', 'h/team'],
    ['https://h/team/index.yaml', 'h/team'],
    ['https://h/team/index.yaml?a=/sub', 'h/team'],
    ['https://h/team/./sub/a', 'h/team/sub'],
    ['https://h/team/subs', 'h/team'],
    ['https://h/other/../team', 'h/team'],
    ['https://h:443/team', 'h/team'],
    ['https://H/team', 'h/team'],
    ['https://h:8443/x/y', 'h:8443/x'],
    ['https://h:8443/team', 'h:8443'],
    ['https://g/team', 'g']
  ])('%s: %s', (address, key) => {
    expect(keyFor(address, ...KEYS)).toBe(key)
    expect(keyFor(address, ...KEYS.toReversed())).toBe(key)
  })

  test('a key with a path never counts outside it', () => {
    for (const path of ['', 'a', 'te', 'teams', 'team2/x', 'x/team']) {
      expect(keyFor(`https://h/${path}`, 'h/team')).toBeUndefined()
    }
    expect(credentialFor(authOf('h/team'), { host: 'h', path: '', plainHttp: false })).toBe(
      undefined
    )
  })

  test.each([
    'https://h/team/..%2fother',
    'https://h/team/%2E%2E%2fother',
    'https://h/team/%252e%252e/other',
    'https://h/team/..%5Cother',
    'https://h/team/..;/other',
    'https://h/team/..;a=b/other'
  ])('a path that a server may read as another one counts only for the host: %s', (address) => {
    expect(keyFor(address, 'h/team')).toBeUndefined()
    expect(keyFor(address, 'h', 'h/team')).toBe('h')
  })
})

describe('a key is for one host and port', () => {
  test.each([
    ['https://h/a', 'h:443'],
    ['https://h:443/a', 'h'],
    ['http://h/a', 'h:80'],
    ['http://h:80/a', 'h'],
    ['http://h:8080/a', 'h:8080']
  ])('%s: %s', (address, key) => {
    expect(keyFor(address, key)).toBe(key)
  })

  test.each([
    ['https://h/a', 'h:80'],
    ['http://h/a', 'h:443'],
    ['https://h:80/a', 'h'],
    ['http://h:443/a', 'h'],
    ['https://h:8443/a', 'h'],
    ['https://h/a', 'h:8443'],
    ['https://sub.h/a', 'h'],
    ['https://h.evil/a', 'h'],
    ['https://h./a', 'h']
  ])('not %s: %s', (address, key) => {
    expect(keyFor(address, key)).toBeUndefined()
  })

  test('of two keys for one place, the one with the port', () => {
    expect(keyFor('http://h/a', 'h', 'h:80')).toBe('h:80')
    expect(keyFor('http://h/a', 'h:80', 'h')).toBe('h:80')
    expect(keyFor('https://h/a', 'h', 'h:80')).toBe('h')
  })

  test('all names of Docker Hub are one', () => {
    const names = ['docker.io', 'index.docker.io', 'registry-1.docker.io']
    for (const key of names) {
      for (const name of names) {
        expect(keyFor(`https://${name}/library/x`, `${key}/library`)).toBe(`${key}/library`)
        expect(keyFor(`https://${name}/other/x`, `${key}/library`)).toBeUndefined()
      }
    }
    expect(keyFor('https://hub.docker.io/library/x', 'docker.io')).toBeUndefined()
  })
})

test('what is no host has no credential', () => {
  for (const host of ['', 'a b', 'u@h', 'h/x']) {
    expect(credentialFor(authOf('h'), { host, path: '', plainHttp: false })).toBeUndefined()
  }
})
