import type { FetchedManifest } from '../../oci/fetched-manifest.ts'
import { blobOf, type Digest } from '../../oci/spec/blob.ts'
import { OCI_MANIFEST } from '../../oci/spec/media-types.ts'
import { type Reference, referenceText } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'
import { shortDigest } from '../../shared/format.ts'
import { input } from '../../shared/input-name.ts'
import { READ_BACK_PAUSES_MS } from './blob-check.ts'
import { brokenChart, notAChart } from './conflicts.ts'
import type { PushOptions, PushResult } from './push-plan.ts'
import { overtaken, readTag } from './read-back.ts'
import { moves, reasonToStay } from './tag-rules.ts'
import {
  moveOf,
  NO_TAG_REPORT,
  readTagState,
  type Tagged,
  type Tagging,
  type TagReport,
  type TagState,
  type TagWriting,
  tagReference,
  tagStateOf
} from './tag-state.ts'

/** A tag that was checked longer ago is checked again before it is written. */
const FRESH_MS = 2000
/** Runs that move one tag at the same time agree at the second write; the third is for a run that is slower. */
const MOST_WRITES = 3

/**
 * Finds out, before anything is pushed, what the extra tags point at.
 * @throws Failure conflict, when one of them belongs to something else, or is a version with other content that stays
 */
export async function checkTags(
  tags: readonly string[],
  tagged: Tagged,
  options: PushOptions
): Promise<readonly TagState[]> {
  const states = await Promise.all(tags.map((tag) => readTagState(tag, options)))
  for (const state of states) refuse(state, { tagged, options, rest: 'Nothing was changed.' })
  return states
}

/**
 * Writes the manifest of a publication under more tags, as far as tag-rules.ts lets them move. A tag that is a version
 * obeys `if-exists` like any version.
 * @throws Failure conflict, when such a version exists with other content
 */
export async function moveTags(
  { pushed, version }: { readonly pushed: PushResult; readonly version: string },
  states: readonly TagState[],
  options: PushOptions
): Promise<TagReport> {
  const { content, manifest, status } = pushed
  const tagged = { digest: content.digest, version, isNew: status !== 'unchanged' }
  const rest = `${referenceText(options.reference)} is up to date.`
  const reports: TagReport[] = []
  for (const state of states) {
    const isFresh = performance.now() - state.checkedAt < FRESH_MS
    const current = isFresh ? state : await readTagState(state.tag, options)
    reports.push(await moveTag(current, { tagged, options, rest, manifest }))
  }
  return {
    warnings: reports.flatMap(({ warnings }) => warnings),
    notices: reports.flatMap(({ notices }) => notices)
  }
}

/** Writes one tag, and deals with what other runs write there meanwhile. */
async function moveTag(first: TagState, tagging: TagWriting): Promise<TagReport> {
  let [state, tagged] = [first, tagging.tagged]
  for (let write = 1; write <= MOST_WRITES; write++) {
    const done = whyNot(state, { ...tagging, tagged })
    if (done) return done
    const written = await writeTag(state, { ...tagging, tagged })
    if ('report' in written)
      return written.report
      // Whatever was written since is as new as this version is.
    ;[state, tagged] = [written.seen, { ...tagged, isNew: false }]
  }
  const place = referenceText(tagReference(first, tagging.options))
  const warning = `${place} was not written, because other runs write it at the same time.`
  return { ...NO_TAG_REPORT, warnings: [warning] }
}

/** What there is to report of a tag that is not to be written; undefined of any other. @throws Failure conflict */
function whyNot(state: TagState, tagging: Tagging): TagReport | undefined {
  if (hasOurs(state, tagging)) return NO_TAG_REPORT
  refuse(state, tagging)
  const { options } = tagging
  const place = referenceText(tagReference(state, options))
  const move = moveOf(state, tagging)
  const why = reasonToStay(move)
  if (why !== undefined) return { ...NO_TAG_REPORT, notices: [`${place} ${why}.`] }
  if (moves(move) || state.kind !== 'chart' || options.ifExists !== 'skip') return undefined
  return { ...NO_TAG_REPORT, warnings: [`${place} was left at ${state.manifest.digest}.`] }
}

