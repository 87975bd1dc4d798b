import { Failure } from '../shared/failure.ts'
import { isObject, parseJson } from '../shared/json.ts'
import { rawItems } from '../shared/raw-json.ts'
import { readManifest } from './fetched-manifest.ts'
import type { RequestContext } from './request-context.ts'
import { type Blob, blobOf, type Digest } from './spec/blob.ts'
import { mediaTypeOf, OCI_INDEX } from './spec/media-types.ts'
import { manifestText, type Repository } from './spec/reference.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** An entry of an index, and its bytes. */
export interface IndexEntry {
  /** Undefined where it is no object: nobody knows what that is, and it stays. */
  readonly content: JsonObject | undefined
  readonly raw: Buffer
}

/** What a registry without the referrers API has under the tag that stands in for it ("Referrers Tag Schema"). */
export interface TagSchema {
  readonly entries: readonly IndexEntry[]
  /** What the index has beside its entries. */
  readonly rest: JsonObject
  /** Of what stands under the tag; undefined when nothing does. */
  readonly digest: Digest | undefined
  readonly etag: string | undefined
}

/** What 4 MiB, the largest manifest (http/body.ts), hold of entries with no more than a digest; of anything else there may be millions. */
const MOST_ENTRIES = 50_000

/**
 * Reads the index. GitLab answers with the subject itself (oras-go#1396), and `cosign copy` puts that there: it counts as
 * an index without entries.
 * @throws Failure conflict, when something else stands there; registry, when it has more entries than an index can have
 */
export async function readTagSchema(
  context: RequestContext,
  repository: Repository,
  subject: Digest
): Promise<TagSchema> {
  const tag = tagFor(subject)
  const found = await readManifest(context, { repository, tagOrDigest: tag }, 'said')
  if (found.kind === 'refused') throw found.failure
  const none = { entries: [], rest: {}, etag: undefined }
  if (found.kind === 'absent') return { ...none, digest: undefined }
  if (found.digest === subject) return { ...none, digest: subject }
  const isIndex = mediaTypeOf(found.headers.contentType) === OCI_INDEX
  const parsed = isIndex ? parseJson(found.bytes) : undefined
  if (countIn(parsed) > MOST_ENTRIES) throw overfull(manifestText(repository, tag))
  const index = indexIn(parsed, found.bytes)
  if (index) return { ...index, digest: found.digest, etag: strongTag(found.headers.etag) }
  const message = `${manifestText(repository, tag)} is not an index, so the attachments of ${subject} are unknown.`
  throw new Failure('conflict', {
    message,
    fix: 'Remove that tag: its name is reserved for the list of referrers.'
  })
}

/** `sha256-` and the hexadecimal digits. */
export function tagFor(subject: Digest): string {
  return subject.replace(':', '-')
}

function countIn(parsed: unknown): number {
  const list = isObject(parsed) ? parsed['manifests'] : undefined
  return Array.isArray(list) ? list.length : 0
}

function overfull(place: string): Failure {
  const message = `${place} lists more than ${MOST_ENTRIES} entries: more than a manifest can hold.`
  const fix = 'Remove that tag: its name is reserved for the list of referrers.'
  return new Failure('registry', { message, fix })
}

/** Undefined for what is no JSON of an object; one without a list has no entries. */
function indexIn(parsed: unknown, bytes: Buffer): Pick<TagSchema, 'entries' | 'rest'> | undefined {
  if (!isObject(parsed)) return undefined
  const { manifests, ...rest } = parsed
  const items = Array.isArray(manifests) ? rawItems(bytes, 'manifests') : []
  const entries = items.map((raw) => {
    const content = parseJson(raw)
    return { raw, content: isObject(content) ? content : undefined }
  })
  return { entries, rest }
}

/** A weak tag never matches a precondition (RFC 9110, 13.1.1). */
function strongTag(etag: string | undefined): string | undefined {
  return etag?.startsWith('W/') ? undefined : etag
}

/** The index with more entries; those that were there keep their bytes. */
export function indexWith({ entries, rest }: TagSchema, added: readonly JsonObject[]): Blob {
  const head = JSON.stringify({ ...rest, schemaVersion: 2, mediaType: OCI_INDEX })
  const items = [
    ...entries.map(({ raw }) => raw),
    ...added.map((entry) => Buffer.from(JSON.stringify(entry)))
  ]
  const list = items.flatMap((item, index) => (index === 0 ? [item] : [Buffer.from(','), item]))
  const beginning = Buffer.from(`${head.slice(0, -1)},"manifests":[`)
  return blobOf(OCI_INDEX, Buffer.concat([beginning, ...list, Buffer.from(']}')]))
}
