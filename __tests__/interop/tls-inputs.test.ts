import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Inputs, parseInputs } from '../../src/inputs/inputs.ts'
import { readPemFiles, readPrivateKey } from '../../src/inputs/pem-files.ts'
import { accessWarnings } from '../../src/oci/access.ts'
import { Failure } from '../../src/shared/failure.ts'
import { Secret } from '../../src/shared/secret.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { Authority, encryptedKey, type Identity } from '../support/network/certificates.ts'
import { Workspace } from '../support/workspace.ts'

const workspace = new Workspace()
const { signal } = new AbortController()
const BROKEN = '-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n'
let ca: Identity
let client: Identity
let other: Identity
let expired: Identity
let long: Identity
let encrypted: string

beforeAll(async () => {
  await workspace.open()
  const authority = new Authority(workspace)
  ca = authority.root
  client = authority.issue('client', { days: 13 })
  long = authority.issue('long', { days: 15 })
  other = authority.issue('other')
  expired = authority.issue('expired', { days: -1 })
  encrypted = encryptedKey(client, 'a-pass-phrase')
})
afterAll(() => workspace.close())

async function parse(given: Inputs['texts'], key?: string, passphrase?: string) {
  const texts = await readPemFiles(given, signal)
  return parseInputs({
    texts: { registry: 'oci://registry.test/charts', ...texts },
    password: undefined,
    clientKey: key === undefined ? undefined : new Secret(key),
    clientKeyPassphrase: passphrase === undefined ? undefined : new Secret(passphrase)
  })
}

test('`ca` is PEM text or the path of a file', async () => {
  expect((await parse({ ca: ca.cert })).ca?.trim()).toBe(ca.cert.trim())
  expect((await parse({ ca: ca.certFile })).ca).toBe(ca.cert.trim())
})

test('without any of the inputs TLS is as Node speaks it', async () => {
  expect(await parse({})).toMatchObject({
    ca: undefined,
    clientCertificates: new Map(),
    unverifiedHosts: [],
    warnings: []
  })
})

test('a certificate with its key is taken, also when the key is encrypted', async () => {
  const { clientCertificates } = await parse({ 'client-cert': long.cert }, long.key)
  expect([...clientCertificates.keys()]).toEqual(['registry.test'])
  expect(clientCertificates.get('registry.test')?.certificate.trim()).toBe(long.cert.trim())
  expect(await parse({ 'client-cert': client.certFile }, encrypted, 'a-pass-phrase')).toMatchObject(
    {
      clientCertificates: new Map([['registry.test', expect.anything()]])
    }
  )
})

test('a certificate that expires within 14 days is warned about; one that expires later is not', async () => {
  const { warnings } = await parse({ 'client-cert': client.cert }, client.key)
  expect(warnings).toEqual([expect.stringContaining('`client-cert` (CN=client) expires on ')])
  expect(await parse({ 'client-cert': long.cert }, long.key)).toMatchObject({ warnings: [] })
})

test.each(['true', 'registry.test', ' Registry.Test\n'])(
  '`insecure-skip-tls-verify: %s` is warned about, loudly',
  async (text) => {
    const request = await parse({ 'insecure-skip-tls-verify': text })
    expect(request.unverifiedHosts).toEqual(['registry.test'])
    expect(accessWarnings(request)).toEqual([
      expect.stringContaining('registry.test is NOT VERIFIED')
    ])
  }
)

test('`insecure-skip-tls-verify: false` is silent', async () => {
  expect(await parse({ 'insecure-skip-tls-verify': 'false' })).toMatchObject({
    unverifiedHosts: [],
    warnings: []
  })
})

describe('before anything is sent, refused is', () => {
  test.each<[string, () => [Inputs['texts'], string?, string?], string]>([
    [
      'a `ca` that is not there',
      () => [{ ca: 'missing.pem' }],
      '`ca` names the file "missing.pem", which cannot be read: it does not exist (ENOENT)'
    ],
    ['a `ca` that holds none', () => [{ ca: ca.keyFile }], '`ca` contains no certificate'],
    [
      'a `ca` with a broken one behind a whole one',
      () => [{ ca: `${ca.cert}${BROKEN}` }],
      '`ca` contains a certificate (number 2) that cannot be read'
    ],
    [
      'a certificate without key',
      () => [{ 'client-cert': client.cert }],
      '`client-cert` is given, `client-key` is missing or empty'
    ],
    [
      'a key without certificate',
      () => [{}, client.key],
      '`client-key` is given, `client-cert` is missing or empty'
    ],
    [
      'a certificate that is none',
      () => [{ 'client-cert': BROKEN }, client.key],
      '`client-cert` contains no certificate'
    ],
    [
      'a key that is none',
      () => [{ 'client-cert': client.cert }, client.cert],
      '`client-key` contains no private key'
    ],
    [
      "another certificate's key",
      () => [{ 'client-cert': client.cert }, other.key],
      '`client-key` is not the key of `client-cert`'
    ],
    [
      'an encrypted key alone',
      () => [{ 'client-cert': client.cert }, encrypted],
      '`client-key-passphrase` is missing or empty'
    ],
    [
      'a wrong passphrase',
      () => [{ 'client-cert': client.cert }, encrypted, 'wrong'],
      'cannot be decrypted with `client-key-passphrase`'
    ],
    [
      'an expired certificate',
      () => [{ 'client-cert': expired.cert }, expired.key],
      '`client-cert` (CN=expired) expired on'
    ],
    [
      'a word for true',
      () => [{ 'insecure-skip-tls-verify': 'yes' }],
      'has "yes", which is not a host'
    ],
    ['a `timeout` that is none', () => [{ timeout: 'soon' }], '`timeout` is "soon"']
  ])('%s', async (_, given, message) => {
    const thrown: unknown = await parse(...given()).catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(Failure)
    expect(String(thrown)).toContain(message)
  })
})

describe('the key', () => {
  test('is masked with every line of it, and read from a file as from text', async () => {
    const path = workspace.path('key-to-read.pem')
    writeFileSync(path, client.key)
    for (const text of [client.key, path]) {
      const masked: string[] = []
      const secrets = new SecretRegistry((form) => masked.push(form))
      const secret = await readPrivateKey({ name: 'client-key', text }, secrets, signal)
      expect(secret?.reveal()).toBe(client.key)
      expect(masked).toEqual(expect.arrayContaining(client.key.trim().split('\n')))
    }
  })

  test('in a file that is not there is a usage error', async () => {
    const read = readPrivateKey(
      { name: 'client-key', text: 'missing.key' },
      new SecretRegistry(() => undefined),
      signal
    )
    await expect(read).rejects.toThrow(
      '`client-key` is neither PEM text nor the path of a readable file: it does not exist (ENOENT)'
    )
  })
})
