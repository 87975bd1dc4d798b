import { describe, expect, test } from '@jest/globals'
import { isLoopback } from '../../../src/http/private-address.ts'
import { parseReference } from '../../../src/oci/spec/artifact-reference.ts'
import { isRepositoryName, isTag, originOf, parseTarget } from '../../../src/oci/spec/reference.ts'

describe('a registry is read from', () => {
  test.each([
    ['oci://ghcr.io/acme/charts', 'ghcr.io', 'acme/charts'],
    ['ghcr.io/acme/charts/', 'ghcr.io', 'acme/charts'],
    ['oci://localhost:5000', 'localhost:5000', ''],
    ['oci://[::1]:5000/a', '[::1]:5000', 'a'],
    ['oci://127.0.0.1:5000/a', '127.0.0.1:5000', 'a'],
    ['oci://myhost/charts', 'myhost', 'charts'],
    ['oci://REG.example:443/a', 'reg.example:443', 'a'],
    ['oci://reg.example/a__b/c.d/e--f', 'reg.example', 'a__b/c.d/e--f'],
    ['oci://my_registry:5000/charts', 'my_registry:5000', 'charts'],
    ['My__Registry_/charts', 'my__registry_', 'charts'],
    ['oci://_a.b_c.test/charts', '_a.b_c.test', 'charts']
  ])('%s', (text, host, path) => {
    expect(parseTarget(text)).toEqual({ target: { host, path } })
  })
})

test('upper case in the path is lowered, and said', () => {
  expect(parseTarget('oci://ghcr.io/Acme/charts')).toEqual({
    target: { host: 'ghcr.io', path: 'acme/charts' },
    loweredFrom: 'Acme/charts'
  })
})

describe('a registry is refused', () => {
  test.each([
    ['https://ghcr.io/acme', 'its scheme is "https"'],
    ['oci://', '"" is not a host'],
    ['oci://user:pass@ghcr.io/acme', 'it contains a user'],
    ['oci://ghcr.io:99999/acme', 'is not a host'],
    ['oci://ghcr.io\\evil/acme', 'is not a host'],
    ['oci://0x7f.1/acme', 'is not a host'],
    ['oci://ghcr.io//acme', 'is not a repository path'],
    ['oci://ghcr.io/../acme', 'is not a repository path'],
    ['oci://ghcr.io/acme?x=1', 'is not a repository path'],
    ['oci://ghcr.io/acme#x', 'is not a repository path'],
    ['oci://ghcr.io/ac%6de', 'is not a repository path'],
    ['oci://ghcr.io/a___b', 'is not a repository path'],
    ['oci://ghcr.io/acme:1.0', 'is not a repository path'],
    [`oci://ghcr.io/${'a'.repeat(256)}`, 'is not a repository path']
  ])('%s', (text, why) => {
    expect(parseTarget(text)).toMatchObject({ problem: { message: expect.stringContaining(why) } })
  })
})

test.each([
  ['acme/charts:1.0', 'Leave ":1.0" out'],
  ['Acme/charts:latest', 'Leave ":latest" out'],
  [`acme/charts@sha256:${'a'.repeat(64)}`, `Leave "@sha256:${'a'.repeat(64)}" out`],
  ['acme/charts:1@sha256:ab', 'Leave ":1@sha256:ab" out'],
  ['acme;oci://other.example/charts', 'Use lower-case letters'],
  ['-acme', 'Use lower-case letters'],
  [':1.0', 'Use lower-case letters']
])('the fix for the path %s is what helps', (path, fix) => {
  expect(parseTarget(`oci://ghcr.io/${path}`)).toMatchObject({
    problem: { fix: expect.stringContaining(fix) }
  })
})

test.each([
  'oci://user:hunter2@ghcr.io/acme',
  'user:hunter2@ghcr.io/acme',
  'https://user:hunter2@ghcr.io/acme',
  'oci://user:hun/ter2@ghcr.io/acme',
  'oci://user:a@hunter2@ghcr.io/acme',
  'oci://user:hunter2@ghcr.io/Acme:1.0',
  'OCI://user:hunter2@ghcr.io/acme',
  'git+https://user:hunter2@ghcr.io/acme'
])('the login in %s is not told', (text) => {
  const parsed = parseTarget(text)
  expect(JSON.stringify(parsed)).toContain('***@ghcr.io/')
  expect(JSON.stringify(parsed)).not.toMatch(/user:|hun|ter2/)
})

