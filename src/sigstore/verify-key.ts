import type { KeyObject } from 'node:crypto'
import { keyHint } from './bundle.ts'
import { knownParts } from './known-parts.ts'
import type { ParsedBundle } from './parse-bundle.ts'
import type { TrustedRoots } from './trusted-root.ts'
import type { BundleFacts, Verification } from './verification.ts'
import { faultOf } from './verification-fault.ts'

interface Trusted {
  readonly roots: TrustedRoots
  readonly keys: readonly KeyObject[]
}

/** Verifies a bundle that a key signed; times and log entries only where it has them, since keys need none. */
export async function verifyKeyBundle(
  { entity, facts }: ParsedBundle,
  { roots, keys }: Trusted
): Promise<Verification> {
  const hint = entity.key.$case === 'public-key' ? entity.key.hint : ''
  const named = keys.filter((key) => keyHint(key) === hint)
  const candidates = named.length > 0 ? named : keys
  const signer = candidates.find((key) => entity.signature.verifySignature(key))
  if (!signer) return notVerified(facts, { named, keys })
  const problem = await proofs(entity, { roots, signer })
  if (typeof problem === 'string') return { kind: 'invalid', reason: problem, facts }
  return { kind: 'valid', facts, warnings: problem }
}

/** cosign signs with Ed25519ph (RFC 8032, 5.1), which Node has not; our signatures are Ed25519, which cosign takes. */
function notVerified(
  facts: BundleFacts,
  { named, keys }: { readonly named: readonly KeyObject[]; readonly keys: readonly KeyObject[] }
): Verification {
  if (named.some(({ asymmetricKeyType }) => asymmetricKeyType === 'ed25519')) {
    const reason =
      'its signature is not Ed25519: it is wrong, or Ed25519ph, which cannot be checked here'
    return { kind: 'unchecked', because: 'unknown-algorithm', reason, facts }
  }
  if (named.length > 0) return { kind: 'invalid', reason: 'the signature is wrong', facts }
  const reason =
    keys.length === 0
      ? 'it was signed with a key, but no key was given'
      : 'it was signed with another key than those given'
  return { kind: 'unchecked', because: 'no-key', reason, facts }
}

/** What to warn of, or why a time or an entry of a log is wrong. */
async function proofs(
  entity: ParsedBundle['entity'],
  { roots, signer }: { readonly roots: TrustedRoots; readonly signer: KeyObject }
): Promise<readonly string[] | string> {
  const all = await Promise.all(roots.roots.map((root) => proofOf(entity, { root, signer })))
  const kinds = ['holds', 'wrong', 'unknown']
  const [best] = all.toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind))
  if (best?.kind === 'wrong') return best.reason
  const texts = (best?.unknown ?? []).map((part) => `${part} is not in ${roots.name}`)
  if (roots.isStrict && texts.length > 0) return texts.join(', ')
  return texts.map((text) => `${text}, so it was not checked`)
}

type Proof =
  | { readonly kind: 'holds' | 'unknown'; readonly unknown: readonly string[] }
  | { readonly kind: 'wrong'; readonly reason: string }

/** Whether the times and log entries hold that a root can judge. */
async function proofOf(
  entity: ParsedBundle['entity'],
  { root, signer }: { readonly root: TrustedRoots['roots'][number]; readonly signer: KeyObject }
): Promise<Proof> {
  const { toTrustMaterial, Verifier } = await import('@sigstore/verify')
  const material = toTrustMaterial(root, () => ({ publicKey: signer, validFor: () => true }))
  const thresholds = { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 }
  try {
    const { tlogEntries, timestamps, unknown } = knownParts(entity, material)
    const known = { ...entity, tlogEntries: [...tlogEntries], timestamps: [...timestamps] }
    new Verifier(material, thresholds).verify(known)
    return { kind: unknown.length === 0 ? 'holds' : 'unknown', unknown }
  } catch (error) {
    return { kind: 'wrong', reason: faultOf(error) }
  }
}
