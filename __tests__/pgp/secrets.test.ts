import { inspect } from 'node:util'
import { expect, test } from '@jest/globals'
import { readPrivateKey } from 'openpgp'
import { signProvenance } from '../../src/pgp/sign-provenance.ts'
import { CanarySearch } from '../support/canary/search.ts'
import { KEYS, PASSPHRASE, signingKey } from '../support/pgp/pgp-keys.ts'

const WRONG = 'wrong horse battery staple'
const DATE = new Date('2024-06-01T00:00:00Z')
const body = (block: string) => block.split('\n').filter((line) => /^\S{64}$/.test(line))

/** The lines that only the private key has, and the passphrases. */
const CANARIES = new CanarySearch([
  { name: 'passphrase', value: PASSPHRASE, marks: [PASSPHRASE, WRONG] },
  ...(['encrypted', 'rsa2048'] as const).map((name) => ({
    name,
    value: KEYS[name].secret,
    marks: body(KEYS[name].secret).filter((line) => !body(KEYS[name].public).includes(line))
  }))
])

function shown(value: unknown): string {
  const options = { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null }
  return `${inspect(value, options)}\n${JSON.stringify(value)}\n${String(value)}`
}

async function errorOf(key: Promise<unknown>): Promise<unknown> {
  return key.catch((error: unknown) => error)
}

test('the canaries are found where they are', () => {
  expect(CANARIES.in(KEYS.encrypted.secret)).toEqual(['encrypted'])
  expect(CANARIES.in(Buffer.from(KEYS.rsa2048.secret).toString('base64'))).toEqual(['rsa2048'])
  expect(CANARIES.in(`a ${PASSPHRASE} b`)).toEqual(['passphrase'])
})

test('no error shows the key or its passphrase', async () => {
  const { encrypted, rsa2048 } = KEYS
  const errors = await Promise.all([
    errorOf(signingKey(encrypted.secret, { passphrase: WRONG })),
    errorOf(signingKey(encrypted.secret)),
    errorOf(signingKey(rsa2048.secret, { keyId: 'nobody' })),
    errorOf(signingKey(rsa2048.secret + encrypted.secret)),
    errorOf(signingKey(rsa2048.secret.replaceAll('\n', ' '))),
    errorOf(signingKey(rsa2048.secret.slice(0, 900))),
    errorOf(signingKey(`${rsa2048.secret.slice(0, 1200)}\n-----END PGP PRIVATE KEY BLOCK-----`))
  ])
  expect(errors).toEqual(errors.map(() => expect.objectContaining({ exitCode: 9 })))
  for (const error of errors) expect(CANARIES.in(shown(error))).toEqual([])
})

test('a key that can sign, and what it signs, show nothing of it', async () => {
  const keys = [
    await signingKey(KEYS.encrypted.secret, { passphrase: PASSPHRASE }),
    await signingKey(KEYS.rsa2048.secret)
  ]
  for (const key of keys) {
    const { provenance } = await signProvenance(key, 'a: b\n', DATE)
    expect(CANARIES.in(shown(key))).toEqual([])
    expect(CANARIES.in(provenance)).toEqual([])
  }
})

test('the public key has no number of the private one', async () => {
  const { publicKey } = await signingKey(KEYS.rsa2048.secret)
  const { keyPacket } = await readPrivateKey({ armoredKey: KEYS.rsa2048.secret })
  const secret = 'privateParams' in keyPacket ? Object.values(keyPacket.privateParams ?? {}) : []
  expect(secret).toHaveLength(4)
  for (const number of secret) expect(publicKey.includes(Buffer.from(number))).toBe(false)
})
