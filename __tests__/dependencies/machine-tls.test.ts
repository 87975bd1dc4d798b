import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { machineRepository, type RepositoryEntry } from '../../src/dependencies/machine-entry.ts'
import { readMachineTls } from '../../src/dependencies/machine-tls.ts'
import { Failure } from '../../src/shared/failure.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { Authority, encryptedKey, type Identity } from '../support/network/certificates.ts'
import { Workspace } from '../support/workspace.ts'

const workspace = new Workspace()
let ca: Identity
let client: Identity
let long: Identity
let expired: Identity
let masked: string[]
let secrets: SecretRegistry

beforeAll(async () => {
  await workspace.open()
  const authority = new Authority(workspace)
  ca = authority.root
  client = authority.issue('client', { days: 13 })
  long = authority.issue('long', { days: 30 })
  expired = authority.issue('expired', { days: -1 })
  await workspace.write('.', {
    'encrypted.key': encryptedKey(client, 'a-pass-phrase'),
    'marked.pem': `\ufeff${ca.cert}`,
    'broken.pem': 's3cret-word'
  })
})
afterAll(() => workspace.close())
beforeEach(() => {
  masked = []
  secrets = new SecretRegistry((form) => masked.push(form))
})

function read(files: Partial<RepositoryEntry>) {
  const empty = { username: '', password: '', certFile: '', keyFile: '', caFile: '' }
  const flags = { skipsVerification: true, passesCredentialsAll: false }
  const entry = { name: 'acme', url: 'https://h', ...empty, ...flags, ...files }
  const repository = machineRepository(entry, '/r.yaml', secrets)
  return readMachineTls(repository, { secrets, signal: new AbortController().signal })
}

test('without files there is nothing to read', async () => {
  expect(await read({})).toEqual({ ca: undefined, clientCertificate: undefined, warnings: [] })
})

test('an authority is read, with or without a byte order mark', async () => {
  expect((await read({ caFile: ca.certFile })).ca?.trim()).toBe(ca.cert.trim())
  expect((await read({ caFile: workspace.path('marked.pem') })).ca?.trim()).toBe(ca.cert.trim())
})

test('a client certificate is read with its key, which is masked', async () => {
  const { clientCertificate, warnings } = await read({
    certFile: long.certFile,
    keyFile: long.keyFile
  })
  expect(clientCertificate?.certificate.trim()).toBe(long.cert.trim())
  expect(clientCertificate?.key.reveal().trim()).toBe(long.key.trim())
  expect(clientCertificate?.passphrase).toBeUndefined()
  expect(warnings).toEqual([])
  const line = long.key.split('\n')[1] ?? ''
  expect(masked.some((form) => form.includes(line))).toBe(true)
})

test('a certificate that expires soon is warned about by its file', async () => {
  const { warnings } = await read({ certFile: client.certFile, keyFile: client.keyFile })
  expect(warnings).toEqual([
    expect.stringContaining(`certFile ${client.certFile} (CN=client) expires on`)
  ])
})

describe('refused, with the entry and the file, is', () => {
  test.each<[string, () => Partial<RepositoryEntry>, () => string]>([
    [
      'an absent authority',
      () => ({ caFile: '/nowhere/ca.pem' }),
      () => 'caFile /nowhere/ca.pem cannot be read: it does not exist (ENOENT).'
    ],
    [
      'an authority that is none',
      () => ({ caFile: workspace.path('broken.pem') }),
      () => `caFile ${workspace.path('broken.pem')} contains no certificate.`
    ],
    [
      'a certificate without a key',
      () => ({ certFile: client.certFile }),
      () => 'certFile is given, keyFile is not.'
    ],
    [
      'a key without a certificate',
      () => ({ keyFile: client.keyFile }),
      () => 'keyFile is given, certFile is not.'
    ],
    [
      'an absent key',
      () => ({ certFile: client.certFile, keyFile: '/nowhere/k.pem' }),
      () => 'keyFile /nowhere/k.pem cannot be read: it does not exist (ENOENT).'
    ],
    [
      'a key that is none',
      () => ({ certFile: client.certFile, keyFile: workspace.path('broken.pem') }),
      () => `keyFile ${workspace.path('broken.pem')} contains no private key that can be read`
    ],
    [
      'an encrypted key',
      () => ({ certFile: client.certFile, keyFile: workspace.path('encrypted.key') }),
      () => `keyFile ${workspace.path('encrypted.key')} is encrypted, and its passphrase is missing`
    ],
    [
      'the key of another certificate',
      () => ({ certFile: client.certFile, keyFile: long.keyFile }),
      () => `keyFile ${long.keyFile} is not the key of certFile ${client.certFile} (CN=client).`
    ],
    [
      'an expired certificate',
      () => ({ certFile: expired.certFile, keyFile: expired.keyFile }),
      () => `certFile ${expired.certFile} (CN=expired) expired on`
    ],
    [
      'a certificate that is none',
      () => ({ certFile: workspace.path('broken.pem'), keyFile: client.keyFile }),
      () => `certFile ${workspace.path('broken.pem')} contains no certificate that can be read.`
    ]
  ])('%s', async (_, files, words) => {
    const failure = await read(files()).catch((error: unknown) => error)
    if (!(failure instanceof Failure)) throw new Error('it was taken')
    expect(failure.kind).toBe('usage')
    expect(failure.message).toContain('The repository "acme" in /r.yaml cannot be used:')
    expect(failure.message).toContain(words())
    expect(failure.fix).toContain('`helm repo add`')
    expect(failure.message).not.toContain('s3cret-word')
  })
})
