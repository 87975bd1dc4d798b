import { referenceText } from '../../oci/spec/reference.ts'
import { missingBlobs } from './blob-check.ts'
import type { PushOptions } from './push-chart.ts'
import { lostBlobs, READ_BACK_PAUSES_MS } from './read-back.ts'
import type { ComparedState } from './remote-state.ts'

type Existing = Extract<ComparedState, { kind: 'same' | 'equivalent' }>

/**
 * Pushes again what the registry has lost of a chart that exists, as far as this run has it, so that it can be pulled;
 * tag and digest stay. Returns warnings.
 * @throws Failure verification, when the registry does not have the blobs afterwards either
 */
export async function restoreBlobs(
  { lost, forgone }: Existing,
  { client, reference, signal, dryRun, logger }: PushOptions
): Promise<readonly string[]> {
  const { repository } = reference
  const place = referenceText(reference)
  const warnings = forgone.map(({ digest }) => {
    return `The registry has lost the provenance of ${place}, ${digest}: \`helm pull --verify\` fails.`
  })
  if (lost.length === 0) return warnings
  const digests = lost.map(({ digest }) => digest).join(', ')
  const done = dryRun ? 'would be' : 'was'
  const restored = `The registry had lost a part of ${place}, which ${done} pushed again: ${digests}.`
  if (dryRun) return [...warnings, restored]
  logger.info(`Pushing again what the registry has lost: ${digests}.`)
  await Promise.all(lost.map((blob) => client.pushBlob(repository, blob)))
  const check = { client, repository, signal, pausesMs: READ_BACK_PAUSES_MS }
  const missing = await missingBlobs(lost, check)
  if (missing.length > 0) throw lostBlobs(reference, missing)
  return [...warnings, restored]
}
