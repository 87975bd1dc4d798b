import type { Key, PrivateKey, Subkey } from 'openpgp'
import { Failure, messageOf } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { Secret } from '../shared/secret.ts'
import { chooseKey } from './choose-key.ts'
import type { KeyFile } from './key-file.ts'
import { givenKeyFile, unlock } from './key-secrets.ts'
import { CONFIG, fingerprintOf, keyIdOf, labelOf, loadOpenPgp, type OpenPgp } from './openpgp.ts'
import { readKeys } from './read-keys.ts'
import { clearSigned } from './sign-text.ts'
import { earliestDate } from './signature-date.ts'

/** What the inputs say about the key to sign with. */
export interface GivenKey {
  readonly key: Secret
  readonly passphrase?: Secret | undefined
  readonly keyId?: string | undefined
}

/** A key that can sign now. Nothing of it that is secret can be printed. */
export interface SigningKey {
  /** The user ID that the key has marked as its first, of those that were not revoked. */
  readonly userId: string
  /** Of the primary key, by which people know the key. */
  readonly fingerprint: string
  /** Of the primary key or the subkey that signs, as signatures name it. */
  readonly keyId: string
  /** Binary, as `--keyring` of any Helm takes it. */
  readonly publicKey: Buffer
  /** Such as `rsa4096`, `ed25519Legacy`, `nistP256`. */
  readonly algorithm: string
  /** Whether the same text and date give the same signature each time. */
  readonly isRepeatable: boolean
  /** No signature of an earlier date would be valid. */
  readonly earliestDate: Date
  /** The text as a clear-signed message. */
  readonly sign: (text: string, date: Date) => Promise<string>
}

/**
 * The key that `gpg-private-key`, `gpg-passphrase` and `gpg-key-id` mean, decrypted: of several keys the one that was named
 * or that alone can sign, of its parts the newest valid signing subkey.
 * @throws Failure signing, with what is wrong with the key and what to do about it
 */
export async function readSigningKey(given: GivenKey, now: Date): Promise<SigningKey> {
  const file = givenKeyFile(given.key)
  const openpgp = await loadOpenPgp()
  const keys = privateKeys(await keysIn(openpgp, file))
  const signer = await chooseKey(openpgp, { keys, keyId: given.keyId, now })
  await unlock(signer, given.passphrase)
  const { key, part } = signer
  return {
    userId: await userIdOf(openpgp, key, now),
    fingerprint: fingerprintOf(key),
    keyId: keyIdOf(part),
    publicKey: Buffer.from(key.toPublic().write()),
    algorithm: algorithmOf(part),
    isRepeatable: isRepeatable(openpgp, part),
    earliestDate: earliestDate(signer),
    sign: (text, date) => clearSigned(openpgp, { key, part, text, date })
  }
}

async function keysIn(openpgp: OpenPgp, file: KeyFile): Promise<readonly Key[]> {
  if (file.kind !== 'armored' && file.kind !== 'binary') throw notAKey(file.kind)
  try {
    return await readKeys(openpgp, file)
  } catch (error) {
    const message = `${input('gpg-private-key')} cannot be read as a PGP key:`
    const why = messageOf(error)
    throw new Failure('signing', { message, why, fix: `${EXPORT} Do not remove its line breaks.` })
  }
}

const EXPORT =
  'Export the key with `gpg --export-secret-keys --armor KEYID`, and use that text, or its base64 form.'

const KINDS: Readonly<Record<Exclude<KeyFile['kind'], 'armored' | 'binary'>, string>> = {
  keybox: "is a keybox (pubring.kbx), GnuPG's list of public keys",
  agent: 'is a file of gpg-agent (private-keys-v1.d), which has no user ID and no signatures',
  garbled: 'was a binary file, and was damaged when it was read as text',
  unknown: 'is not a PGP key'
}

function notAKey(kind: keyof typeof KINDS): Failure {
  const message = `${input('gpg-private-key')} ${KINDS[kind]}.`
  return new Failure('signing', { message, fix: EXPORT })
}

function privateKeys(keys: readonly Key[]): readonly PrivateKey[] {
  const own = keys.flatMap((key) => (key.isPrivate() ? [key] : []))
  if (own.length > 0) return own
  const list = keys.map(labelOf).join(', ')
  const message =
    list === ''
      ? `${input('gpg-private-key')} contains no keys.`
      : `${input('gpg-private-key')} contains only the public key ${list}.`
  throw new Failure('signing', { message, fix: EXPORT })
}

async function userIdOf({ config }: OpenPgp, key: PrivateKey, now: Date): Promise<string> {
  const { user } = await key.getPrimaryUser(now, undefined, { ...config, ...CONFIG })
  return user.userID?.userID ?? ''
}

function algorithmOf(part: PrivateKey | Subkey): string {
  const { algorithm, bits, curve } = part.getAlgorithmInfo()
  return curve ?? `${algorithm.startsWith('rsa') ? 'rsa' : algorithm}${bits ?? ''}`
}

/** ECDSA takes a random number for each signature; RSA (PKCS #1 v1.5) and EdDSA take none. */
function isRepeatable({ enums }: OpenPgp, { keyPacket }: PrivateKey | Subkey): boolean {
  const { rsaEncryptSign, rsaSign, eddsaLegacy, ed25519, ed448 } = enums.publicKey
  return [rsaEncryptSign, rsaSign, eddsaLegacy, ed25519, ed448].some((name) => {
    return name === keyPacket.algorithm
  })
}
