import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { keyText } from '../../src/pgp/key-file.ts'
import { Failure } from '../../src/shared/failure.ts'
import {
  AGENT_KEY,
  dearmored,
  KEYBOX,
  KEYS,
  type KeyName,
  PASSPHRASE,
  signingKey
} from '../support/pgp/pgp-keys.ts'

const { rsa2048, ed25519, subkey, encrypted } = KEYS
const base64 = (bytes: string | Buffer) => Buffer.from(bytes).toString('base64')
const wrapped = (text: string, end: string) => text.replace(/.{76}/g, `$&${end}`)
const indented = (text: string) => text.replace(/^(?=.)/gm, '    ')

/** In place of the stub of a key that is elsewhere, the stub of one on a smartcard (GnuPG, doc/DETAILS). */
function onCard(block: string): string {
  const bytes = dearmored(block)
  bytes[bytes.indexOf('GNU\x01') + 3] = 2
  return base64(bytes)
}

async function refusal(key: Promise<unknown>): Promise<Failure> {
  const error = await key.then(
    () => undefined,
    (reason: unknown) => reason
  )
  if (error instanceof Failure) return error
  throw error ?? new Error('the key was taken')
}

test('a key is of the user ID that was not revoked', async () => {
  expect(await signingKey(KEYS.renamed.secret)).toMatchObject({
    userId: 'Acme after <after@example.com>'
  })
})

test('a file with a key becomes a text that can be read', async () => {
  for (const file of [Buffer.from(rsa2048.secret), dearmored(rsa2048.secret)]) {
    const key = await signingKey(keyText(file))
    expect(key).toMatchObject({ fingerprint: rsa2048.fingerprint })
  }
})

test('a key has its user, fingerprints and algorithm', async () => {
  const key = await signingKey(rsa2048.secret)
  expect(key).toMatchObject({
    userId: 'Acme rsa2048 <rsa2048@example.com>',
    fingerprint: rsa2048.fingerprint,
    keyId: rsa2048.fingerprint.slice(-16),
    algorithm: 'rsa2048',
    isRepeatable: true
  })
})

describe('a key is read from', () => {
  const forms: Readonly<Record<string, string>> = {
    'an armored text': rsa2048.secret,
    'lines that end with CR LF': rsa2048.secret.replaceAll('\n', '\r\n'),
    'a block of YAML': indented(rsa2048.secret),
    'one line with \\n': rsa2048.secret.replaceAll('\n', '\\n'),
    'text around it': `# our key\n${rsa2048.secret}\nthe end`,
    'a public key before it': `${ed25519.public}${rsa2048.secret}`,
    'base64 of the armored text': base64(rsa2048.secret),
    'base64 in several lines': wrapped(base64(rsa2048.secret), '\n'),
    'base64 in several lines with CR LF': `${wrapped(base64(rsa2048.secret), '\r\n')}\r\n`,
    'base64 of the binary key': base64(dearmored(rsa2048.secret)),
    'base64 without padding': base64(dearmored(rsa2048.secret)).replace(/=+$/, '')
  }

  test.each(Object.entries(forms))('%s', async (_, text) => {
    expect(await signingKey(text)).toMatchObject({ fingerprint: rsa2048.fingerprint })
  })
})

describe('what is no private key is named, with the command that exports it', () => {
  const others: Readonly<Record<string, readonly [text: string, message: string]>> = {
    'a public key': [
      rsa2048.public,
      `contains only the public key ${rsa2048.fingerprint} (Acme rsa2048 <rsa2048@example.com>).`
    ],
    'a keybox': [base64(KEYBOX), 'is a keybox (pubring.kbx)'],
    'a file of gpg-agent': [AGENT_KEY.toString('utf8'), 'is a file of gpg-agent'],
    'an older file of gpg-agent': ['(21:protected-private-key(3:rsa', 'is a file of gpg-agent'],
    'a binary file that was read as a text': [
      dearmored(rsa2048.secret).toString('utf8'),
      'was a binary file, and was damaged'
    ],
    'another text': ['-----BEGIN PRIVATE KEY-----', 'is not a PGP key.'],
    'an empty text': ['', 'is not a PGP key.'],
    'half a key': [
      base64(dearmored(rsa2048.secret).subarray(0, 500)),
      'cannot be read as a PGP key:'
    ],
    'a key in one line': [rsa2048.secret.replaceAll('\n', ' '), 'cannot be read as a PGP key:'],
    'a revocation certificate': [base64(Buffer.from([0x88, 0x01, 0x04])), 'cannot be read']
  }

  test.each(Object.entries(others))('%s', async (_, [text, message]) => {
    const { message: told, fix, exitCode } = await refusal(signingKey(text))
    expect(told).toContain(`\`gpg-private-key\` ${message}`)
    expect(fix).toContain('gpg --export-secret-keys --armor')
    expect(exitCode).toBe(9)
  })
})

