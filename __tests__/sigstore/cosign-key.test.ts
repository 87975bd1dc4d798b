import { type createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { Failure } from '../../src/shared/failure.ts'
import { Secret } from '../../src/shared/secret.ts'
import { openSigningKey } from '../../src/sigstore/cosign-key.ts'
import { COSIGN_KEY, PASSWORD } from '../support/sigstore/cosign-key.ts'

const PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8qi7a0RbmTQa/gdPjXnIWJNIvF75
CWHnxt+6/XXWCtjOG8VTPxaJrlQuqhIA37aJP6Fda8QHkQrXfgV5/DBf7Q==
-----END PUBLIC KEY-----
`

function open(key: string, password?: string) {
  return openSigningKey({
    key: new Secret(key),
    password: password === undefined ? undefined : new Secret(password)
  })
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.catch((reason: unknown) => reason)
  if (error instanceof Failure) return error
  throw new Error(`this is no failure: ${error}`)
}

/** The key with its content changed. */
function changed(change: (box: Record<string, Record<string, unknown>>) => void): string {
  const [, base64 = ''] = /-----\n([^-]+)\n-----/.exec(COSIGN_KEY) ?? []
  const box = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))
  change(box)
  const content = Buffer.from(JSON.stringify(box)).toString('base64')
  const name = 'ENCRYPTED SIGSTORE PRIVATE KEY'
  return `-----BEGIN ${name}-----\n${content}\n-----END ${name}-----\n`
}

function pemOf(key: ReturnType<typeof createPrivateKey>): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

describe('a key of cosign', () => {
  test('is opened with its password', async () => {
    const { publicKey } = await open(COSIGN_KEY, PASSWORD)
    expect(publicKey.export({ type: 'spki', format: 'pem' })).toBe(PUBLIC_KEY)
  })

  test('is opened under its old name, with other line ends and text around it', async () => {
    const old = COSIGN_KEY.replaceAll('SIGSTORE', 'COSIGN').replaceAll('\n', '\r\n')
    const { publicKey } = await open(`  my key\n${old}`, PASSWORD)
    expect(publicKey.export({ type: 'spki', format: 'pem' })).toBe(PUBLIC_KEY)
  })

  test.each([
    ['a wrong password', 'wrong', 'cannot be decrypted'],
    ['no password', undefined, 'is missing or empty'],
    ['an empty password', '', 'is missing or empty']
  ])('is not opened with %s', async (_, password, why) => {
    const failure = await failureOf(open(COSIGN_KEY, password))
    expect(failure).toMatchObject({ kind: 'signing', exitCode: 9 })
    expect(failure.message).toContain(why)
    expect(failure.fix).toContain('cosign-password')
  })

  test.each([
    ['a cost that would take all memory', 'N', 2 ** 30],
    ['a cost that protects nothing', 'N', 2],
    ['a cost that is no number', 'N', '65536'],
    ['other blocks', 'r', 1_000_000],
    ['other parallelism', 'p', 16]
  ])('with %s is refused before it is tried', async (_, name, value) => {
    const key = changed(({ kdf }) => {
      Object.assign(kdf?.['params'] ?? {}, { [name]: value })
    })
    expect((await failureOf(open(key, PASSWORD))).message).toContain('may be damaged')
  })

  test.each([
    [
      'a changed box',
      (box: Record<string, unknown>) => {
        box['ciphertext'] = `AAAA${String(box['ciphertext']).slice(4)}`
      },
      'cannot be decrypted'
    ],
    [
      'a short nonce',
      (box: Record<string, unknown>) => {
        Object.assign(box['cipher'] as object, { nonce: 'AAAA' })
      },
      'cannot be decrypted'
    ],
    [
      'another cipher',
      (box: Record<string, unknown>) => {
        Object.assign(box['cipher'] as object, { name: 'none' })
      },
      'may be damaged'
    ],
    [
      'no salt',
      (box: Record<string, unknown>) => {
        Object.assign(box['kdf'] as object, { salt: null })
      },
      'may be damaged'
    ]
  ])('with %s is refused', async (_, change, why) => {
    expect((await failureOf(open(changed(change), PASSWORD))).message).toContain(why)
  })

  test('that holds no JSON is refused', async () => {
    const pem = COSIGN_KEY.replace(/\n[^-]+\n/s, '\nbm90aGluZw==\n')
    expect((await failureOf(open(pem, PASSWORD))).message).toContain('may be damaged')
  })
})

describe('a key in PEM', () => {
  test.each([
    ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
    ['Ed25519', generateKeyPairSync('ed25519').privateKey]
  ])('signs when it is %s', async (_, key) => {
    const { privateKey } = await open(pemOf(key))
    expect(privateKey.equals(key)).toBe(true)
  })

  test.each([
    ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey, 'ec secp384r1'],
    ['short RSA', generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey, 'rsa 1024'],
    ['X25519', generateKeyPairSync('x25519').privateKey, 'x25519']
  ])('does not when it is %s', async (_, key, kind) => {
    const failure = await failureOf(open(pemOf(key)))
    expect(failure.message).toContain(`has an unsupported type: ${kind}.`)
  })

  test('may be encrypted', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const encryption = { cipher: 'aes-256-cbc', passphrase: PASSWORD }
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem', ...encryption }).toString()
    expect((await open(pem, PASSWORD)).privateKey.equals(privateKey)).toBe(true)
    expect((await failureOf(open(pem))).message).toContain('is missing or empty')
    expect((await failureOf(open(pem, 'wrong'))).message).toContain('cannot be decrypted')
  })

  test.each([
    ['nothing', '', 'it is not PEM text'],
    ['a text', 'secret', 'it is not PEM text'],
    ['a public key', PUBLIC_KEY, 'it is a public key'],
    ['a key of PGP', '-----BEGIN PGP PRIVATE KEY BLOCK-----\nsecret', 'it is a PGP key'],
    ['a key of OpenSSH', '-----BEGIN OPENSSH PRIVATE KEY-----\nsecret', 'it is an OpenSSH key'],
    ['damaged', '-----BEGIN PRIVATE KEY-----\nsecret', 'that can be read: ERR_OSSL_UNSUPPORTED']
  ])('that is %s is refused without a word of it', async (_, pem, why) => {
    const failure = await failureOf(open(pem, PASSWORD))
    expect(failure.message).toContain('is not a private key')
    expect(failure.message).toContain(why)
    expect(failure.message).not.toContain('secret')
  })
})
