import { type HttpResponse, headerOf } from '../http/message.ts'
import { type Attempt, attempt, resultOf } from '../shared/attempt.ts'
import { Failure } from '../shared/failure.ts'
import { isObject, parseJson } from '../shared/json.ts'
import { isMisdirected } from './errors/registry-answer.ts'
import { writeManifest } from './manifest-push.ts'
import { readPages } from './pages.ts'
import type { RequestContext } from './request-context.ts'
import { type Blob, type Digest, digestOf, isDigest } from './spec/blob.ts'
import { mediaTypeOf, OCI_INDEX } from './spec/media-types.ts'
import { type Repository, repositoryText } from './spec/reference.ts'
import { type JsonObject, readTagSchema } from './tag-schema.ts'
import { readForUpdate, updateTagSchema } from './tag-schema-update.ts'

/** A manifest that is attached to another, as an index of referrers describes it. */
export interface Referrer {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly artifactType: string
  /** Those of the manifest, where the list repeats them. */
  readonly annotations?: JsonObject
}

/** What is attached to a manifest, and what keeps the list: the API, or the tag that stands in for it. */
export interface ReferrerList {
  readonly referrers: readonly Referrer[]
  readonly keptBy: 'api' | 'tag'
}

/**
 * What is attached to a manifest (distribution-spec v1.1, "Listing Referrers"): by the API where there is one, and by the tag
 * that stands in for it ("Referrers Tag Schema"), which copies from other registries may have left there as well.
 * @throws Failure
 */
export async function listReferrers(
  context: RequestContext,
  repository: Repository,
  subject: Digest
): Promise<ReferrerList> {
  const asking = askApi(context, repository, subject)
  const reading = attempt(() => taggedEntries(context, repository, subject))
  const [listed, tagged] = [await asking, await reading]
  if (Array.isArray(listed)) {
    return { referrers: distinct([...listed, ...knownIn(tagged)]), keptBy: 'api' }
  }
  const entries = resultOf(tagged)
  // One page of a proxy must not hide what is attached; GHCR always has a page where it has no API.
  const isOpen = listed === 'misdirected' && entries.length === 0
  const again = isOpen ? await askApi(context, repository, subject) : undefined
  if (Array.isArray(again)) return { referrers: distinct(again), keptBy: 'api' }
  return { referrers: distinct(entries), keptBy: 'tag' }
}

async function taggedEntries(
  ...place: Parameters<typeof readTagSchema>
): Promise<readonly JsonObject[]> {
  const { entries } = await readTagSchema(...place)
  return entries.flatMap(({ content }) => (content ? [content] : []))
}

/** Beside the API, the tag is no more than a help. */
function knownIn(tagged: Attempt<readonly JsonObject[]>): readonly JsonObject[] {
  return 'value' in tagged ? tagged.value : []
}

function distinct(entries: readonly JsonObject[]): readonly Referrer[] {
  return [...new Map(entries.map(referrerOf).map((one) => [one.digest, one])).values()]
}

/** Verifiers read 50 referrers; a page of ECR has 50, of others 100 and more. What a page may hold is 4 MiB. */
const MOST_PAGES = 10

/** Manifests that name one subject, and what keeps the list of those: `listReferrers` tells. */
export interface Attaching extends Pick<ReferrerList, 'keptBy'> {
  readonly manifests: readonly Blob[]
}

/**
 * Writes manifests that name a subject, by their digests; where the registry has no referrers API, the index of the tag
 * schema is read meanwhile, and then brought up to date, once for all of them. May be done again, as after a cleanup.
 * @throws Failure, when nothing is under way any more
 */
export async function attachManifests(
  context: RequestContext,
  repository: Repository,
  { manifests, keptBy }: Attaching
): Promise<void> {
  const described = manifests.map(describe)
  const [first] = described
  const added = described.map(({ entry }) => entry)
  const update = keptBy === 'tag' && first ? { subject: first.subject, added } : undefined
  const read = update && readForUpdate(context, repository, update)
  const store = (manifest: Blob) => {
    return storeManifest(context, { repository, tagOrDigest: manifest.digest }, { manifest })
  }
  if (keptBy === 'api') return inTurn(manifests, store)
  const stored = manifests.map(store)
  await Promise.allSettled([...stored, read])
  await Promise.all(stored)
  const index = await read
  if (update && index) await updateTagSchema(context, repository, { update, index })
}