describe('gpg-key-id', () => {
  const several = `${rsa2048.secret}${subkey.secret}${ed25519.secret}`
  const spaced = ed25519.fingerprint.toLowerCase().replace(/(.{4})/g, '$1 ')
  const ids: readonly (readonly [title: string, keyId: string])[] = [
    ['a fingerprint', ed25519.fingerprint],
    ['a fingerprint in lower case with blanks', spaced],
    ['a fingerprint with 0x', `0x${ed25519.fingerprint}`],
    ['16 digits', ed25519.fingerprint.slice(-16)],
    ['a user ID', 'Acme ed25519 <ed25519@example.com>'],
    ['a part of a user ID in another case', 'ED25519@Example']
  ]

  test.each(ids)('may be %s', async (_, keyId) => {
    expect(await signingKey(several, { keyId })).toMatchObject({ fingerprint: ed25519.fingerprint })
  })

  test('may be the id of a subkey, as gpg writes it', async () => {
    const { keyId } = await signingKey(subkey.secret)
    expect(keyId).not.toBe(subkey.fingerprint.slice(-16))
    expect(await signingKey(several, { keyId: `0x${keyId}!` })).toMatchObject({
      fingerprint: subkey.fingerprint,
      keyId
    })
  })

  test('is wanted when several keys can sign, and the error lists them', async () => {
    const { message, fix } = await refusal(signingKey(several))
    expect(message).toContain('`gpg-private-key` contains 3 keys, and 3 of them can sign: ')
    for (const { fingerprint } of [rsa2048, subkey, ed25519]) expect(message).toContain(fingerprint)
    expect(fix).toContain(`\`gpg-key-id: ${rsa2048.fingerprint}\``)
  })

  test('is not wanted when only one of several keys can sign', async () => {
    const keys = `${KEYS.expired.secret}${KEYS.certifyOnly.secret}${ed25519.secret}`
    expect(await signingKey(keys)).toMatchObject({ fingerprint: ed25519.fingerprint })
  })

  test.each([
    ['names no key', 'nobody@example.com', 'matches none of the keys in `gpg-private-key`'],
    ['names several', 'Acme', 'matches 3 keys'],
    ['has eight digits', ed25519.fingerprint.slice(-8), 'matches none']
  ])('is refused when it %s, with a list', async (_, keyId, message) => {
    const failure = await refusal(signingKey(several, { keyId }))
    expect(failure.message).toContain(`\`gpg-key-id\` is "${keyId}", which ${message}`)
    expect(failure.message).toContain(`${ed25519.fingerprint} (Acme ed25519`)
    expect(failure.exitCode).toBe(9)
  })

  test('of a key that cannot sign leads to what is wrong with it', async () => {
    const keys = `${KEYS.expired.secret}${ed25519.secret}`
    const { message } = await refusal(signingKey(keys, { keyId: KEYS.expired.fingerprint }))
    expect(message).toContain('expired on 2025-01-01')
  })

  test('of one key that was given twice leads to it', async () => {
    const keys = `${KEYS.offlinePrimary.secret}${subkey.secret}`
    expect(await signingKey(keys)).toMatchObject({ fingerprint: subkey.fingerprint })
  })
})

