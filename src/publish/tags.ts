import { blobOf } from '../oci/blob.ts'
import type { RegistryClient } from '../oci/client.ts'
import type { Digest } from '../oci/digest.ts'
import { OCI_MANIFEST } from '../oci/media-types.ts'
import { type Reference, referenceText } from '../oci/reference.ts'
import { Failure } from '../shared/failure.ts'
import { isMovingTag } from './oci-names.ts'
import type { Settled, SettleOptions } from './settle.ts'

/**
 * Writes the manifest of a publication under more tags. Moving tags move; a tag that is a version obeys
 * `if-exists` like any version. Returns warnings.
 * @throws Failure conflict, when such a version exists with other content
 */
export async function moveTags(
  { manifest, digest }: Settled,
  tags: readonly string[],
  options: SettleOptions
): Promise<readonly string[]> {
  const warnings: string[] = []
  for (const tag of tags) {
    warnings.push(...(await moveTag(tag, { manifest, digest }, options)))
  }
  return warnings
}

async function moveTag(
  tag: string,
  { manifest, digest }: Pick<Settled, 'manifest' | 'digest'>,
  { client, reference, ifExists, dryRun, logger }: SettleOptions
): Promise<readonly string[]> {
  const place = { ...reference, tag }
  const before = await digestAt(client, place)
  if (before === digest) return []
  const isTaken = before !== undefined && !isMovingTag(tag)
  if (isTaken && ifExists === 'fail') throw exists(referenceText(place), before, digest)
  if (isTaken && ifExists === 'skip') return [`${referenceText(place)} was left at ${before}.`]
  logger.info(`${dryRun ? 'It would be tagged' : 'Tagged'} ${tag} as well.`)
  if (!dryRun) await client.putManifest(place, blobOf(OCI_MANIFEST, manifest))
  return isTaken ? [`${referenceText(place)} was moved from ${before}.`] : []
}

async function digestAt(client: RegistryClient, place: Reference): Promise<Digest | undefined> {
  const present = await client.getManifest(place)
  if (present.kind === 'refused') throw present.failure
  return present.kind === 'found' ? present.digest : undefined
}

function exists(place: string, found: string, digest: string): Failure {
  const message = `The extra tag ${place} exists with other content: ${found} is there, ${digest} was to be tagged.`
  return new Failure('conflict', {
    message,
    fix: 'Leave the tag out of `tags`, or say by `if-exists` what is to become of it.'
  })
}
