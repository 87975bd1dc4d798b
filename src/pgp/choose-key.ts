import type { PrivateKey, Subkey } from 'openpgp'
import { Failure } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { fingerprintOf, keyIdOf, labelOf, type OpenPgp } from './openpgp.ts'
import { type KeyState, keyState, namedPartState, type Signer } from './usable-key.ts'

/** Which keys there are, and what the user has said about them. */
interface Choice {
  readonly keys: readonly PrivateKey[]
  readonly keyId: string | undefined
  readonly now: Date
}

interface Candidate {
  readonly key: PrivateKey
  /** Undefined where the key as a whole was named. */
  readonly part: Subkey | undefined
}

/** 32 or 40 bytes name a key, 8 name it in signatures. Shorter ids can be forged, and may stand for any key. */
const ID = /^(?:[0-9A-F]{16}|[0-9A-F]{40}|[0-9A-F]{64})$/

/**
 * The key to sign with: the one that `gpg-key-id` names, else the only one that can sign now.
 * @throws Failure signing, where none or several fit, with a list of them
 */
export async function chooseKey(openpgp: OpenPgp, choice: Choice): Promise<Signer> {
  const { keys, now } = choice
  const candidates = namedKeys(choice)
  if (candidates.length === 0) throw noneNamed(choice)
  const states = await Promise.all(
    candidates.map(({ key, part }) => {
      return part ? namedPartState(openpgp, { key, part }, now) : keyState(openpgp, key, now)
    })
  )
  const signers = states.flatMap((state) => (state.kind === 'usable' ? [state.signer] : []))
  const [signer, ...others] = distinct(signers)
  if (!signer) throw noneUsable(candidates, states)
  if (others.length > 0) throw severalUsable([signer, ...others], choice.keyId, keys)
  return signer
}

function namedKeys({ keys, keyId }: Choice): readonly Candidate[] {
  if (keyId === undefined || keyId.trim() === '')
    return keys.map((key) => ({ key, part: undefined }))
  const id = keyId.replace(/\s/g, '').replace(/^0x/i, '').replace(/!$/, '').toUpperCase()
  return ID.test(id) ? byId(keys, id) : byUserId(keys, keyId.trim())
}

function byId(keys: readonly PrivateKey[], id: string): readonly Candidate[] {
  const isNamed = (key: PrivateKey | Subkey) => [fingerprintOf(key), keyIdOf(key)].includes(id)
  return keys.flatMap((key) => {
    const part = key.subkeys.find(isNamed)
    return part || isNamed(key) ? [{ key, part }] : []
  })
}

function byUserId(keys: readonly PrivateKey[], text: string): readonly Candidate[] {
  const same = keys.filter((key) => key.getUserIDs().includes(text))
  const wanted = text.toLowerCase()
  const alike = keys.filter((key) => {
    return key.getUserIDs().some((userId) => userId.toLowerCase().includes(wanted))
  })
  return (same.length > 0 ? same : alike).map((key) => ({ key, part: undefined }))
}

/** A key may be there with all of its secrets, and once more without some. */
function distinct(signers: readonly Signer[]): readonly Signer[] {
  const byKey = new Map<string, Signer>()
  for (const signer of signers) {
    const id = fingerprintOf(signer.key)
    if (!byKey.has(id)) byKey.set(id, signer)
  }
  return [...byKey.values()]
}

function noneNamed({ keys, keyId = '' }: Choice): Failure {
  const message = `${input('gpg-key-id')} is "${keyId.trim()}", which matches none of the keys in ${input('gpg-private-key')}: ${listOf(keys)}.`
  return new Failure('signing', { message, fix: fixFor(keys) })
}

function severalUsable(
  signers: readonly Signer[],
  keyId: string | undefined,
  all: readonly PrivateKey[]
): Failure {
  const keys = signers.map(({ key }) => key)
  const message =
    keyId === undefined || keyId.trim() === ''
      ? `${input('gpg-private-key')} contains ${all.length} keys, and ${keys.length} of them can sign: ${listOf(keys)}.`
      : `${input('gpg-key-id')} is "${keyId.trim()}", which matches ${keys.length} keys: ${listOf(keys)}.`
  return new Failure('signing', { message, fix: fixFor(keys) })
}

function fixFor([key]: readonly PrivateKey[]): string {
  const example = key ? `, as ${input('gpg-key-id', fingerprintOf(key))}` : ''
  return `Select one of them by its fingerprint${example}.`
}

function noneUsable(candidates: readonly Candidate[], states: readonly KeyState[]): Failure {
  const problems = states.flatMap((state, index) => {
    const key = candidates[index]?.key
    return state.kind === 'unusable' && key ? [{ key, ...state }] : []
  })
  const message = problems.map(({ key, why }) => `The PGP key ${labelOf(key)} ${why}.`).join(' ')
  const fix = [...new Set(problems.map((problem) => problem.fix))].join(' ')
  return new Failure('signing', { message, fix })
}

function listOf(keys: readonly PrivateKey[]): string {
  return keys.map(labelOf).join(', ')
}
