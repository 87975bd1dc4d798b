import type { ChartArtifact } from '../../artifact/artifact.ts'
import { isDerived } from '../../artifact/derived.ts'
import type { Digest } from '../../oci/spec/blob.ts'
import type { StatementKind } from '../model/statements.ts'
import type { StatingOptions } from './push-plan.ts'

/** An artifact that something is to be stated about. */
interface Doubtful {
  readonly digest: Digest
  /** All of it; undefined where a part of it cannot be fetched. */
  readonly whole: () => Promise<ChartArtifact | undefined>
}

/**
 * Why a statement about an artifact would not be true: provenance is for what this run made byte for byte; a signature also for
 * a manifest that says nothing but what follows from its archive.
 */
export function whyNotTrue(
  { digest, whole }: Doubtful,
  { produced, annotations, requireGenuine }: StatingOptions
): (kind: StatementKind) => Promise<string | undefined> {
  const isOurs = produced === digest
  return async (kind) => {
    if (isOurs) return undefined
    if (kind === 'attestation') return `this run did not create ${digest} byte for byte.`
    const artifact = await whole()
    if (artifact && isDerived(artifact, { annotations, requireGenuine })) return undefined
    return `${digest} has more in its manifest than what follows from its archive.`
  }
}
