import type { PrivateKey, Subkey } from 'openpgp'
import { messageOf } from '../shared/failure.ts'
import { shellQuote } from '../shared/format.ts'
import { CONFIG, fingerprintOf, isUnsupported, type OpenPgp } from './openpgp.ts'

/** A key, and the part of it that makes signatures: itself or a subkey. */
export interface Signer {
  readonly key: PrivateKey
  readonly part: PrivateKey | Subkey
}

export type KeyState =
  | { readonly kind: 'usable'; readonly signer: Signer }
  /** `why` goes on with a sentence about the key. */
  | { readonly kind: 'unusable'; readonly why: string; readonly fix: string }

type Unusable = Extract<KeyState, { kind: 'unusable' }>

/** Whether a key can sign now, and by which part: the newest valid subkey, else the primary key, as gpg chooses. */
export async function keyState(openpgp: OpenPgp, key: PrivateKey, now: Date): Promise<KeyState> {
  const broken = await primaryFault(openpgp, key, now)
  if (broken) return broken
  const parts = [...key.subkeys.toSorted(byAge), key]
  const states = await Promise.all(parts.map((part) => partState(openpgp, { key, part }, now)))
  return states.find((state) => state?.kind === 'usable') ?? worst(states) ?? certifyOnly(key)
}

/** The same for one part that was asked for by name. */
export async function namedPartState(
  openpgp: OpenPgp,
  signer: Signer,
  now: Date
): Promise<KeyState> {
  const broken = await primaryFault(openpgp, signer.key, now)
  return broken ?? (await partState(openpgp, signer, now)) ?? certifyOnly(signer.key)
}

function byAge(a: Subkey, b: Subkey): number {
  return b.getCreationTime().getTime() - a.getCreationTime().getTime()
}

/** What is nearest to a signature explains best why there is none. */
function worst(states: readonly (KeyState | undefined)[]): KeyState | undefined {
  return states.find((state) => state !== undefined)
}

async function primaryFault(
  openpgp: OpenPgp,
  key: PrivateKey,
  now: Date
): Promise<Unusable | undefined> {
  const config = { ...openpgp.config, ...CONFIG }
  try {
    await key.verifyPrimaryKey(now, undefined, config)
    return undefined
  } catch (error) {
    const expiry = await key.getExpirationTime(undefined, config).catch(() => null)
    return unusable(key, messageOf(error), dateText(expiry))
  }
}

/** Undefined for a part that is not for signatures. */
async function partState(
  openpgp: OpenPgp,
  signer: Signer,
  now: Date
): Promise<KeyState | undefined> {
  const { key, part } = signer
  const config = { ...openpgp.config, ...CONFIG }
  try {
    await key.getSigningKey(part.getKeyID(), now, undefined, config)
  } catch (error) {
    const message = messageOf(error)
    if (/^Could not find valid signing key packet in key [0-9a-f]+$/.test(message)) return undefined
    const expiry =
      'mainKey' in part ? await part.getExpirationTime(now, config).catch(() => null) : null
    return unusable(key, message, dateText(expiry))
  }
  return hasSecret(part) ? { kind: 'usable', signer } : stub(key)
}

function hasSecret({ keyPacket }: PrivateKey | Subkey): boolean {
  return 'isMissingSecretKeyMaterial' in keyPacket && !keyPacket.isMissingSecretKeyMaterial()
}

function stub(key: PrivateKey): Unusable {
  const why =
    'has no secret part for signatures: it is a stub for gpg-agent or a smartcard, or the secret was left out of the export'
  const id = fingerprintOf(key)
  const fix = `Export it on the machine that has the secret: \`gpg --export-secret-keys --armor ${id}\`. A smartcard cannot export it: add a signing subkey (\`gpg --quick-add-key ${id} rsa4096 sign\`), and export that with \`gpg --export-secret-subkeys --armor ${id}\`.`
  return { kind: 'unusable', why, fix }
}

function certifyOnly(key: PrivateKey): Unusable {
  const fix = `Add a signing subkey with \`gpg --quick-add-key ${fingerprintOf(key)} rsa4096 sign\`, and ${EXPORT_AGAIN}.`
  const why = 'cannot sign (it may only certify or encrypt), and has no signing subkey'
  return { kind: 'unusable', why, fix }
}

const EXPORT_AGAIN = 'export it again'

function unusable(key: PrivateKey, message: string, expiry: string): Unusable {
  const id = fingerprintOf(key)
  if (/revoked/i.test(message)) {
    const part = /subkey/i.test(message) ? 'has a signing subkey that was revoked' : 'was revoked'
    return {
      kind: 'unusable',
      why: part,
      fix: 'Sign with another key, and publish its public key.'
    }
  }
  if (/expired/i.test(message)) {
    const isSubkey = /subkey/i.test(message)
    const why = isSubkey ? `has a signing subkey that expired${expiry}` : `expired${expiry}`
    const which = isSubkey ? ` ${shellQuote('*')}` : ''
    const fix = `Extend it with \`gpg --quick-set-expire ${id} 2y${which}\`, ${EXPORT_AGAIN}, and publish its public key again.`
    return { kind: 'unusable', why, fix }
  }
  return { kind: 'unusable', why: `cannot sign: ${libraryWords(message)}`, fix: OTHER_KIND }
}

const OTHER_KIND = 'Sign with an RSA key of at least 2048 bits, or with an Ed25519 key.'

function libraryWords(message: string): string {
  if (isUnsupported(message)) return 'its curve is not supported'
  return message.replace(/^Could not verify primary key: /, '').replace(/\.$/, '')
}

function dateText(date: Date | number | null): string {
  return date instanceof Date ? ` on ${date.toISOString().slice(0, 10)}` : ''
}
