import { type HttpResponse, headerOf } from '../http/message.ts'
import type { Failure } from '../shared/failure.ts'
import { refuseEncoded, saysAbsent } from './errors/registry-answer.ts'
import { codesIn } from './errors/registry-error.ts'
import type { RequestContext } from './request-context.ts'
import { type Digest, digestOf } from './spec/blob.ts'
import { ACCEPT_ALL_MANIFESTS } from './spec/media-types.ts'
import { manifestText, type Repository } from './spec/reference.ts'

/** What a registry gave for a tag: the bytes and their own digest, and beside it what its headers say. */
export interface FetchedManifest {
  readonly kind: 'found'
  readonly bytes: Buffer
  readonly digest: Digest
  readonly headers: {
    readonly contentType: string | undefined
    readonly contentLength: string | undefined
    readonly digest: string | undefined
    readonly etag?: string | undefined
  }
}

/** `refused` is a policy's no (403, 412) to a reader that may write: Harbor before a signature, for one. */
export type ManifestAnswer =
  | FetchedManifest
  | { readonly kind: 'absent'; readonly failure: Failure }
  | {
      readonly kind: 'refused'
      readonly failure: Failure
      /** Whether it is there, and a policy hides it: from readers who may read everything else. */
      readonly isHidden: boolean
    }

/** What a 200 to a GET of a manifest gave. */
function foundManifest(response: HttpResponse): FetchedManifest {
  return {
    kind: 'found',
    bytes: response.body,
    digest: digestOf(response.body),
    headers: {
      contentType: headerOf(response, 'content-type'),
      contentLength: headerOf(response, 'content-length'),
      digest: headerOf(response, 'docker-content-digest'),
      etag: headerOf(response, 'etag')
    }
  }
}

/** Harbor, of what is not signed or has vulnerabilities (goharbor/harbor, source/registry: PROJECTPOLICYVIOLATION). */
function isHidden({ status, body }: HttpResponse): boolean {
  return status === 412 || codesIn(body).includes('PROJECTPOLICYVIOLATION')
}

/** Where a manifest is: under a tag, or under its own digest. */
export interface ManifestPlace {
  readonly repository: Repository
  readonly tagOrDigest: string
}

/**
 * - `said`: a manifest or a blob is absent when a registry says so
 * - `any`: every 404 means that it is absent (for now), as after a push, when the registry may lag behind
 */
export type Absence = 'said' | 'any'

/** Reads a manifest (distribution-spec v1.1, "Pulling manifests"). @throws Failure */
export async function readManifest(
  context: RequestContext,
  { repository, tagOrDigest }: ManifestPlace,
  absence: Absence
): Promise<ManifestAnswer> {
  const response = await context.send(repository, {
    method: 'GET',
    url: context.url(repository, `manifests/${tagOrDigest}`),
    headers: { accept: ACCEPT_ALL_MANIFESTS },
    ...(absence === 'any' && { finalStatuses: [404] })
  })
  if (response.status === 200) {
    refuseEncoded(response, `the manifest of ${manifestText(repository, tagOrDigest)}`)
    return foundManifest(response)
  }
  const failure = context.responseError(
    response,
    `to show ${manifestText(repository, tagOrDigest)}`
  )
  if (saysAbsent(response) || (absence === 'any' && response.status === 404)) {
    return { kind: 'absent', failure }
  }
  if (response.status === 403 || response.status === 412) {
    return { kind: 'refused', failure, isHidden: isHidden(response) }
  }
  throw failure
}
