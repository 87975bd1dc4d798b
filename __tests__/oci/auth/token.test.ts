import { describe, expect, test } from '@jest/globals'
import { parseToken, scopeFor } from '../../../src/oci/auth/token.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'

function read(body: unknown, now = 0) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = {
    status: 200,
    url: new URL('https://auth.example/token'),
    headers: {},
    body: Buffer.from(text)
  }
  return parseToken(response, new SecretRegistry(() => undefined), now)
}

test.each([
  ['token alone', { token: 'a' }, 'a'],
  ['access_token alone', { access_token: 'b' }, 'b'],
  ['both', { token: 'a', access_token: 'b' }, 'b'],
  ['an empty access_token', { token: 'a', access_token: '' }, 'a']
])('%s is taken', (_, body, token) => {
  expect(read(body).secret.reveal()).toBe(token)
})

test('a token is masked as soon as it is known', () => {
  const masked: string[] = []
  const response = { status: 200, url: new URL('https://a'), headers: {} }
  const body = Buffer.from('{"token":"the-token"}')
  parseToken({ ...response, body }, new SecretRegistry((form) => masked.push(form)), 0)
  expect(masked).toEqual(['the-token'])
})

test('the bytes of the answer are overwritten once they are read', () => {
  const response = { status: 200, url: new URL('https://a'), headers: {} }
  const body = Buffer.from('{"token":"the-token"}')
  parseToken({ ...response, body }, new SecretRegistry(() => undefined), 0)
  expect(body.every((byte) => byte === 0)).toBe(true)
})

describe('no token is', () => {
  test.each([
    ['an empty object', {}],
    ['an empty token', { token: '' }],
    ['a number', { token: 5 }],
    ['what no header can hold', { token: 'a\r\nx: y' }],
    ['a text with blanks', { token: 'a b' }],
    ['an array', ['a']],
    ['null', 'null'],
    ['no JSON', '<html>'],
    ['nothing', '']
  ])('%s', (_, body) => {
    expect(() => read(body)).toThrow('auth.example answered without a token')
  })
})

test.each([
  ['missing', undefined, 50],
  ['0', 0, 50],
  ['negative', -1, 50],
  ['5', 5, 50],
  ['300', 300, 270],
  ['a text', '300', 270],
  ['no number', 'soon', 50],
  ['null', null, 50],
  ['in nanoseconds', 300_000_000_000, 3240],
  ['absurd', 1e300, 3240]
])('a lifetime that is %s counts from receipt, less a margin', (_, expires_in, seconds) => {
  expect(read({ token: 'a', expires_in }, 7000).staleAt).toBe(7000 + seconds * 1000)
})

test.each(['2999-01-01T00:00:00Z', 'garbage', 5])('issued_at %s changes nothing', (issued_at) => {
  expect(read({ token: 'a', expires_in: 300, issued_at }).staleAt).toBe(270_000)
})

test.each([
  ['nothing', undefined, 'repository:team/demo:pull,push'],
  ['the same', 'repository:team/demo:push,pull', 'repository:team/demo:pull,push'],
  ['a part of it, as olareg does', 'repository:team/demo:push', 'repository:team/demo:pull,push'],
  ['more', 'repository:team/demo:pull,push,annotate', 'repository:team/demo:pull,push,annotate'],
  [
    'the same repository several times',
    'repository:team/demo:zap repository:team/demo:annotate,pull',
    'repository:team/demo:pull,push,annotate,zap'
  ],
  ['to delete', 'repository:team/demo:delete,pull', 'repository:team/demo:pull,push'],
  ['everything', 'repository:team/demo:*', 'repository:team/demo:pull,push'],
  ['a bare star', '*', 'repository:team/demo:pull,push'],
  ['a placeholder', 'repository:user/image:pull', 'repository:team/demo:pull,push'],
  ['an empty name', 'repository::pull', 'repository:team/demo:pull,push'],
  ['a longer name', 'repository:team/demo2:extra', 'repository:team/demo:pull,push'],
  ['the catalog', 'registry:catalog:*', 'repository:team/demo:pull,push'],
  ['no actions', 'repository:team/demo:', 'repository:team/demo:pull,push'],
  ['blanks', '  ', 'repository:team/demo:pull,push']
])('a challenge that asks for %s', (_, challenged, scope) => {
  expect(scopeFor('team/demo', 'pull,push', challenged)).toBe(scope)
})

test('a reader asks for pull alone', () => {
  expect(scopeFor('team/demo', 'pull', 'repository:team/demo:pull,push')).toBe(
    'repository:team/demo:pull'
  )
})
