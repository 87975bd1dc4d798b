import { NoAnswer } from '../../http/network-failure.ts'
import { type Reference, referenceText } from '../../oci/spec/reference.ts'
import { Failure, isInterruption } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import type { Statements } from '../model/statements.ts'
import { NOTHING_STATED, type SignatureState, type StatedTrust } from '../model/statements.ts'
import type { PreparedStatements } from './state-artifact.ts'

/** What became of the statements about an artifact. */
export interface Stated {
  readonly trust: StatedTrust
  readonly warnings: readonly string[]
  readonly notices: readonly string[]
  /** The bundle of the provenance. */
  readonly provenance: Buffer | undefined
  /** What failed though the artifact is in its place. */
  readonly error?: unknown
}

/** Nothing is stated; `signature` is what that means for it, where one is wanted. */
export function notStated({ wanted }: Statements, signature: SignatureState): Stated {
  const isWanted = wanted.includes('signature')
  const trust = { ...NOTHING_STATED, signature: isWanted ? signature : ('off' as const) }
  return { trust, warnings: [], notices: [], provenance: undefined }
}

/** What prepared statements amount to, once they are attached. */
export function statedBy(prepared: PreparedStatements, { wanted }: Statements): Stated {
  const { attached, absent, warnings, provenance } = prepared
  const signature = attached.find(({ kind }) => kind === 'signature')?.state ?? 'absent'
  const texts = (isSignature: boolean) => {
    return absent
      .filter(({ kind }) => (kind === 'signature') === isSignature)
      .map(({ kind, why }) => `No ${kind === 'signature' ? 'signature' : 'provenance'}: ${why}`)
  }
  return {
    trust: {
      signature: wanted.includes('signature') ? signature : 'off',
      statements: attached,
      attestationUrl: undefined
    },
    warnings: [...warnings, ...texts(true)],
    notices: texts(false),
    provenance
  }
}

/** What something is attached for. */
type Purpose = 'signed' | 'copied'

/** A registry took the chart, and not what belongs to it; or the place for that is not free. */
export function cannotAttach(
  failure: Failure,
  reference: Reference,
  purpose: Purpose = 'signed'
): Failure {
  const isSaid = failure.kind === 'signing' || isInterruption(failure)
  if (isSaid || failure instanceof NoAnswer) return failure
  const cannot =
    purpose === 'signed'
      ? `${referenceText(reference)} cannot be signed:`
      : `${referenceText(reference)} cannot get what is attached to its source:`
  const why = failure.message
  if (failure.kind === 'conflict') {
    return new Failure('signing', { message: cannot, why, fix: failure.fix }, failure)
  }
  const message = `${cannot} ${reference.repository.host} does not accept manifests by digest, or attachments to them.`
  const fix = `No version was tagged. Check that the login may write there; a registry without support for referrers accepts this chart only ${WITHOUT[purpose]()}.`
  return new Failure('signing', { message, why, fix }, failure)
}

const WITHOUT: Readonly<Record<Purpose, () => string>> = {
  signed: () => `without ${input('sign')} and ${input('attest')}`,
  copied: () => 'as an archive (`helm pull`)'
}
