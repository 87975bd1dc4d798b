import type { PrivateKey } from 'openpgp'
import { Failure, messageOf } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { Secret } from '../shared/secret.ts'
import { type KeyFile, keyFile } from './key-file.ts'
import { CONFIG, labelOf, type OpenPgp } from './openpgp.ts'
import type { Signer } from './usable-key.ts'

/** What the key of an input is, before anything of it is decrypted. */
export function givenKeyFile(key: Secret): KeyFile {
  return keyFile(Buffer.from(key.reveal(), 'utf8'))
}

/**
 * The key of `signer`, decrypted where a passphrase protects it.
 * @throws Failure signing, for a passphrase that is missing or wrong
 */
export async function unlockedKey(
  openpgp: OpenPgp,
  { key, part }: Signer,
  passphrase: Secret | undefined
): Promise<PrivateKey> {
  if (part.keyPacket.isDecrypted()) return key
  const word = passphrase?.reveal() ?? ''
  if (word === '') throw passphraseMissing(key)
  try {
    return await openpgp.decryptKey({ privateKey: key, passphrase: word, config: CONFIG })
  } catch (error) {
    throw passphraseRefused(key, error)
  }
}

function passphraseMissing(key: PrivateKey): Failure {
  const message = `The PGP key ${labelOf(key)} is protected by a passphrase, and ${input('gpg-passphrase')} is empty.`
  return new Failure('signing', { message, fix: `Set ${input('gpg-passphrase')}.` })
}

function passphraseRefused(key: PrivateKey, error: unknown): Failure {
  const message = `${input('gpg-passphrase')} does not open the PGP key ${labelOf(key)}:`
  const fix = `Set ${input('gpg-passphrase')} to the passphrase with which the key was exported.`
  return new Failure('signing', { message, why: messageOf(error), fix })
}