describe('a key that cannot sign is refused with what to do', () => {
  const refusals: Readonly<Partial<Record<KeyName, readonly [message: string, fix: string]>>> = {
    expired: ['expired on 2025-01-01.', 'gpg --quick-set-expire FINGERPRINT 2y`'],
    revoked: ['was revoked.', 'Sign with another key'],
    certifyOnly: [
      'cannot sign (it may only certify or encrypt)',
      'gpg --quick-add-key FINGERPRINT rsa4096 sign'
    ],
    stub: ['has no secret part for signatures', 'gpg --export-secret-keys --armor FINGERPRINT'],
    dsa: ['cannot sign: dsa keys are considered too weak.', 'or with an Ed25519 key'],
    brainpool: ['cannot sign: its curve is not supported.', 'or with an Ed25519 key'],
    expiredSubkey: [
      'has a signing subkey that expired on 2025-01-01.',
      "gpg --quick-set-expire FINGERPRINT 2y '*'`"
    ]
  }

  test.each(Object.entries(refusals))('%s', async (name, [message, fix]) => {
    const { fingerprint, secret } = KEYS[name as KeyName]
    const failure = await refusal(signingKey(secret))
    expect(failure.message).toContain(`The PGP key ${fingerprint} (Acme`)
    expect(failure.message).toContain(message)
    expect(failure.fix).toContain(fix.replace('FINGERPRINT', fingerprint))
    expect(failure.exitCode).toBe(9)
  })

  test('a key on a smartcard', async () => {
    const { message } = await refusal(signingKey(onCard(KEYS.stub.secret)))
    expect(message).toContain('is a stub for gpg-agent or a smartcard')
    const { keyId } = await signingKey(onCard(KEYS.offlinePrimary.secret))
    expect(keyId).toBe((await signingKey(subkey.secret)).keyId)
  })

  test('each of several', async () => {
    const { message } = await refusal(signingKey(KEYS.expired.secret + KEYS.revoked.secret))
    expect(message).toContain('expired on 2025-01-01. The PGP key')
    expect(message).toMatch(/was revoked\.$/)
  })
})

describe('a passphrase', () => {
  test('opens the key', async () => {
    const key = await signingKey(encrypted.secret, { passphrase: PASSPHRASE })
    expect(key).toMatchObject({ fingerprint: encrypted.fingerprint })
  })

  test.each(['usual', 'usualOffline'] as const)(
    'opens a key with subkeys for signatures and encryption: %s',
    async (name) => {
      const { secret, fingerprint } = KEYS[name]
      const key = await signingKey(secret, { passphrase: PASSPHRASE })
      expect(key).toMatchObject({ fingerprint, isRepeatable: true })
      await expect(signingKey(secret, { passphrase: 'wrong' })).rejects.toMatchObject({
        exitCode: 9
      })
    }
  )

  test('is not needed for a key without one', async () => {
    expect(await signingKey(ed25519.secret, { passphrase: 'any' })).toMatchObject({
      fingerprint: ed25519.fingerprint
    })
  })

  test.each([
    ['that is wrong', 'wrong battery staple', '`gpg-passphrase` does not unlock the PGP key'],
    ['that is empty', '', 'is protected by a passphrase, but `gpg-passphrase` is empty.'],
    ['that is missing', undefined, 'is protected by a passphrase, but `gpg-passphrase` is empty.']
  ])('%s is an error that does not show it', async (_, passphrase, message) => {
    const given = passphrase === undefined ? {} : { passphrase }
    const failure = await refusal(signingKey(encrypted.secret, given))
    expect(failure.message).toContain(message)
    expect(failure.fix).toContain('Set `gpg-passphrase`')
    expect(failure.exitCode).toBe(9)
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('wrong battery')
  })
})

test('nothing secret of a key is shown', async () => {
  const keys = [
    await signingKey(encrypted.secret, { passphrase: PASSPHRASE }),
    await signingKey(rsa2048.secret)
  ]
  for (const key of keys) {
    const shown = `${inspect(key, { depth: 9, showHidden: true })}${JSON.stringify(key)}`
    expect(shown).not.toContain(PASSPHRASE)
    expect(shown).not.toMatch(/PRIVATE|privateParams|keyMaterial/)
  }
})

test('whatever is damaged in a key, the error is one that a user can act on', async () => {
  const key = dearmored(KEYS.subkey.secret)
  const damaged = Array.from({ length: 150 }, (_, index) => {
    const at = (index * 37) % key.length
    if (index % 3 === 0) return key.subarray(0, at)
    const copy = Buffer.from(key)
    copy[at] = (copy[at] ?? 0) ^ (1 << (index % 8))
    return copy
  })
  for (const bytes of damaged) {
    const result = await signingKey(base64(bytes)).catch((error: unknown) => error)
    if (result instanceof Error) expect(result).toMatchObject({ exitCode: 9 })
  }
})
