import type { KeyObject } from 'node:crypto'
import { parseBundle } from './parse-bundle.ts'
import { type IdentityPolicy, identityProblem } from './policy.ts'
import type { TrustedRoots } from './trusted-root.ts'
import type { Verification } from './verification.ts'
import { verifyCertificateBundle } from './verify-certificate.ts'
import { verifyKeyBundle } from './verify-key.ts'

/** What a bundle has to be. */
export interface Expected {
  /** The artifact that it has to be about. */
  readonly digest: string
  /** The predicates that will do; any unless given. */
  readonly predicateTypes?: readonly string[]
  readonly roots: TrustedRoots
  /** Public keys that are trusted. */
  readonly keys?: readonly KeyObject[]
  /** Who has to have signed it, where a certificate says who that is. */
  readonly policy?: IdentityPolicy
}

/** A statement may be about a thousand artifacts. */
const MOST_SHOWN = 3

/**
 * Verifies a bundle: subject, payload, signature, identity, certificate, logs and times. Never throws for what is in it.
 */
export async function verifyBundle(bytes: Buffer, expected: Expected): Promise<Verification> {
  const parsed = await parseBundle(bytes)
  if (typeof parsed === 'string') return { kind: 'invalid', reason: parsed, facts: undefined }
  const { facts, subjects, entity } = parsed
  const { digest, predicateTypes, policy = {}, roots, keys = [] } = expected
  const invalid = (reason: string) => ({ kind: 'invalid', reason, facts }) as const
  if (!subjects.includes(digest)) {
    const shown = subjects.slice(0, MOST_SHOWN).join(', ') || 'nothing'
    return invalid(`it is about ${shown}, not about ${digest}`)
  }
  if (predicateTypes && !predicateTypes.includes(facts.predicateType)) {
    return invalid(
      `its predicate is ${facts.predicateType}, expected ${predicateTypes.join(' or ')}`
    )
  }
  if (entity.key.$case === 'public-key') return verifyKeyBundle(parsed, { roots, keys })
  const { signedBy } = facts
  const problem =
    signedBy.kind === 'certificate' ? identityProblem(signedBy, policy) : 'it has no certificate'
  if (problem !== undefined) return invalid(problem)
  return verifyCertificateBundle(parsed, roots)
}
