import { isUtf8 } from 'node:buffer'
import type { Key, Signature } from 'openpgp'
import { messageOf } from '../shared/failure.ts'
import { type ClearSigned, readClearSigned } from './clear-signed.ts'
import { keyringKeys } from './keyring.ts'
import { CONFIG, fingerprintOf, keyIdOf, loadOpenPgp, type OpenPgp } from './openpgp.ts'
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

async function signatureOf(
  { readSignature }: OpenPgp,
  { armoredSignature }: ClearSigned
): Promise<Signature | string> {
  try {
    const signature = await readSignature({ armoredSignature, config: CONFIG })
    return signature.packets.length === 0 ? 'the signature block is empty' : signature
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
  const { openpgp, message, signature, keys, now } = verification
  const ids = signature.getSigningKeyIDs()
  const found = ids.findIndex((id) => keys.some((key) => key.getKeys(id).length > 0))
  const key = keys.find((known) => ids[found] && known.getKeys(ids[found]).length > 0)
  if (!key)
    return unchecked(
      ids.map((id) => id.toHex().toUpperCase()),
      keys
    )
  const verified = await openpgp.verify({
    message: await openpgp.createMessage({ binary: message.signedBytes }),
    signature,
    verificationKeys: [...keys],
    date: now,
    config: CONFIG
  })
  try {
    await verified.signatures[found]?.verified
    return { kind: 'valid', signer: await signerOf(verification, key, found) }
  } catch (error) {
    return { kind: 'invalid', why: messageOf(error) }
  }
}

function unchecked(keyIds: readonly string[], keys: readonly Key[]): ProvenanceVerdict {
  const by = `made by the key ${keyIds.join(', ')}`
  const why = keys.length === 0 ? `${by}; no keyring was given` : `${by}, which is in no keyring`
  return { kind: 'unchecked', why, keyIds }
}

/** @throws Error of the library, for a key that is not valid any more */
async function signerOf(
  { openpgp, signature, now }: Verification,
  key: Key,
  index: number
): Promise<ProvenanceSigner> {
  const packet = signature.packets[index]
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
