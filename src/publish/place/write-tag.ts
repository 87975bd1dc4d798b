import type { FoundManifest } from '../../oci/found-manifest.ts'
import { blobOf } from '../../oci/spec/blob.ts'
import { OCI_MANIFEST } from '../../oci/spec/media-types.ts'
import { referenceText } from '../../oci/spec/reference.ts'
import { overtaken, READ_BACK_PAUSES_MS, readTag } from './read-back.ts'
import { moves } from './tag-rules.ts'
import { readTagState, type TagState, tagStateOf } from './tag-state.ts'
import {
  moveOf,
  NOTHING,
  placeOf,
  type Tagging,
  type TagReport,
  type TagWriting
} from './tagging.ts'

/** `seen` is what another run has written meanwhile, and what has to be judged anew. */
export type WrittenTag = { readonly report: TagReport } | { readonly seen: TagState }

/**
 * Writes a manifest under an extra tag and reads it back. A version that was absent is written only while it is
 * absent.
 * @throws Failure conflict, when another run has written the same version since; verification, when the tag shows nothing
 */
export async function writeTag(state: TagState, tagging: TagWriting): Promise<WrittenTag> {
  const { tagged, options, manifest } = tagging
  const { client, dryRun, logger } = options
  const { tag } = state
  if (dryRun) {
    logger.info(`It would be tagged ${tag} as well.`)
    return { report: NOTHING }
  }
  const place = placeOf(state, options)
  const isVersion = !moves(moveOf(state, tagging))
  const isAbsent = async () => (await readTagState(tag, options)).kind === 'absent'
  const guard = isVersion && state.kind === 'absent' ? isAbsent : undefined
  const put = await client.putManifest(place, blobOf(OCI_MANIFEST, manifest), guard)
  if (put.kind === 'missing-blobs') throw put.failure
  if (put.kind === 'unwanted') return { seen: await readTagState(tag, options) }
  const readBack = { ...options, reference: place, pausesMs: READ_BACK_PAUSES_MS }
  const shown = await readTag(tagged.digest, readBack)
  if (shown.kind === 'other') {
    if (isVersion) throw overtaken(place, tagged.digest, shown.manifest)
    return seenInstead(shown.manifest, state, tagging)
  }
  logger.info(`Tagged ${tag} as well.`)
  const moved = isVersion && state.kind === 'chart' ? [movedText(state, tagging)] : []
  return { report: { ...NOTHING, warnings: [...moved, ...shown.warnings] } }
}

/** With `overwrite` the last run wins: two runs would go on writing over each other otherwise. */
async function seenInstead(
  manifest: FoundManifest,
  state: TagState,
  { options }: Tagging
): Promise<WrittenTag> {
  const { tag } = state
  if (options.ifExists !== 'overwrite') return { seen: await tagStateOf(tag, manifest, options) }
  const place = referenceText(placeOf(state, options))
  const notice = `${place} was written, but another run has moved it to ${manifest.digest} since.`
  return { report: { ...NOTHING, notices: [notice] } }
}

function movedText(state: Extract<TagState, { kind: 'chart' }>, { options }: Tagging): string {
  return `${referenceText(placeOf(state, options))} was moved from ${state.manifest.digest}.`
}
