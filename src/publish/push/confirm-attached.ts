import { type Attachments, attachTo } from '../../oci/push.ts'
import type { Digest } from '../../oci/spec/blob.ts'
import { type Reference, referenceText } from '../../oci/spec/reference.ts'
import { Failure, isInterruption } from '../../shared/failure.ts'
import type { PushClient } from './push-client.ts'

/** Lists lag behind as tags do; what is absent after 3.75 s is attached once more. */
const LIST_PAUSES_MS = [250, 500, 1000, 2000]

interface ConfirmOptions {
  readonly client: PushClient
  readonly reference: Reference
  readonly digest: Digest
  /** What is attached, as in `does not list its signature`; that unless given. */
  readonly what?: string
}

/**
 * Looks whether a registry lists what was attached: a sweep may have come between, and some registries say that they have seen
 * the subject, and list nothing. What is missing is attached once more. The failure, where it is missing then too.
 */
export async function confirmAttached(
  attachments: Attachments,
  { client, reference, digest, what = 'its signature' }: ConfirmOptions
): Promise<Failure | undefined> {
  const { repository } = reference
  if (attachments.manifests.length === 0) return undefined
  const place = { client, repository, digest }
  try {
    const missing = await missingManifests(attachments, place)
    if (missing.length === 0) return undefined
    await attachTo(place, { ...attachments, manifests: missing })
    const lost = await missingManifests({ manifests: missing }, place)
    return lost.length === 0 ? undefined : notListed(reference, `${what} ${lost[0]?.digest}`)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    if (isInterruption(error)) return error
    return notListed(reference, `${what} ${attachments.manifests[0]?.digest}`, error)
  }
}

async function missingManifests(
  { manifests }: Pick<Attachments, 'manifests'>,
  {
    client,
    repository,
    digest
  }: {
    readonly client: PushClient
    readonly repository: Reference['repository']
    readonly digest: Digest
  }
): Promise<Attachments['manifests']> {
  let missing = manifests
  for (const pause of [...LIST_PAUSES_MS, undefined]) {
    const { referrers } = await client.listReferrers(repository, digest)
    const listed = new Set(referrers.map((referrer) => referrer.digest))
    missing = missing.filter((manifest) => !listed.has(manifest.digest))
    if (missing.length === 0 || pause === undefined) return missing
    await client.wait(pause)
  }
  return missing
}

function notListed(reference: Reference, missing: string, cause?: Failure): Failure {
  const message = `${referenceText(reference)} was published, but the registry does not list ${missing}.`
  const fix =
    'Run it again: it attaches what is missing. If the error persists, check the cleanup rules of the registry.'
  return new Failure('signing', { message, why: cause?.message, fix }, cause)
}
