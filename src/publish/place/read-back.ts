import { setTimeout as sleep } from 'node:timers/promises'
import type { RegistryClient } from '../../oci/client.ts'
import type { Digest } from '../../oci/spec/digest.ts'
import { isManifest } from '../../oci/spec/manifest.ts'
import { type Reference, referenceText } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'

/** GHCR and Quay may answer 404 for seconds after the PUT (helm/helm#31223, #31348): 7.75 s in all. */
export const READ_BACK_PAUSES_MS = [250, 500, 1000, 2000, 4000]

/** For whoever has lost a race: nobody but the user knows whose content is the right one. */
export const OVERTAKEN_FIX =
  'Let one run at a time publish (`concurrency` in the workflow); where what is there is not what is wanted, publish that under a new `version`.'

export interface ReadBackOptions {
  readonly client: RegistryClient
  readonly reference: Reference
  readonly signal: AbortSignal
  readonly pausesMs: readonly number[]
}

/**
 * Reads the tag back and compares its bytes with what was pushed; while it is absent, again after
 * each of the pauses. Returns a warning when a policy of the registry keeps us from reading.
 * @throws Failure conflict, when another run has written the tag since; verification otherwise
 */
export async function readBack(
  { client, reference, signal, pausesMs }: ReadBackOptions,
  pushed: Digest
): Promise<readonly string[]> {
  const place = referenceText(reference)
  for (const pause of [...pausesMs, undefined]) {
    const answer = await client.lookAgain(reference)
    if (answer.kind === 'refused')
      return [`${place} was pushed, but not read back: ${answer.failure.message}`]
    if (answer.kind === 'found') {
      if (answer.digest === pushed) return []
      throw otherContent(place, pushed, answer)
    }
    if (pause !== undefined) await sleep(pause, undefined, { signal })
  }
  const message = `${place} was pushed, but the registry does not show it.`
  throw new Failure('verification', {
    message,
    fix: 'Run it again; if it stays so, look at the log of the registry.'
  })
}

function otherContent(
  place: string,
  pushed: Digest,
  found: { readonly bytes: Buffer; readonly digest: Digest }
): Failure {
  if (isManifest(found.bytes)) {
    const message = `${place} was pushed as ${pushed}, but another run has since made it ${found.digest}, which is there now.`
    return new Failure('conflict', { message, fix: OVERTAKEN_FIX })
  }
  const message = `${place} was pushed as ${pushed}, but what the registry shows is no manifest (${found.digest}).`
  return new Failure('verification', {
    message,
    fix: 'Look at the registry and at proxies in between.'
  })
}
