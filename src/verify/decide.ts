import { input } from '../shared/input-name.ts'
import type { ProvenanceFile, Statement, TrustProblem, TrustVerdict } from './trust-report.ts'

/** What the flags ask for; all of it has to hold. */
export interface Question {
  /** A statement of a certain identity. */
  readonly identity: boolean
  /** A statement by a certain key. */
  readonly key: boolean
  /** Provenance by a PGP key of a keyring. */
  readonly provenance: boolean
}

/** What was found out. */
export interface Evidence {
  readonly statements: readonly Statement[]
  readonly provenanceFile: ProvenanceFile
}

export interface Decision {
  readonly verdict: TrustVerdict
  /** Why the verdict is not `valid`. */
  readonly problems: readonly TrustProblem[]
}

/**
 * Decides what the evidence amounts to. Where something is asked for, one valid statement will do, whatever else is
 * attached: anybody who may push can attach anything. Where nothing is, no statement may be invalid.
 */
export function decide(evidence: Evidence, question: Question): Decision {
  const answers = [
    ...(question.identity ? [identityAnswer(evidence)] : []),
    ...(question.key ? [keyAnswer(evidence)] : []),
    ...(question.provenance ? [provenanceAnswer(evidence)] : [])
  ]
  if (answers.length === 0) return plainAnswer(evidence)
  const verdicts = answers.map(({ verdict }) => verdict)
  return {
    verdict: WORST_FIRST.find((verdict) => verdicts.includes(verdict)) ?? 'valid',
    problems: answers.flatMap(({ problems }) => problems)
  }
}

const WORST_FIRST: readonly TrustVerdict[] = ['invalid', 'unchecked', 'absent']
const VALID: Decision = { verdict: 'valid', problems: [] }
const SIGN = 'Sign it by its digest, as `cosign sign` does.'

function identityAnswer({ statements }: Evidence): Decision {
  const candidates = statements.filter(({ signedBy }) => signedBy?.kind !== 'key')
  const what = 'of the required identity'
  const fix = `Compare who signed with ${input('certificate-identity')}, ${input('certificate-oidc-issuer')} and ${input('certificate-github-workflow-repository')}.`
  return oneOf(candidates, { code: 'identity-not-found', what, fix })
}

function keyAnswer({ statements }: Evidence): Decision {
  const candidates = statements.filter(({ signedBy }) => signedBy?.kind !== 'certificate')
  const what = `by a key of ${input('key')}`
  const fix = `Set ${input('key')} to the public key of the signer of this chart; after a change of keys, add the old one as well.`
  return oneOf(candidates, { code: 'key-not-found', what, fix })
}

/** Whether one of the statements is valid. */
function oneOf(
  candidates: readonly Statement[],
  { code, what, fix }: Readonly<Record<'code' | 'what' | 'fix', string>>
): Decision {
  if (candidates.some(({ verdict }) => verdict === 'valid')) return VALID
  const [only, ...more] = candidates
  if (!only) {
    return refusal('absent', { code, message: `No statement ${what} is attached.`, fix: SIGN })
  }
  const isUnchecked = candidates.every(({ verdict }) => verdict === 'unchecked')
  const why = more.length === 0 ? `: ${only.reason}` : ''
  const message = `No statement ${what} is valid${why}.`
  return refusal(isUnchecked ? 'unchecked' : 'invalid', { code, message, fix })
}

function provenanceAnswer({ provenanceFile }: Evidence): Decision {
  const { verdict, reason, keyIds } = provenanceFile
  if (verdict === 'valid') return VALID
  const refused = (message: string, fix: string) => {
    return refusal(verdict, { code: 'provenance-not-valid', message, fix })
  }
  if (verdict === 'absent') {
    const fix = `Publish the chart with provenance, as with ${input('gpg-private-key')} or \`helm package --sign\`.`
    return refused('The chart has no PGP provenance.', fix)
  }
  const fix =
    keyIds.length > 0
      ? `Set ${input('keyring')} to a file with the key ${keyIds.join(' or ')}, as \`gpg --export\` writes it.`
      : 'Use the full version of the chart. If it is the full version, sign the archive again, and publish both.'
  return refused(`The PGP provenance is ${verdict}: ${reason}.`, fix)
}

/** Nothing is asked for in particular. */
function plainAnswer({ statements, provenanceFile }: Evidence): Decision {
  const countOf = (wanted: Statement['verdict']) => {
    return statements.filter(({ verdict }) => verdict === wanted).length
  }
  if (countOf('invalid') > 0) {
    const message = `${countOf('invalid')} of ${statements.length} statements are not valid.`
    const fix = `Set ${input('certificate-identity')} and ${input('certificate-oidc-issuer')}, or ${input('key')}, to the signer whose statement has to be valid, or remove the others.`
    return refusal('invalid', { code: 'statement-invalid', message, fix })
  }
  if (countOf('valid') > 0) return VALID
  const isEmpty = statements.length === 0 && provenanceFile.verdict === 'absent'
  if (isEmpty) {
    const message = 'It has no signature, no attestation and no provenance.'
    return refusal('absent', { code: 'nothing-signed', message, fix: SIGN })
  }
  const message = 'None of the signatures that were found could be verified.'
  const fix = `Give ${flagsFor({ statements, provenanceFile }).join(' or ')}.`
  return refusal('unchecked', { code: 'nothing-verified', message, fix })
}

/** What would let somebody verify what is unchecked. */
function flagsFor({ statements, provenanceFile }: Evidence): readonly string[] {
  const signers = statements.map(({ signedBy }) => signedBy?.kind)
  return [
    ...(signers.includes('key') ? [input('key', 'FILE')] : []),
    ...(signers.includes('certificate') ? [input('trusted-root', 'FILE')] : []),
    ...(provenanceFile.verdict === 'absent' ? [] : [input('keyring', 'FILE')])
  ]
}

function refusal(
  verdict: Exclude<TrustVerdict, 'valid'>,
  problem: Omit<TrustProblem, 'severity'>
): Decision {
  return { verdict, problems: [{ ...problem, severity: 'error' }] }
}
