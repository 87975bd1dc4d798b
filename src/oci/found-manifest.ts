import type { Failure } from '../shared/failure.ts'
import { type Digest, digestOf } from './spec/digest.ts'
import { type HttpResponse, headerOf } from './transport/http.ts'

/** What a registry gave for a tag: the bytes and their own digest, and beside it what its headers say. */
export interface FoundManifest {
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
  | FoundManifest
  | { readonly kind: 'absent'; readonly failure: Failure }
  | { readonly kind: 'refused'; readonly failure: Failure }

/** What a 200 to a GET of a manifest gave. */
export function foundManifest(response: HttpResponse): FoundManifest {
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
