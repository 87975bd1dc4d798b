import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSigningKey, type SigningKey } from '../../../src/pgp/signing-key.ts'
import { Secret } from '../../../src/shared/secret.ts'

/** A key that gpg has made (scripts/pgp-fixtures/record.ts), armored. */
export interface RecordedKey {
  readonly fingerprint: string
  readonly secret: string
  readonly public: string
}

export type KeyName =
  | 'rsa2048'
  | 'rsa4096'
  | 'ed25519'
  | 'p256'
  | 'encrypted'
  | 'certifyOnly'
  | 'expired'
  | 'revoked'
  | 'subkey'
  | 'offlinePrimary'
  | 'stub'
  | 'expiredSubkey'
  | 'extended'
  | 'lateSubkey'
  | 'usual'
  | 'usualOffline'
  | 'renamed'
  | 'dsa'
  | 'brainpool'

interface Recorded {
  readonly keys: Readonly<Record<KeyName, RecordedKey>>
  readonly passphrase: string
  readonly keybox: string
  readonly agentKey: string
}

const recorded: Recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/pgp/keys.json'), 'utf8')
)

export const KEYS = recorded.keys
/** Of the keys `encrypted`, `usual` and `usualOffline`. */
export const PASSPHRASE = recorded.passphrase
/** The file pubring.kbx with all of them. */
export const KEYBOX = Buffer.from(recorded.keybox, 'base64')
/** A file of gpg-agent's private-keys-v1.d. */
export const AGENT_KEY = Buffer.from(recorded.agentKey, 'base64')

/** The bytes in an armored block, as `gpg --export` without --armor writes them. */
export function dearmored(block: string): Buffer {
  const [, body = ''] = block.split(/\r?\n\r?\n/)
  return Buffer.from(body.replace(/\n=[^\n]{4}\n[\s\S]*|\n-----END[\s\S]*/, ''), 'base64')
}

/** The key that `text` is, opened with `passphrase`. */
export function signingKey(
  text: string,
  { passphrase, keyId }: { readonly passphrase?: string; readonly keyId?: string } = {}
): Promise<SigningKey> {
  const word = passphrase === undefined ? undefined : new Secret(passphrase)
  return readSigningKey({ key: new Secret(text), passphrase: word, keyId }, new Date())
}
