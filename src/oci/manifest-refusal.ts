import type { HttpResponse } from '../http/message.ts'
import { Failure, problemOf } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { isObject, parseJson } from '../shared/json.ts'
import { isMisdirected } from './errors/registry-answer.ts'
import { codesIn } from './errors/registry-error.ts'
import type { ManifestPlace } from './fetched-manifest.ts'
import type { RequestContext } from './request-context.ts'
import { type Blob, isDigest } from './spec/blob.ts'
import { manifestText } from './spec/reference.ts'

/** A manifest that is not taken as it is, with a code or without. */
const CONTENT_STATUSES = [400, 404, 415, 422]
const CONTENT_CODES = ['MANIFEST_INVALID', 'MANIFEST_UNKNOWN', 'UNSUPPORTED']
/** No such method; nginx and others have 501 for it as well. */
const METHOD_STATUSES = [405, 501]

/**
 * The failure of a manifest that was not taken. Under a digest it says what was refused: that way of writing, which
 * charts without signatures do not need, or a manifest that names a subject.
 */
export function manifestRefusal(
  context: RequestContext,
  { repository, tagOrDigest }: ManifestPlace,
  { response, manifest }: { readonly response: HttpResponse; readonly manifest: Blob }
): Failure {
  const text = manifestText(repository, tagOrDigest)
  if (!isDigest(tagOrDigest)) return context.responseError(response, `to write ${text}`)
  const otherwise = `or leave out ${input('sign')} and ${input('attest')}.`
  if (isWayRefused(response)) {
    const fix = `Use a registry that accepts manifests by digest (distribution-spec v1.1, "Pushing Manifests"), ${otherwise}`
    return withFix(context.responseError(response, `to write ${text} by its digest`), fix)
  }
  if (!namesSubject(manifest) || !isContentRefused(response)) {
    return context.responseError(response, `to write ${text} by its digest`)
  }
  const fix = `Use a registry, or a newer version of it, that accepts manifests with a subject (OCI 1.1), ${otherwise}`
  return withFix(context.responseError(response, `to write ${text}, which names a subject`), fix)
}

/** `TAG_INVALID` takes the digest for a tag. */
function isWayRefused(response: HttpResponse): boolean {
  const { status, body } = response
  if (METHOD_STATUSES.includes(status) || isMisdirected(response)) return true
  return codesIn(body).includes('TAG_INVALID')
}

function isContentRefused({ status, body }: HttpResponse): boolean {
  const codes = codesIn(body)
  const isAboutContent = codes.length === 0 || codes.some((code) => CONTENT_CODES.includes(code))
  return CONTENT_STATUSES.includes(status) && isAboutContent
}

function namesSubject({ bytes }: Blob): boolean {
  const manifest = parseJson(bytes)
  return isObject(manifest) && manifest['subject'] !== undefined
}

function withFix(failure: Failure, fix: string): Failure {
  return new Failure(failure.kind, { ...problemOf(failure), fix }, failure.cause)
}
