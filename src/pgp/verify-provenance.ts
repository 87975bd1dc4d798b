import { isUtf8 } from 'node:buffer'
import type { Key, Signature } from 'openpgp'
import { messageOf } from '../shared/failure.ts'
import { type ClearSigned, readClearSigned } from './clear-signed.ts'
import { keyringKeys } from './keyring.ts'
import {
  CONFIG,
  fingerprintOf,
  isUnsupported,
  keyIdOf,
  loadOpenPgp,
  type OpenPgp
} from './openpgp.ts'
import { type SignedArchive, sumFault } from './signed-sums.ts'

/** Who has signed. */
export interface ProvenanceSigner {
  readonly userId: string
  /** Of the primary key. */
  readonly fingerprint: string
  /** Of the key that made the signature. */
  readonly keyId: string
  readonly date: Date
}

export type ProvenanceVerdict =
  | { readonly kind: 'valid'; readonly signer: ProvenanceSigner }
  | { readonly kind: 'invalid'; readonly why: string }
  /** The archive is the right one, but there is no key to check the signature by. */
  | { readonly kind: 'unchecked'; readonly why: string; readonly keyIds: readonly string[] }

export interface ProvenanceToVerify {
  /** The file NAME-VERSION.tgz.prov. */
  readonly provenance: Buffer
  readonly archive: SignedArchive
  /** The bytes of keyrings in any form; none to leave the signature unchecked. */
  readonly keyring: readonly Buffer[]
  /** When the key has to be valid; now, as for Helm. */
  readonly now?: Date
}

/**
 * Verifies provenance as `helm verify` does: signature, key, sum and name of the file. The key must be valid both when it
 * signed and now: Helm refuses signatures of keys that have expired since.
 * @throws Failure usage, for a keyring that cannot be read
 */
export async function verifyProvenance(given: ProvenanceToVerify): Promise<ProvenanceVerdict> {
  const { provenance, archive, keyring, now = new Date() } = given
  const text = isUtf8(provenance) ? provenance.toString('utf8') : ''
  const message = readClearSigned(text)
  if (!message) return { kind: 'invalid', why: 'signature block not found' }
  const openpgp = await loadOpenPgp()
  const keys = await keyringKeys(openpgp, keyring)
  const signature = await signatureOf(openpgp, message)
  if (typeof signature === 'string') return { kind: 'invalid', why: signature }
  const fault = sumFault(message.plaintext, archive)
  const signed = await signatureVerdict({ openpgp, message, signature, keys, now })
  if (signed.kind === 'invalid' || fault === undefined) return signed
  return { kind: 'invalid', why: fault }
}

/** `helm package` makes one. Each costs about a millisecond, and a file of any size may have thousands. */
const MOST_SIGNATURES = 16

async function signatureOf(
  { readSignature }: OpenPgp,
  { armoredSignature }: ClearSigned
): Promise<Signature | string> {
  try {
    const signature = await readSignature({ armoredSignature, config: CONFIG })
    const { length } = signature.packets
    return length > MOST_SIGNATURES ? `there are ${length} signatures` : signature
  } catch (error) {
    return `the signature cannot be read: ${messageOf(error)}`
  }
}

interface Verification {
  readonly openpgp: OpenPgp
  readonly message: ClearSigned
  readonly signature: Signature
  readonly keys: readonly Key[]
  readonly now: Date
}

/** As in Helm, the first signature by a key that is known decides. */
async function signatureVerdict(verification: Verification): Promise<ProvenanceVerdict> {
  const { keys } = verification
  const signatures = await signaturesOf(verification)
  if (typeof signatures === 'string') return { kind: 'invalid', why: signatures }
  const made = signatures.find(({ keyID }) => keyWith(keys, keyID) !== undefined)
  const key = made && keyWith(keys, made.keyID)
  const keyIds = signatures.map(({ keyID }) => keyID.toHex().toUpperCase())
  if (!made || !key) return unknownKey(keyIds, keys)
  try {
    await made.verified
    return { kind: 'valid', signer: await signerOf(verification, key, await made.signature) }
  } catch (error) {
    const why = messageOf(error)
    if (!isUnsupported(why)) return { kind: 'invalid', why }
    return { kind: 'unchecked', why: `${madeBy(keyIds)}, of an unsupported type`, keyIds }
  }
}

/** Each signature with its outcome; why they cannot be verified at all, where the library says so. */
async function signaturesOf({ openpgp, message, signature, keys, now }: Verification) {
  try {
    const { signatures } = await openpgp.verify({
      message: await openpgp.createMessage({ binary: message.signedBytes }),
      signature,
      verificationKeys: [...keys],
      date: now,
      config: CONFIG
    })
    return signatures
  } catch (error) {
    return messageOf(error)
  }
}

type KeyId = ReturnType<Key['getKeyID']>

function keyWith(keys: readonly Key[], id: KeyId): Key | undefined {
  return keys.find((key) => key.getKeys(id).length > 0)
}

function unknownKey(keyIds: readonly string[], keys: readonly Key[]): ProvenanceVerdict {
  // A signature does not have to say by whom it is; Helm refuses one that does not.
  if (!keyIds.some((id) => id !== ''))
    return { kind: 'invalid', why: 'no signature has the id of its key' }
  const where = keys.length === 0 ? '; no keyring was given' : ', which is in no keyring'
  return { kind: 'unchecked', why: `${madeBy(keyIds)}${where}`, keyIds }
}

function madeBy(keyIds: readonly string[]): string {
  return `made by the key ${keyIds.join(', ')}`
}

/** @throws Error of the library, for a key that is not valid any more */
async function signerOf(
  { openpgp, now }: Verification,
  key: Key,
  { packets }: Signature
): Promise<ProvenanceSigner> {
  const [packet] = packets
  const config = { ...openpgp.config, ...CONFIG }
  const part = await key.getSigningKey(packet?.issuerKeyID, now, undefined, config)
  const { user } = await key.getPrimaryUser(now, undefined, config)
  return {
    userId: user.userID?.userID ?? '',
    fingerprint: fingerprintOf(key),
    keyId: keyIdOf(part),
    date: packet?.created ?? now
  }
}
