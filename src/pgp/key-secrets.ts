import type { PrivateKey } from 'openpgp'
import { Failure, messageOf } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { MissingSecret } from '../shared/missing-secret.ts'
import type { Secret } from '../shared/secret.ts'
import { type KeyFile, keyFile } from './key-file.ts'
import { labelOf } from './openpgp.ts'
import type { Signer } from './usable-key.ts'

/** What the key of an input is, before anything of it is decrypted. */
export function givenKeyFile(key: Secret): KeyFile {
  return keyFile(Buffer.from(key.reveal(), 'utf8'))
}

/**
 * Decrypts the part of a key that signs, where a passphrase protects it. The other parts stay as they are: gpg makes each
 * of them cost a third of a second.
 * @throws Failure signing, for a passphrase that is missing or wrong
 */
export async function unlock({ key, part }: Signer, passphrase: Secret | undefined): Promise<void> {
  const { keyPacket } = part
  if (keyPacket.isDecrypted() || !('decrypt' in keyPacket)) return
  const word = passphrase?.reveal() ?? ''
  if (word === '') throw passphraseMissing(key)
  try {
    await keyPacket.decrypt(word)
    await keyPacket.validate()
  } catch (error) {
    throw passphraseRefused(key, error)
  }
}

function passphraseMissing(key: PrivateKey): MissingSecret {
  const message = `The PGP key ${labelOf(key)} is protected by a passphrase, but ${input('gpg-passphrase')} is empty.`
  return new MissingSecret('signing', { message, fix: `Set ${input('gpg-passphrase')}.` })
}

function passphraseRefused(key: PrivateKey, error: unknown): Failure {
  const message = `${input('gpg-passphrase')} does not unlock the PGP key ${labelOf(key)}:`
  const fix = `Set ${input('gpg-passphrase')} to the passphrase that the key had when it was exported.`
  return new Failure('signing', { message, why: messageOf(error), fix })
}