/** Of two at once with the same subject, olareg 0.2.2 lists only one (measured). */
async function inTurn(
  manifests: readonly Blob[],
  store: (manifest: Blob) => Promise<void>
): Promise<void> {
  for (const manifest of manifests) await store(manifest)
}

/** As `writeManifest`, where nothing can be done about what the registry lacks. */
async function storeManifest(...write: Parameters<typeof writeManifest>): Promise<void> {
  const put = await writeManifest(...write)
  if (put.kind === 'missing-blobs') throw put.failure
}

/**
 * `unsupported` when the registry has no such API: 404, 405 (olareg, switched off), 303 to github.com (GHCR,
 * artifacthub#4785), and answers that are not an index; `misdirected` when something else than the registry says so.
 */
async function askApi(
  context: RequestContext,
  repository: Repository,
  subject: Digest
): Promise<readonly JsonObject[] | 'unsupported' | 'misdirected'> {
  const url = context.url(repository, `referrers/${subject}`)
  let none: 'unsupported' | 'misdirected' = 'unsupported'
  const entries = await readPages(context, repository, {
    request: { method: 'GET', url, headers: { accept: OCI_INDEX }, finalStatuses: [404, 405] },
    mostPages: MOST_PAGES,
    what: `to list what is attached in ${repositoryText(repository)}`,
    isNone: (page) => {
      if (isMisdirected(page)) none = 'misdirected'
      return isUnsupported(page)
    },
    read: (page) => {
      const listed = entriesOf(page.body)
      if (listed === undefined) throw senseless(context.host)
      return listed
    }
  })
  return entries ?? none
}

function isUnsupported(response: HttpResponse): boolean {
  const { status } = response
  if (status === 200) return mediaTypeOf(headerOf(response, 'content-type')) !== OCI_INDEX
  return status === 404 || status === 405 || (status >= 300 && status < 400)
}

/** What an index lists, also where it says `null` for nothing, as Go does; undefined for what is no index. */
function entriesOf(index: Buffer): readonly JsonObject[] | undefined {
  const parsed = parseJson(index)
  if (!isObject(parsed)) return undefined
  const manifests = parsed['manifests'] ?? []
  return Array.isArray(manifests) ? manifests.filter(isObject) : undefined
}

/** What cannot be read is not empty: what is attached would be lost sight of, and ours not be found again. */
function senseless(host: string): Failure {
  const message = `${host} returned an unreadable list of attached signatures and attestations.`
  return new Failure('registry', {
    message,
    fix: 'Check the registry, and the proxies in front of it.'
  })
}

function referrerOf(entry: JsonObject): Referrer {
  const text = (key: string) => (typeof entry[key] === 'string' ? entry[key] : '')
  const size = typeof entry['size'] === 'number' ? entry['size'] : 0
  const [mediaType, digest, artifactType] = ['mediaType', 'digest', 'artifactType'].map(text)
  return {
    mediaType: mediaType ?? '',
    digest: digest ?? '',
    size,
    artifactType: artifactType ?? '',
    ...(isObject(entry['annotations']) && { annotations: entry['annotations'] })
  }
}

/** How an index of referrers describes a manifest: its own artifactType, else the type of its config. */
function describe({ mediaType, bytes, size }: Blob): {
  readonly subject: Digest
  readonly entry: JsonObject
} {
  const parsed = parseJson(bytes)
  const manifest = isObject(parsed) ? parsed : {}
  const subject = isObject(manifest['subject']) ? manifest['subject']['digest'] : undefined
  if (typeof subject !== 'string' || !isDigest(subject)) {
    throw new Error('a manifest without a subject is attached to nothing')
  }
  const config = isObject(manifest['config']) ? manifest['config']['mediaType'] : undefined
  const artifactType = manifest['artifactType'] || config
  const annotations = manifest['annotations']
  const entry = { mediaType, digest: digestOf(bytes), size, artifactType, annotations }
  return { subject, entry }
}