test('a tag has at most 128 characters and begins with a word character', () => {
  expect(isTag('a'.repeat(128))).toBe(true)
  expect(isTag('a'.repeat(129))).toBe(false)
  expect(isTag('1.2.3_build.5')).toBe(true)
  expect(isTag('-a')).toBe(false)
  expect(isTag('a+b')).toBe(false)
})

test('a repository name is lower case', () => {
  expect(isRepositoryName('acme/charts/web')).toBe(true)
  expect(isRepositoryName('acme/MyChart')).toBe(false)
  expect(isRepositoryName('acme/a b')).toBe(false)
})

test('requests for docker.io go to its API host, the default port is no port', () => {
  expect(originOf('docker.io', false)).toBe('https://registry-1.docker.io')
  expect(originOf('reg.example:443', false)).toBe('https://reg.example')
  expect(originOf('localhost:5000', true)).toBe('http://localhost:5000')
})

test('loopback is localhost, 127.0.0.0/8 and ::1', () => {
  expect(['localhost', 'localhost:5000', '127.9.9.9:1', '[::1]:5000'].every(isLoopback)).toBe(true)
  expect(['10.0.0.1', 'localhost.example', '127.0.0.1.example', '[::2]'].some(isLoopback)).toBe(
    false
  )
})

const DIGEST = `sha256:${'0a'.repeat(32)}`

test.each([
  ['a tag', 'oci://h.example/a/web:1.2.3', { tag: '1.2.3', digest: undefined }],
  ['a digest', `oci://h.example/a/web@${DIGEST}`, { tag: undefined, digest: DIGEST }],
  ['both', `oci://h.example/a/web:1.2.3@${DIGEST}`, { tag: '1.2.3', digest: DIGEST }]
])('a reference may have %s', (_, text, expected) => {
  const repository = { host: 'h.example', name: 'a/web' }
  expect(parseReference(text)).toEqual({ reference: { repository, ...expected } })
})

test.each([
  ['oci://localhost:5000/web:1', 'localhost:5000', 'web'],
  ['oci://[::1]:5000/web:1', '[::1]:5000', 'web'],
  ['oci://my_registry:5000/web:1', 'my_registry:5000', 'web'],
  ['oci://myhost/charts/web:1', 'myhost', 'charts/web']
])('the first part of %s is the host', (text, host, name) => {
  expect(parseReference(text)).toMatchObject({ reference: { repository: { host, name } } })
})

test.each([
  ['nothing behind the name', 'oci://h/a/web', 'neither tag nor digest', 'Add :TAG'],
  [
    'upper case',
    'oci://h/Acme/web:1',
    '"Acme/web" is not a valid repository',
    'write it as "acme/web"'
  ],
  ['no repository', 'oci://h/:1', '"" is not a valid repository', 'oci://host'],
  ['a tag that is none', 'oci://h/a:-1', '"-1" is not a valid tag', 'oci://host'],
  ['a tag of 129 characters', `oci://h/a:${'1'.repeat(129)}`, 'is not a valid tag', 'oci://host'],
  ['a short digest', 'oci://h/a@sha256:12', '"sha256:12" is not a SHA-256', 'oci://host'],
  ['a user', 'oci://u:p@h/a:1', '"oci://***@h/a:1" is not valid', 'oci://host'],
  ['a tag behind @', 'oci://h/a@1', 'the digest after its "@" is missing', 'oci://host'],
  ['a query', 'oci://h/a?x:1', '"a?x" is not a valid repository', 'oci://host'],
  ['another scheme', 'https://h/a:1', 'its scheme is not "oci"', 'oci://host']
])('with %s it is refused, with the way to write it', (_, text, why, fix) => {
  const problem = { message: expect.stringContaining(why), fix: expect.stringContaining(fix) }
  expect(parseReference(text)).toEqual({ problem })
})
