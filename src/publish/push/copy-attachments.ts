import {
  type AttachedArtifact,
  allAttached,
  type ChartAttachments,
  NO_ATTACHMENTS,
  sizeOfAttached,
  type TaggedArtifact
} from '../../artifact/chart-attachments.ts'
import { type Attachments, pushArtifact } from '../../oci/push.ts'
import { type ParsedManifest, parseManifest } from '../../oci/spec/manifest.ts'
import { type Reference, referenceText } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'
import type { Logger } from '../../shared/logger.ts'
import type { PushOptions } from './push-plan.ts'

/** What is attached, as it is called where a registry does not list it. */
export const COPIED = 'what is attached to its source,'

/** What is copied together with a chart; nothing of what is no copy. */
export function attachmentsOf({ copied }: Pick<PushOptions, 'copied'>): ChartAttachments {
  return copied?.attachments ?? NO_ATTACHMENTS
}

export function copiesAttached(options: Pick<PushOptions, 'copied'>): boolean {
  return allAttached(attachmentsOf(options)).length > 0
}

/** Says of each attached artifact what it is. */
export function listAttached(
  what: string,
  attached: readonly AttachedArtifact[],
  logger: Logger
): void {
  for (const one of attached) {
    const place = 'tag' in one ? ` (tag ${one.tag})` : ''
    logger.info(
      `${what} ${one.type}, ${one.manifest.digest}${place}, ${sizeOfAttached(one)} bytes.`
    )
  }
}

/** With what is copied among what is to be attached; `own` is what this run makes itself. */
export async function withCopied(
  own: Attachments | undefined,
  { referrers }: Pick<ChartAttachments, 'referrers'>,
  keptBy: () => Promise<Attachments['keptBy']>
): Promise<Attachments> {
  const { blobs = [], manifests = [] } = own ?? {}
  return {
    keptBy: own?.keptBy ?? (await keptBy()),
    blobs: [...referrers.flatMap(({ config, layers }) => [config, ...layers]), ...blobs],
    manifests: [...referrers.map(({ manifest }) => manifest), ...manifests]
  }
}

/**
 * Writes cosign's tags that a repository does not have.
 * @throws Failure conflict, when one of them has other signatures than those that are copied
 */
export async function writeTagged(
  tagged: readonly TaggedArtifact[],
  options: Pick<PushOptions, 'client' | 'reference'>
): Promise<void> {
  const { client, reference } = options
  for (const one of await missingTags(tagged, options)) {
    await pushArtifact(one, { client, reference: { ...reference, tag: one.tag } })
  }
}

/** Those of cosign's tags that a repository does not have. @throws Failure, as `writeTagged` */
export async function missingTags(
  tagged: readonly TaggedArtifact[],
  { client, reference }: Pick<PushOptions, 'client' | 'reference'>
): Promise<readonly TaggedArtifact[]> {
  const missing: TaggedArtifact[] = []
  for (const one of tagged) {
    const place = { ...reference, tag: one.tag }
    const there = await client.getManifest(place)
    if (there.kind === 'refused') throw there.failure
    if (there.kind === 'absent') missing.push(one)
    else if (!hasAllOf(there.bytes, one)) throw otherSignatures(place)
  }
  return missing
}

/** cosign adds a layer for each signature: whoever signs a copy again has more of them. */
function hasAllOf(there: Buffer, { layers }: TaggedArtifact): boolean {
  const digests = new Set(layersOf(there).map(({ digest }) => digest))
  return layers.every(({ digest }) => digests.has(digest))
}

function layersOf(manifest: Buffer): ParsedManifest['layers'] {
  const reading = parseManifest(manifest)
  return 'manifest' in reading ? reading.manifest.layers : []
}

function otherSignatures(place: Reference): Failure {
  const message = `${referenceText(place)} exists, without the signatures that are to be copied there.`
  const fix = 'Remove that tag, or copy its signatures with `cosign copy`.'
  return new Failure('conflict', { message, fix })
}