function hasOurs(state: TagState, { tagged }: Tagging): boolean {
  return state.kind === 'chart' && state.manifest.digest === tagged.digest
}

/** @throws Failure conflict, for a tag that can neither be written nor be left as it is */
function refuse(state: TagState, tagging: Tagging): void {
  const { tagged, options, rest } = tagging
  const place = tagReference(state, options)
  if (state.kind === 'foreign') throw notAChart(place, state, { isExtra: true, rest })
  if (state.kind === 'absent' || hasOurs(state, tagging)) return
  const move = moveOf(state, tagging)
  if (moves(move) || options.ifExists === 'overwrite' || reasonToStay(move) !== undefined) return
  const { faults, manifest } = state
  if (faults.length > 0) throw brokenChart(place, { faults, isOurs: false }, rest)
  if (options.ifExists === 'fail') throw tagTaken(place, [manifest.digest, tagged.digest], rest)
}

function tagTaken(
  place: Reference,
  [there, wanted]: readonly [there: Digest, wanted: Digest],
  rest: string
): Failure {
  const message = `The extra tag ${referenceText(place)} already exists with different content: ${shortDigest(there)} exists, ${shortDigest(wanted)} should be tagged. ${rest}`
  const fix = `Leave the tag out of ${input('tags')}, or set ${input('if-exists')} to \`skip\` or \`overwrite\`.`
  return new Failure('conflict', { message, fix })
}

/** `seen` is what another run has written meanwhile, and what has to be judged anew. */
type WrittenTag = { readonly report: TagReport } | { readonly seen: TagState }

/**
 * Writes a manifest under an extra tag and reads it back. A version that was absent is written only while it is
 * absent.
 * @throws Failure conflict, when another run has written the same version since; verification, when the tag shows nothing
 */
async function writeTag(state: TagState, tagging: TagWriting): Promise<WrittenTag> {
  const { tagged, options, manifest } = tagging
  const { client, dryRun, signal, logger } = options
  const { tag } = state
  if (dryRun) {
    logger.info(`It would be tagged ${tag} as well.`)
    return { report: NO_TAG_REPORT }
  }
  const place = tagReference(state, options)
  const isVersion = !moves(moveOf(state, tagging))
  const isAbsent = async () => (await readTagState(tag, options)).kind === 'absent'
  const guard = isVersion && state.kind === 'absent' ? isAbsent : undefined
  const put = await client.putManifest(place, blobOf(OCI_MANIFEST, manifest), guard)
  if (put.kind === 'missing-blobs') throw put.failure
  if (put.kind === 'skipped') return { seen: await readTagState(tag, options) }
  const readBack = { client, reference: place, signal, pausesMs: READ_BACK_PAUSES_MS }
  const shown = await readTag(tagged.digest, readBack)
  if (shown.kind === 'other') {
    if (isVersion) throw overtaken(place, tagged.digest, shown.manifest)
    return seenInstead(shown.manifest, state, tagging)
  }
  logger.info(`Tagged ${tag} as well.`)
  const moved = isVersion && state.kind === 'chart' ? [movedText(state, tagging)] : []
  return { report: { ...NO_TAG_REPORT, warnings: [...moved, ...shown.warnings] } }
}

/** With `overwrite` the last run wins: two runs would go on writing over each other otherwise. */
async function seenInstead(
  manifest: FetchedManifest,
  state: TagState,
  { options }: Tagging
): Promise<WrittenTag> {
  const { tag } = state
  if (options.ifExists !== 'overwrite') return { seen: await tagStateOf(tag, manifest, options) }
  const place = referenceText(tagReference(state, options))
  const notice = `${place} was written, but then another run moved it to ${manifest.digest}.`
  return { report: { ...NO_TAG_REPORT, notices: [notice] } }
}

function movedText(state: Extract<TagState, { kind: 'chart' }>, { options }: Tagging): string {
  return `${referenceText(tagReference(state, options))} was moved from ${state.manifest.digest}.`
}
