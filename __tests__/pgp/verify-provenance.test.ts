import { beforeAll, describe, expect, test } from '@jest/globals'
import { signProvenance } from '../../src/pgp/sign-provenance.ts'
import { verifyProvenance } from '../../src/pgp/verify-provenance.ts'
import { dearmored, KEYBOX, KEYS, signingKey } from '../support/pgp/pgp-keys.ts'

const DIGEST = `sha256:${'ab'.repeat(32)}`
const FILE = 'demo-1.2.3.tgz'
const TEXT = `name: demo\n\n...\nfiles:\n  ${FILE}: ${DIGEST}\n`
const OPEN = Buffer.from(KEYS.rsa2048.public)
let signed: Buffer

beforeAll(async () => {
  signed = await sign(TEXT)
})

async function sign(text: string): Promise<Buffer> {
  const key = await signingKey(KEYS.rsa2048.secret)
  return (await signProvenance(key, text, new Date('2024-06-01T00:00:00Z'))).provenance
}

interface Given {
  readonly provenance?: Buffer
  readonly digest?: string
  readonly fileName?: string
  readonly keyring?: readonly Buffer[]
  readonly now?: Date
}

function verdict({ provenance = signed, digest = DIGEST, fileName = FILE, ...given }: Given) {
  const { keyring = [OPEN], now = new Date() } = given
  return verifyProvenance({ provenance, archive: { digest, fileName }, keyring, now })
}

describe('a keyring may be', () => {
  const other = Buffer.from(KEYS.ed25519.public)
  const keyrings: Readonly<Record<string, readonly Buffer[]>> = {
    armored: [OPEN],
    binary: [dearmored(KEYS.rsa2048.public)],
    'several armored keys': [Buffer.concat([other, OPEN])],
    'several binary keys': [
      Buffer.concat([dearmored(KEYS.ed25519.public), dearmored(KEYS.rsa2048.public)])
    ],
    'several files': [other, OPEN],
    'a keybox': [KEYBOX],
    'a private key': [Buffer.from(KEYS.rsa2048.secret)]
  }

  test.each(Object.entries(keyrings))('%s', async (_, keyring) => {
    expect(await verdict({ keyring })).toEqual({
      kind: 'valid',
      signer: {
        userId: 'Acme rsa2048 <rsa2048@example.com>',
        fingerprint: KEYS.rsa2048.fingerprint,
        keyId: KEYS.rsa2048.fingerprint.slice(-16),
        date: new Date('2024-06-01T00:00:00Z')
      }
    })
  })

  test.each([
    ['another file', Buffer.from('no key')],
    ['a damaged keybox', KEYBOX.subarray(0, -1)],
    ['a keybox without keys', KEYBOX.subarray(0, 32)],
    ['half a key', dearmored(KEYS.rsa2048.public).subarray(0, 300)],
    ['an empty file', Buffer.alloc(0)]
  ])('not %s', async (_, keyring) => {
    await expect(verdict({ keyring: [keyring] })).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('A PGP keyring cannot be read:')
    })
  })
})

describe('without the key that signed', () => {
  const keyIds = [KEYS.rsa2048.fingerprint.slice(-16)]

  test('a signature is unchecked', async () => {
    expect(await verdict({ keyring: [] })).toEqual({
      kind: 'unchecked',
      why: `made by the key ${keyIds[0]}; no keyring was given`,
      keyIds
    })
    expect(await verdict({ keyring: [Buffer.from(KEYS.ed25519.public)] })).toEqual({
      kind: 'unchecked',
      why: `made by the key ${keyIds[0]}, which is in no keyring`,
      keyIds
    })
  })

  test('provenance of another archive is not valid all the same', async () => {
    expect(await verdict({ keyring: [], digest: `sha256:${'cd'.repeat(32)}` })).toMatchObject({
      kind: 'invalid'
    })
  })
})

