import { mapConcurrent } from '../shared/concurrency.ts'
import { Failure, problemOf } from '../shared/failure.ts'
import { readManifest } from './fetched-manifest.ts'
import { writeManifest } from './manifest-push.ts'
import type { RequestContext } from './request-context.ts'
import { type Digest, isDigest } from './spec/blob.ts'
import { ACCEPT_ALL_MANIFESTS } from './spec/media-types.ts'
import { manifestText, type Repository, repositoryText } from './spec/reference.ts'
import { indexWith, type JsonObject, readTagSchema, type TagSchema, tagFor } from './tag-schema.ts'

/** What is to be listed, and for which manifest. */
export interface IndexUpdate {
  readonly subject: Digest
  readonly added: readonly JsonObject[]
}

/** Where an index is written by several runs at once, as often as that. */
const MOST_UPDATES = 3
/** Half of the connections that a run has at the most (host-transports.ts); other charts want some, too. */
const READS = 4

/**
 * Reads the index that is to be written again. One that names what the registry has no more (a cleanup removed it) is
 * refused by distribution, for ever: such entries are left out, and named in the log.
 * @throws Failure
 */
export async function readForUpdate(
  context: RequestContext,
  repository: Repository,
  update: IndexUpdate
): Promise<TagSchema> {
  const index = await readTagSchema(context, repository, update.subject)
  return withoutGone(context, repository, { update, index })
}

/**
 * Lists what is not listed yet, in one index for all of it, made of the one that was read.
 * @throws Failure conflict, when the tag is frozen, or others write it all the time
 */
export async function updateTagSchema(
  context: RequestContext,
  repository: Repository,
  { update, index: first }: { readonly update: IndexUpdate; readonly index: TagSchema }
): Promise<void> {
  let index = first
  for (let attempt = 1; attempt <= MOST_UPDATES; attempt++) {
    const conflict = await write(context, repository, { update, index })
    if (!conflict) return
    const now = await readTagSchema(context, repository, update.subject)
    const isUnchanged = now.digest === index.digest && now.etag === index.etag
    if (isUnchanged) throw frozen(repository, { subject: update.subject, now, conflict })
    index = await withoutGone(context, repository, { update, index: now })
  }
  const tag = manifestText(repository, tagFor(update.subject))
  const message = `Other runs changed ${tag} ${MOST_UPDATES} times while this run tried to write it.`
  throw new Failure('conflict', { message, fix: 'Run it again.' })
}

function missingIn({ entries }: TagSchema, { added }: IndexUpdate): readonly JsonObject[] {
  const listed = new Set(entries.map(({ content }) => content?.['digest']))
  return added.filter(({ digest }) => !listed.has(digest))
}

/** What is written in this moment is not looked at: it may not be shown before it has a tag. */
async function withoutGone(
  context: RequestContext,
  repository: Repository,
  { update, index }: { readonly update: IndexUpdate; readonly index: TagSchema }
): Promise<TagSchema> {
  if (missingIn(index, update).length === 0) return index
  const ours = new Set(update.added.map(({ digest }) => digest))
  const options = { concurrency: READS, logger: context.logger }
  const checked = await mapConcurrent(index.entries, options, async (entry) => {
    const digest = entry.content?.['digest']
    const isOthers = typeof digest === 'string' && isDigest(digest) && !ours.has(digest)
    return { entry, gone: isOthers && (await isGone(context, repository, digest)) ? digest : '' }
  })
  const gone = checked.map((each) => each.gone).filter(Boolean)
  if (gone.length === 0) return index
  const place = manifestText(repository, tagFor(update.subject))
  context.logger.warning(
    `Removed entries from ${place} that the registry no longer has: ${gone.join(', ')}. A cleanup may have deleted them.`
  )
  return { ...index, entries: checked.filter((each) => each.gone === '').map(({ entry }) => entry) }
}

/** Whether a registry says so; who wrote a 404 to a HEAD cannot be seen, and any other trouble leaves it open. */
async function isGone(
  context: RequestContext,
  repository: Repository,
  tagOrDigest: Digest
): Promise<boolean> {
  const url = context.url(repository, `manifests/${tagOrDigest}`)
  const headers = { accept: ACCEPT_ALL_MANIFESTS }
  try {
    const { status } = await context.send(repository, { method: 'HEAD', url, headers })
    if (status !== 404) return false
    const found = await readManifest(context, { repository, tagOrDigest }, 'said')
    return found.kind === 'absent'
  } catch (error) {
    context.signal.throwIfAborted()
    if (error instanceof Failure) return false
    throw error
  }
}

/** The conflict that writing the index met, undefined when all is listed. @throws Failure of any other kind */
async function write(
  context: RequestContext,
  repository: Repository,
  { update, index }: { readonly update: IndexUpdate; readonly index: TagSchema }
): Promise<Failure | undefined> {
  const missing = missingIn(index, update)
  if (missing.length === 0) return undefined
  const place = { repository, tagOrDigest: tagFor(update.subject) }
  const manifest = indexWith(index, missing)
  try {
    const put = await writeManifest(context, place, { manifest, ifMatch: index.etag })
    if (put.kind === 'missing-blobs') throw put.failure
    return undefined
  } catch (error) {
    if (error instanceof Failure && error.kind === 'conflict') return error
    throw error
  }
}

/** Where nothing stands under the tag, it is not that which keeps it from being written. */
function frozen(
  repository: Repository,
  {
    subject,
    now,
    conflict
  }: { readonly subject: Digest; readonly now: TagSchema; readonly conflict: Failure }
): Failure {
  if (now.digest === undefined) return conflict
  const message = `The attachments of ${subject} cannot be listed in ${repositoryText(repository)}, because the tag ${tagFor(subject)} is immutable:`
  const ecr =
    "`aws ecr put-image-tag-mutability --repository-name NAME --image-tag-mutability IMMUTABLE_WITH_EXCLUSION --image-tag-mutability-exclusion-filters 'filterType=WILDCARD,filter=sha256-*' 'filterType=WILDCARD,filter=artifacthub.io'`"
  const fix = `Exclude \`sha256-*\` (and \`artifacthub.io\`) from the rule for immutable tags: in ECR by ${ecr}, in Harbor by a rule in Policy > Tag Immutability with "tags excluding" \`{sha256-*,artifacthub.io}\`.`
  return new Failure('conflict', { message, why: problemOf(conflict).why ?? conflict.message, fix })
}
