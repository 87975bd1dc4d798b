import type { KeyObject } from 'node:crypto'
import type { Signatory } from './signer.ts'
import type { TrustedRoots } from './trusted-root.ts'
import type { BundleFacts, Verification } from './verification.ts'
import { verifyBundle } from './verify-bundle.ts'

interface Wanted {
  readonly digest: string
  readonly predicateType: string
  /** Who signs in this run. */
  readonly signatory: Signatory
  /** That of the run, when a key signs. */
  readonly publicKey?: KeyObject | undefined
  readonly roots: TrustedRoots
}

/** A statement that need not be signed again. */
export interface OwnStatement {
  /** Which of the bundles it is. */
  readonly index: number
  readonly facts: BundleFacts
  readonly warnings: readonly string[]
}

/**
 * The first of the bundles of an artifact that states what this run would, by the same key, or by the same workflow of any
 * version. Where the built-in root does not know the authority of this run, one by an authority that it does not know
 * either will do, with a warning: one more would not be worth more. Elsewhere anybody may have made that one, to keep this
 * run from signing.
 */
export async function findOwnStatement(
  bundles: readonly Buffer[],
  { digest, predicateType, signatory, publicKey, roots }: Wanted
): Promise<OwnStatement | undefined> {
  const { policy, signedBy } = signatory
  const keys = publicKey ? [publicKey] : []
  const expected = { digest, predicateTypes: [predicateType], roots, keys, policy }
  let unproved: OwnStatement | undefined
  for (const [index, bundle] of bundles.entries()) {
    const found = await verifyBundle(bundle, expected)
    if (found.facts?.signedBy.kind !== signedBy.kind) continue
    const warnings = warningsOf(found, signatory)
    if (found.kind === 'invalid' || warnings === undefined) continue
    const own = { index, facts: found.facts, warnings }
    if (found.kind === 'valid') return own
    unproved ??= own
  }
  return unproved
}

/** Undefined for what is not enough. */
function warningsOf(
  found: Verification,
  { isAuthorityKnown }: Signatory
): readonly string[] | undefined {
  if (found.kind === 'valid') return found.warnings
  const isUnknown = found.kind === 'unchecked' && found.because === 'unknown-authority'
  return isUnknown && !isAuthorityKnown ? [`${found.reason}, so it was not checked`] : undefined
}
