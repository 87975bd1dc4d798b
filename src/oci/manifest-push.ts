import { type HttpRequest, type HttpResponse, headerOf } from '../http/message.ts'
import { mayBeDone } from '../http/retry.ts'
import { Failure } from '../shared/failure.ts'
import { contradicts, keptOther, otherHeader, wrongHeader } from './blob-presence.ts'
import { codesIn, parseErrors } from './errors/registry-error.ts'
import { type ManifestPlace, readManifest } from './fetched-manifest.ts'
import { manifestRefusal } from './manifest-refusal.ts'
import type { RequestContext } from './request-context.ts'
import { type Blob, isDigest } from './spec/blob.ts'
import { manifestText } from './spec/reference.ts'

/**
 * What came of writing a manifest; `missing-blobs` when the registry says that it lacks some it names, `skipped` when
 * it was not written.
 */
export type ManifestPut =
  | { readonly kind: 'stored' }
  | { readonly kind: 'missing-blobs'; readonly failure: Failure }
  | { readonly kind: 'skipped' }

/** Asked right before each attempt at writing; `false` leaves the place as it is. */
export type Precondition = () => Promise<boolean>

interface ManifestWrite {
  readonly manifest: Blob
  readonly ifMatch?: string | undefined
  readonly shouldWrite?: Precondition | undefined
}

/** zot has a word of its own. */
const MISSING_BLOB_CODES = ['MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN']
const FROZEN_WORDS = /ImageTagAlreadyExists|\bimmutab/i

/**
 * Writes a manifest (distribution-spec v1.1, "Pushing manifests"). Where the answer is lost or says that the
 * tag is frozen, the tag is looked at: our digest there is success. What is written under its digest may be written
 * twice, and is not read back: Quay shows it only when it has a tag (helm#31348), Harbor when it is signed (harbor#22908).
 * @throws Failure
 */
export async function writeManifest(
  context: RequestContext,
  place: ManifestPlace,
  { manifest, ifMatch, shouldWrite }: ManifestWrite
): Promise<ManifestPut> {
  const request: HttpRequest = {
    method: 'PUT',
    url: context.url(place.repository, `manifests/${place.tagOrDigest}`),
    headers: { 'content-type': manifest.mediaType, ...(ifMatch && { 'if-match': ifMatch }) },
    body: manifest.bytes
  }
  let end: ManifestPut = { kind: 'stored' }
  const response = await context.retrier.repeat(request, async (before, attempt) => {
    if (before && mayBeDone(before) && (await isTaggedSo(context, place, manifest)))
      return undefined
    if (!shouldWrite || (await shouldWrite())) {
      await context.leaveTurn(attempt)
      return context.sendOnce(place.repository, request)
    }
    end = { kind: 'skipped' }
    return undefined
  })
  if (response === undefined) return end
  if (isStored(response)) {
    await settleDigest(context, place, { response, manifest })
    return { kind: 'stored' }
  }
  const failure = manifestRefusal(context, place, { response, manifest })
  const codes = codesIn(response.body)
  if (codes.some((code) => MISSING_BLOB_CODES.includes(code))) {
    return { kind: 'missing-blobs', failure }
  }
  if (!mayMeanFrozen(response)) throw failure
  await settleFrozen(context, place, { manifest, failure })
  return { kind: 'stored' }
}

async function isTaggedSo(
  context: RequestContext,
  place: ManifestPlace,
  { digest }: Blob
): Promise<boolean> {
  return !isDigest(place.tagOrDigest) && (await digestAt(context, place)) === digest
}

/**
 * Whether a refusal may say that the tag is there and frozen: ECR 400 TAG_INVALID (in its API
 * ImageTagAlreadyExistsException), Quay 409, Harbor 412, Docker Hub 403, Artifactory 400 MANIFEST_INVALID around an
 * HTTP 403 (kaniko#1095), others in words. Several of them say other things too; only a look at the tag tells.
 */
function mayMeanFrozen({ status, body }: HttpResponse): boolean {
  if (status === 403 || status === 409 || status === 412) return true
  return parseErrors(body).some(({ code, message, detail }) => {
    if (code.startsWith('TAG_') || FROZEN_WORDS.test(`${code} ${message}`)) return true
    return code === 'MANIFEST_INVALID' && /\b403\b/.test(`${message} ${detail}`)
  })
}

async function settleFrozen(
  context: RequestContext,
  place: ManifestPlace,
  { manifest, failure }: { readonly manifest: Blob; readonly failure: Failure }
): Promise<void> {
  const there = await digestAt(context, place)
  if (there === manifest.digest) return
  if (there === undefined) throw failure
  const text = manifestText(place.repository, place.tagOrDigest)
  const message = `${text} already exists with different content, ${there}, and cannot be changed to ${manifest.digest}:`
  throw new Failure('conflict', {
    message,
    why: failure.message,
    fix: 'Publish under a new version, or allow changes of this tag in the registry.'
  })
}

/** 201 by the spec; go-containerregistry takes 200 and 202 as well. The read-back tells in any case. */
function isStored({ status }: HttpResponse): boolean {
  return status === 201 || status === 200 || status === 202 || status === 204
}

/**
 * A header that contradicts what was sent is looked into, except for what was written under its digest, which may not be
 * shown yet: whoever reads it by that digest notices other bytes, our own reader after the tag too.
 */
async function settleDigest(
  context: RequestContext,
  place: ManifestPlace,
  { response, manifest }: { readonly response: HttpResponse; readonly manifest: Blob }
): Promise<void> {
  const claimed = headerOf(response, 'docker-content-digest')
  if (!contradicts(claimed, manifest)) return
  if (isDigest(place.tagOrDigest)) {
    const header = otherHeader(context.host, claimed, manifest)
    context.logger.warning(`${header}; it is read back to verify its content.`)
    return
  }
  const there = await digestAt(context, place)
  // A registry that lags behind shows it later, to the read-back.
  if (there === undefined) return
  if (there !== manifest.digest) throw keptOther(context.host, claimed, manifest)
  context.logger.warning(wrongHeader(context.host, claimed, manifest))
}

/** What the place shows; undefined when it shows nothing or cannot be looked at, where other answers decide. */
async function digestAt(
  context: RequestContext,
  place: ManifestPlace
): Promise<string | undefined> {
  try {
    const answer = await readManifest(context, place, 'any')
    return answer.kind === 'found' ? answer.digest : undefined
  } catch (error) {
    context.signal.throwIfAborted()
    if (error instanceof Failure) return undefined
    throw error
  }
}
