import { setTimeout as sleep } from 'node:timers/promises'
import type { Digest } from '../oci/digest.ts'
import { isManifest } from '../oci/manifest.ts'
import { repositoryText } from '../oci/reference.ts'
import { Failure } from '../shared/failure.ts'
import type { Destination } from './destination.ts'

/** GHCR and Quay may answer 404 for seconds after the PUT (helm/helm#31223, #31348): 7.75 s in all. */
export const READ_BACK_PAUSES_MS = [250, 500, 1000, 2000, 4000]

/**
 * Reads the tag back and compares its bytes with what was pushed; while it is absent, again after
 * each of the pauses. Returns a warning when a policy of the registry keeps us from reading.
 * @throws Failure conflict, when another run has written the tag since; verification otherwise
 */
export async function readBack(
  destination: Destination,
  pushed: Digest,
  pausesMs: readonly number[]
): Promise<readonly string[]> {
  const { client, repository, tag, signal } = destination
  const reference = `${repositoryText(repository)}:${tag}`
  for (const pause of [...pausesMs, undefined]) {
    const answer = await client.getManifest(repository, tag)
    if (answer.kind === 'refused')
      return [`${reference} was pushed, but not read back: ${answer.failure.message}`]
    if (answer.kind === 'found') {
      if (answer.digest === pushed) return []
      throw otherContent(reference, pushed, answer)
    }
    if (pause !== undefined) await sleep(pause, undefined, { signal })
  }
  const message = `${reference} was pushed, but the registry does not show it.`
  throw new Failure('verification', {
    message,
    fix: 'Run it again; if it stays so, look at the log of the registry.'
  })
}

function otherContent(
  reference: string,
  pushed: Digest,
  found: { readonly bytes: Buffer; readonly digest: Digest }
): Failure {
  if (isManifest(found.bytes)) {
    const message = `${reference} was pushed as ${pushed}, but another run has since made it ${found.digest}.`
    return new Failure('conflict', {
      message,
      fix: 'Let one run at a time publish a version (`concurrency` in the workflow).'
    })
  }
  const message = `${reference} was pushed as ${pushed}, but what the registry shows is no manifest (${found.digest}).`
  return new Failure('verification', {
    message,
    fix: 'Look at the registry and at proxies in between.'
  })
}
