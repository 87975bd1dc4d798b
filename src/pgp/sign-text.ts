import type { PrivateKey } from 'openpgp'
import { CONFIG, type OpenPgp } from './openpgp.ts'
import type { Signer } from './usable-key.ts'

/** A text, and what it is to be signed by. */
interface Signing extends Signer {
  /** Decrypted. */
  readonly key: PrivateKey
  readonly text: string
  readonly date: Date
}

/** A clear-signed message (RFC 9580, 7), with SHA-512 as of `helm package --sign` unless the key prefers others. */
export async function clearSigned(
  openpgp: OpenPgp,
  { key, part, text, date }: Signing
): Promise<string> {
  const message = await openpgp.createCleartextMessage({ text })
  const config = { ...CONFIG, preferredHashAlgorithm: openpgp.enums.hash.sha512 }
  const signingKeyIDs = [part.getKeyID()]
  const signed = await openpgp.sign({ message, signingKeys: key, signingKeyIDs, date, config })
  return signed.replaceAll('\r\n', '\n')
}