describe('not valid is', () => {
  test.each([
    ['another archive', { digest: `sha256:${'cd'.repeat(32)}` }, 'sha256 sum does not match for'],
    [
      'another name of the archive',
      { fileName: 'demo-latest.tgz' },
      `provenance does not contain a SHA for a file named "demo-latest.tgz", only for "${FILE}"`
    ],
    ['a text without a signature', { provenance: Buffer.from(TEXT) }, 'signature block not found'],
    ['an empty file', { provenance: Buffer.alloc(0) }, 'signature block not found'],
    ['a binary file', { provenance: Buffer.from([0xff, 0xfe, 0x00]) }, 'signature block not found']
  ])('%s', async (_, given, why) => {
    expect(await verdict(given)).toEqual({ kind: 'invalid', why: expect.stringContaining(why) })
  })

  test.each([
    ['without sums', 'name: demo\n', 'message block must have at least two parts'],
    ['with sums that are no YAML', 'a\n...\nfiles: [\n', 'line'],
    ['with sums that are no map', 'a\n...\nfiles: [a]\n', 'files'],
    ['with sums of nothing', 'a\n...\nfiles:\n', 'provenance does not contain a SHA'],
    ['with a third part for sums', `a\n...\nb: c\n...\nfiles:\n  ${FILE}: ${DIGEST}\n`, 'SHA']
  ])('a signed text %s', async (_, text, why) => {
    const provenance = await sign(text)
    expect(await verdict({ provenance })).toEqual({
      kind: 'invalid',
      why: expect.stringContaining(why)
    })
  })

  test('a text that was changed', async () => {
    const provenance = Buffer.from(signed.toString('utf8').replace('name: demo', 'name: evil'))
    expect(await verdict({ provenance })).toMatchObject({ kind: 'invalid' })
  })

  test('a signature that is not one', async () => {
    const text = signed.toString('utf8').replace(/\n\nw[\s\S]*?\n=/, '\n\nAAAA\n=')
    expect(await verdict({ provenance: Buffer.from(text) })).toEqual({
      kind: 'invalid',
      why: expect.stringContaining('the signature cannot be read')
    })
  })

  test('a text with many signatures', async () => {
    const [text = '', armor = ''] = signed.toString('utf8').split(/(?=-----BEGIN PGP SIGNATURE)/)
    const packets = Array.from({ length: 17 }, () => dearmored(armor))
    const lines = Buffer.concat(packets).toString('base64').replace(/.{60}/g, '$&\n')
    const begin = '-----BEGIN PGP SIGNATURE-----'
    const end = '-----END PGP SIGNATURE-----'
    const provenance = Buffer.from(`${text}${begin}\n\n${lines}\n${end}\n`)
    expect(await verdict({ provenance })).toEqual({
      kind: 'invalid',
      why: 'there are 17 signatures'
    })
  })

  test('a signature of a key that has expired since', async () => {
    const { secret, public: open } = KEYS.expired
    const year = new Date('2024-06-01T00:00:00Z')
    const { readSigningKey } = await import('../../src/pgp/signing-key.ts')
    const { Secret } = await import('../../src/shared/secret.ts')
    const key = await readSigningKey({ key: new Secret(secret) }, year)
    const { provenance } = await signProvenance(key, TEXT, year)
    const keyring = [Buffer.from(open)]
    expect(await verdict({ provenance, keyring, now: year })).toMatchObject({ kind: 'valid' })
    expect(await verdict({ provenance, keyring })).toEqual({
      kind: 'invalid',
      why: expect.stringContaining('expired')
    })
  })

  test('a signature from the future', async () => {
    expect(await verdict({ now: new Date('2024-03-01T00:00:00Z') })).toMatchObject({
      kind: 'invalid'
    })
  })
})

test('whatever is damaged in provenance, there is a verdict', async () => {
  const kinds = new Set<string>()
  for (let index = 0; index < 150; index++) {
    const provenance = Buffer.from(signed)
    const at = (index * 61) % provenance.length
    provenance[at] = (provenance[at] ?? 0) ^ (1 << (index % 7))
    kinds.add((await verdict({ provenance })).kind)
  }
  expect(kinds).toContain('invalid')
})
