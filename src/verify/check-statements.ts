import type { AttachedBundle, AttachedBundles } from '../artifact/attached-bundles.ts'
import { identityProblem } from '../sigstore/policy.ts'
import { statementKind } from '../sigstore/statement.ts'
import type { SignedBy, Verification } from '../sigstore/verification.ts'
import { verifyBundle } from '../sigstore/verify-bundle.ts'
import type { TrustAnchors } from './trust-anchors.ts'
import type { StatedSigner, Statement } from './trust-report.ts'

/** Verifies every bundle of an artifact; what cannot be read as one is invalid. Never throws for what is in them. */
export async function checkStatements(
  { bundles, unreadable }: Pick<AttachedBundles, 'bundles' | 'unreadable'>,
  digest: string,
  anchors: TrustAnchors
): Promise<readonly Statement[]> {
  const statements: Statement[] = []
  for (const bundle of bundles) statements.push(await checkBundle(bundle, digest, anchors))
  return [...statements, ...unreadable.map(unreadableStatement)]
}

async function checkBundle(
  { digest: attachedBy, bundle }: AttachedBundle,
  digest: string,
  { policy, keys, roots }: TrustAnchors
): Promise<Statement> {
  const found = await verifyBundle(bundle, { digest, keys, roots: await roots() })
  const { facts } = found
  const signedBy = facts?.signedBy
  const problem =
    policy && signedBy?.kind === 'certificate' ? identityProblem(signedBy, policy) : undefined
  return {
    kind: statementKind(facts?.predicateType),
    predicateType: facts?.predicateType ?? null,
    digest: attachedBy,
    ...judged(found, problem),
    signedBy: signedBy ? statedSigner(signedBy) : null,
    logs: facts?.logs ?? [],
    warnings: found.kind === 'valid' ? found.warnings : []
  }
}

/** Whoever else has signed a chart does no harm: that is not the same as a signature that is wrong. */
function judged(
  found: Verification,
  identity: string | undefined
): Pick<Statement, 'verdict' | 'reason'> {
  if (found.kind !== 'valid') return { verdict: found.kind, reason: found.reason }
  if (identity === undefined) return { verdict: 'valid', reason: null }
  return { verdict: 'foreign', reason: identity }
}

const NOBODY = { identity: null, issuer: null, repository: null, ref: null, run: null }

function statedSigner(signedBy: SignedBy): StatedSigner {
  if (signedBy.kind === 'key') return { kind: 'key', ...NOBODY, keyHint: signedBy.hint }
  const { identity, issuer, repository, repositoryName, ref, run } = signedBy
  return {
    kind: 'certificate',
    identity: identity ?? null,
    issuer: issuer ?? null,
    repository: repository ?? repositoryName ?? null,
    ref: ref ?? null,
    run: run ?? null,
    keyHint: null
  }
}

function unreadableStatement(digest: string): Statement {
  return {
    kind: 'other',
    predicateType: null,
    digest,
    verdict: 'invalid',
    reason: 'it cannot be read as a bundle',
    signedBy: null,
    logs: [],
    warnings: []
  }
}
