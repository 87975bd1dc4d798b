import { describe, expect, test } from '@jest/globals'
import { parseRegistryAuth } from '../../../src/oci/auth/registry-auth.ts'
import { Failure } from '../../../src/shared/failure.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'

async function read(text: string) {
  const masked: string[] = []
  const secrets = new SecretRegistry((form) => masked.push(form))
  const found = await parseRegistryAuth(text, secrets).catch((error: unknown) => error)
  return { masked, found }
}

test('each host has its own kind of credential', async () => {
  const { found, masked } = await read(`
ghcr.io:
  username: ci
  password: 'a: "b" #c'
Reg.Example:443:
  identity-token: refresh-me
other.example:5000: {username: u, identity-token: 0123}
ready.example:
  registry-token: |-
    ready
`)
  if (!(found instanceof Map)) throw found
  expect([...found.keys()]).toEqual([
    'ghcr.io',
    'reg.example:443',
    'other.example:5000',
    'ready.example'
  ])
  expect(found.get('ghcr.io')).toMatchObject({
    kind: 'login',
    username: 'ci',
    source: '`registry-auth`'
  })
  expect(found.get('ghcr.io').password.reveal()).toBe('a: "b" #c')
  expect(found.get('reg.example:443')).toMatchObject({
    kind: 'identity-token',
    username: undefined
  })
  expect(found.get('other.example:5000')).toMatchObject({ kind: 'identity-token', username: 'u' })
  expect(found.get('other.example:5000').token.reveal()).toBe('0123')
  expect(found.get('ready.example').token.reveal()).toBe('ready')
  expect(masked).toEqual(expect.arrayContaining(['a: "b" #c', 'refresh-me', '0123', 'ready']))
  expect(masked).not.toContain('ci')
})

test('the line end that a block leaves belongs to no value, as with other inputs', async () => {
  const { found, masked } = await read(`
a.example:
  username: |
    ci
  password: |
    pa ss 
b.example:
  identity-token: |+
    refresh-me

c.example:
  registry-token: "ready\\r\\n"
`)
  if (!(found instanceof Map)) throw found
  expect(found.get('a.example').username).toBe('ci')
  expect(found.get('a.example').password.reveal()).toBe('pa ss ')
  expect(found.get('b.example').token.reveal()).toBe('refresh-me')
  expect(found.get('c.example').token.reveal()).toBe('ready')
  expect(masked).toEqual(expect.arrayContaining(['pa ss ', 'refresh-me', 'ready']))
})

describe('refused, without any value in the message, is', () => {
  test.each([
    ['a text', 's3cret-value', 'it is not a mapping'],
    ['a list', '- s3cret-value', 'it is not a mapping'],
    ['an unknown key', 'h: {username: u, passwort: s3cret-value}', 'unknown key'],
    ['a secret as a key', 'h: {s3cret-value: x}', 'unknown key'],
    [
      'a host with an empty path',
      'h/: {username: u, password: s3cret-value}',
      '"h/" is not a host, or a host with a path'
    ],
    ['a host with a scheme', 'https://h: {username: u, password: s3cret-value}', 'is not a host'],
    [
      'one host twice',
      'h: {username: u, password: s3cret-value}\n"h:443": {username: u, password: s3cret-value}',
      'two entries for "h:443"'
    ],
    [
      'one path twice',
      'docker.io/a: {username: u, password: s3cret-value}\nindex.docker.io/a: {username: u, password: b}',
      'two entries for "index.docker.io/a"'
    ],
    [
      'a key twice',
      'h: {username: u, password: s3cret-value, password: b}',
      'it is not valid YAML, line 1'
    ],
    ['a text for a host', 'h: s3cret-value', 'the entry of "h" is not a mapping'],
    ['a password without a user', 'h: {password: s3cret-value}', 'is not one of'],
    ['a user without a password', 'h: {username: u}', 'is not one of'],
    ['an empty password', 'h: {username: u, password: }', 'no string for `password`'],
    ['a password of line ends', 'h: {username: u, password: "\\n\\n"}', 'no string for `password`'],
    [
      'a list of passwords',
      'h: {username: u, password: [s3cret-value]}',
      'no string for `password`'
    ],
    [
      'two kinds at once',
      'h: {username: u, password: s3cret-value, identity-token: b}',
      'is not one of'
    ],
    ['a user with a colon', 'h: {username: "a:b", password: s3cret-value}', 'is not one of'],
    ['no YAML', 'h: {username: "u\n  password: s3cret-value', 'it is not valid YAML, line'],
    ['two documents', 'h: {}\n---\ns3cret-value', 'it is not valid YAML, line'],
    ['an alias', 'a: &x {username: u, password: s3cret-value}\nb: *x', 'it has an alias']
  ])('%s', async (_, text, words) => {
    const { found, masked } = await read(text)
    if (!(found instanceof Failure)) throw new Error('it was taken')
    expect(found.kind).toBe('usage')
    expect(found.message).toContain(words)
    expect(`${found.message} ${found.fix}`).not.toContain('s3cret-value')
    const isMasked = masked.some((form) => form.includes('s3cret-value'))
    expect(isMasked).toBe(/s3cret-value(?!:)/.test(text))
  })
})

test.each([
  ['p: q', 'it is not valid YAML'],
  ['@pass', 'it is not valid YAML'],
  ['%pass', 'it is not valid YAML'],
  ['*pass', 'it has an alias'],
  ['&pass', 'no string for `password`'],
  ['!pass', 'no string for `password`'],
  ['#pass', 'no string for `password`'],
  ['[pass]', 'no string for `password`'],
  ['{pass}', 'no string for `password`']
])(
  'a password that reads as YAML (%s): the fix is to quote it, which works',
  async (password, words) => {
    const { found } = await read(`h:\n  username: u\n  password: ${password}\n`)
    if (!(found instanceof Failure)) throw new Error('it was taken')
    expect(found.message).toContain(words)
    expect(found.fix).toContain('in single quotes')
    const quoted = await read(`h:\n  username: u\n  password: '${password}'\n`)
    if (!(quoted.found instanceof Map)) throw quoted.found
    expect(quoted.found.get('h').password.reveal()).toBe(password)
  }
)

test('an empty secret and a host that is a URL have fixes of their own', async () => {
  const fixOf = async (text: string) => {
    const { found } = await read(text)
    return found instanceof Failure ? found.fix : 'taken'
  }
  expect(await fixOf('h: {username: u, password: ""}')).toContain('forks')
  // What toJSON gives for a secret that does not exist.
  for (const nothing of ['null', '~']) {
    expect(await fixOf(`h: {username: u, password: ${nothing}}`)).toContain('forks')
  }
  expect(await fixOf('h: {username: u, password: "null"}')).toBe('taken')
  const login = '{username: u, password: p}'
  for (const host of ['"https://h"', 'h/path/', '"oci://h/path"']) {
    expect(await fixOf(`${host}: ${login}`)).toContain('without a scheme, a login, a slash')
  }
})

test('every problem is told at once', async () => {
  const { found } = await read('a//b: {}\nc: {x: y}\n')
  expect(String(found)).toMatch(/"a\/\/b" is not a host.*"c" has an unknown key/)
})
