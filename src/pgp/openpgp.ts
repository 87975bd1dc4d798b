import type { Key, PartialConfig } from 'openpgp'
import { codeOf, Failure, messageOf } from '../shared/failure.ts'
import { silenceEd25519Warning } from './experimental-warning.ts'

export type OpenPgp = typeof import('openpgp')

/** The file beside the program that the library is in; see scripts/openpgp.mjs. */
const FILE = 'openpgp.cjs'
const MISSING = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']

/**
 * Loads OpenPGP.js, which only signing and verifying need: it takes about as long to load as the rest of the program.
 * @throws Failure signing, when its file was left out
 */
export async function loadOpenPgp(load = () => import('openpgp')): Promise<OpenPgp> {
  silenceEd25519Warning()
  try {
    return await load()
  } catch (error) {
    if (!MISSING.includes(codeOf(error) ?? '')) throw error
    const message = `PGP signatures need the file ${FILE}, which is missing:`
    const fix = `Put ${FILE} of the same release into the folder of the program.`
    throw new Failure('signing', { message, why: messageOf(error), fix }, error)
  }
}

/**
 * No random salt in signatures, so that the same release has the same bytes; no headers that name the library. A key that
 * was renewed after a signature counts for it, as for gpg and Helm: whether it still counts today is asked besides.
 */
export const CONFIG: PartialConfig = {
  nonDeterministicSignaturesViaNotation: false,
  allowInsecureVerificationWithReformattedKeys: true,
  showVersion: false,
  showComment: false
}

/** Whether the library can do nothing with a key: for Brainpool and secp256k1 it wants a package that few have. */
export function isUnsupported(message: string): boolean {
  return message.includes('eckey-utils') || /\bnot supported|\bunsupported|\bunknown/i.test(message)
}

/** As gpg writes fingerprints. */
export function fingerprintOf(key: { getFingerprint(): string }): string {
  return key.getFingerprint().toUpperCase()
}

/** The 16 digits that name a key in a signature. */
export function keyIdOf(key: { getKeyID(): { toHex(): string } }): string {
  return key.getKeyID().toHex().toUpperCase()
}

/** A key for a list, by its fingerprint and the person or purpose that it names first. */
export function labelOf(key: Key): string {
  const [userId] = key.getUserIDs()
  return userId === undefined ? fingerprintOf(key) : `${fingerprintOf(key)} (${userId})`
}
