import { expect, test } from '@jest/globals'
import { EMPTY_METADATA } from '../../src/chart/metadata/metadata.ts'
import { provenanceText } from '../../src/pgp/provenance-text.ts'
import { signProvenance } from '../../src/pgp/sign-provenance.ts'
import { verifyProvenance } from '../../src/pgp/verify-provenance.ts'
import { KEYS, type KeyName, signingKey } from '../support/pgp/pgp-keys.ts'

const SOURCE_DATE = new Date('2024-06-01T12:34:56.789Z')
const RENEWED = new Date('2025-06-01T00:00:00Z')
const ARCHIVE = { digest: `sha256:${'ab'.repeat(32)}`, fileName: 'demo-1.2.3.tgz' }
const METADATA = { ...EMPTY_METADATA, apiVersion: 'v2', name: 'demo', version: '1.2.3' }
const TEXT = provenanceText({ metadata: METADATA, ...ARCHIVE })

async function signTwice(name: KeyName) {
  const runs = [0, 1].map(async () => {
    return signProvenance(await signingKey(KEYS[name].secret), TEXT, SOURCE_DATE)
  })
  const [first, second] = await Promise.all(runs)
  if (!first || !second) throw new Error('there were no two runs')
  return { first, isSame: first.provenance.equals(second.provenance) }
}

test('the text is the metadata in YAML, and the sum of the archive', () => {
  expect(TEXT).toBe(
    `apiVersion: v2\nname: demo\nversion: 1.2.3\n\n...\nfiles:\n  demo-1.2.3.tgz: ${ARCHIVE.digest}\n`
  )
})

test('metadata that Helm could not write is an error of signing', () => {
  const json = `${'['.repeat(600)}${']'.repeat(600)}`
  const dependency = {
    name: 'a',
    version: '1',
    repository: '',
    condition: '',
    tags: [],
    enabled: false,
    importValues: [{ json }],
    alias: ''
  }
  const metadata = { ...METADATA, dependencies: [dependency] }
  expect(() => provenanceText({ metadata, ...ARCHIVE })).toThrow('nested too deeply')
})

test.each(['rsa2048', 'rsa4096', 'ed25519', 'subkey', 'offlinePrimary'] as const)(
  'two runs with the key %s give the same bytes, dated by the source',
  async (name) => {
    const { first, isSame } = await signTwice(name)
    expect(isSame).toBe(true)
    expect(first).toMatchObject({ date: new Date('2024-06-01T12:34:56Z'), remarks: [] })
    const text = first.provenance.toString('utf8')
    expect(text).toMatch(/^-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\napiVersion: v2\n/)
    expect(text).not.toMatch(/^(?:Comment|Version): |\r/m)
  }
)

test('signatures of a P-256 key differ, which is said', async () => {
  const { first, isSame } = await signTwice('p256')
  expect(isSame).toBe(false)
  expect(first.remarks).toEqual([
    `Signatures of the PGP key ${KEYS.p256.fingerprint} (nistP256) differ each time, so the digest of the manifest differs, too. Signatures of RSA and Ed25519 keys do not.`
  ])
})

test.each(['extended', 'lateSubkey'] as const)(
  'a key that was changed after the source date dates the signature, which is said: %s',
  async (name) => {
    const { first, isSame } = await signTwice(name)
    expect(isSame).toBe(true)
    expect(first.date).toEqual(RENEWED)
    expect(first.remarks).toEqual([
      `The PGP signature is dated 2025-06-01T00:00:00.000Z, since the key ${KEYS[name].fingerprint} was created or last changed after the source date.`
    ])
  }
)

test('a source date before the key was made is the date of the key', async () => {
  const key = await signingKey(KEYS.rsa2048.secret)
  const { date } = await signProvenance(key, TEXT, new Date(0))
  expect(date).toEqual(new Date('2024-01-01T00:00:00Z'))
})

test('a source date in the future is refused', async () => {
  const key = await signingKey(KEYS.rsa2048.secret)
  const future = new Date(Date.now() + 86_400_000)
  await expect(signProvenance(key, TEXT, future)).rejects.toMatchObject({
    exitCode: 9,
    fix: expect.stringContaining('`source-date-epoch`')
  })
})

test('what was signed is verified with the public key of the signing key', async () => {
  for (const name of ['rsa2048', 'ed25519', 'p256', 'subkey', 'offlinePrimary'] as const) {
    const key = await signingKey(KEYS[name].secret)
    const { provenance, date } = await signProvenance(key, TEXT, SOURCE_DATE)
    const keyring = [key.publicKey]
    expect(await verifyProvenance({ provenance, archive: ARCHIVE, keyring })).toEqual({
      kind: 'valid',
      signer: { userId: key.userId, fingerprint: key.fingerprint, keyId: key.keyId, date }
    })
  }
})
