import type { Key } from 'openpgp'
import { Failure, messageOf } from '../shared/failure.ts'
import { type KeyFile, keyFile } from './key-file.ts'
import { keyboxKeys } from './keybox.ts'
import type { OpenPgp } from './openpgp.ts'
import { type KeyPackets, readKeys } from './read-keys.ts'

/**
 * The keys of keyrings: armored, binary, base64 of these, and GnuPG's keybox; each may hold several.
 * @throws Failure usage, for what is none of these
 */
export async function keyringKeys(
  openpgp: OpenPgp,
  keyrings: readonly Buffer[]
): Promise<readonly Key[]> {
  const keys = await Promise.all(keyrings.map((bytes) => keysIn(openpgp, keyFile(bytes))))
  return keys.flat()
}

async function keysIn(openpgp: OpenPgp, file: KeyFile): Promise<readonly Key[]> {
  const packets = packetsOf(file)
  if (!packets) throw unreadable('it contains no OpenPGP keys')
  try {
    return await readKeys(openpgp, packets)
  } catch (error) {
    throw unreadable(messageOf(error))
  }
}

function packetsOf(file: KeyFile): KeyPackets | undefined {
  if (file.kind === 'armored' || file.kind === 'binary') return file
  const bytes = file.kind === 'keybox' ? keyboxKeys(file.bytes) : undefined
  return bytes && bytes.length > 0 ? { kind: 'binary', bytes } : undefined
}

function unreadable(why: string): Failure {
  const fix = 'Export the public key with `gpg --export KEYID`, and use that file.'
  return new Failure('usage', { message: 'A PGP keyring cannot be read:', why, fix })
}
