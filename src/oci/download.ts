import { type HttpResponse, headerOf, MOST_REDIRECTS } from '../http/message.ts'
import { followRedirects } from '../http/redirects.ts'
import { Failure } from '../shared/failure.ts'
import { isMisdirected, refuseEncoded } from './errors/registry-answer.ts'
import { type Redact, statusText } from './errors/registry-error.ts'
import type { Absence } from './fetched-manifest.ts'
import { redirectUrl } from './location.ts'
import type { RequestContext } from './request-context.ts'
import { type Digest, digestOf } from './spec/blob.ts'
import { type Repository, repositoryText } from './spec/reference.ts'

/** A blob as a manifest describes it. */
export interface WantedBlob {
  readonly digest: Digest
  /** Size in bytes, which is also how much is read of it. */
  readonly size: number
}

/** What is to be read, and which answers say that it is absent: those of a registry, unless given. */
export interface BlobRequest extends WantedBlob {
  readonly absence?: Absence
}

/** `damaged` is a blob that is not what its digest and size say; `size` is then how long it is said to be. */
export type BlobAnswer =
  | { readonly kind: 'found'; readonly bytes: Buffer }
  | { readonly kind: 'absent' }
  | { readonly kind: 'wrong-size'; readonly size: number | undefined }
  | { readonly kind: 'wrong-digest'; readonly digest: Digest }

/**
 * Reads a blob (distribution-spec v1.1, "Pulling blobs"), one byte more than wanted at most. Storage on other
 * hosts, where redirects may lead, sees no credential.
 * @throws Failure
 */
export async function downloadBlob(
  context: RequestContext,
  repository: Repository,
  { absence = 'said', ...wanted }: BlobRequest
): Promise<BlobAnswer> {
  const url = context.url(repository, `blobs/${wanted.digest}`)
  const finalStatuses = absence === 'any' ? [404] : []
  const response = await followRedirects(
    { method: 'GET', url, headers: {}, bodyLimit: wanted.size + 1, finalStatuses },
    {
      send: (request, { hasLeft }) => {
        return hasLeft ? context.sendAnonymous(request) : context.send(repository, request)
      },
      target: (redirect) => redirectUrl(headerOf(redirect, 'location'), redirect.url),
      tooMany: () => tooMany(url)
    }
  )
  const answer = blobAnswer(response, wanted)
  // Storage may name an encoding that a blob was stored with; its bytes are right then.
  if (answer?.kind.startsWith('wrong')) {
    refuseEncoded(response, `the blob ${wanted.digest} of ${repositoryText(repository)}`)
  }
  const isOpen = isMisdirected(response) && response.url.origin === url.origin
  if (answer && (absence === 'any' || !isOpen)) return answer
  throw context.responseError(
    response,
    `to show the blob ${wanted.digest} of ${repositoryText(repository)}`
  )
}

function tooMany({ host }: URL): Failure {
  const message = `${host} redirected a download more than ${MOST_REDIRECTS} times.`
  return new Failure('registry', {
    message,
    fix: 'Check the registry and the proxies in front of it.'
  })
}

/** What the answer to a GET of a blob amounts to; undefined for a refusal. */
function blobAnswer(response: HttpResponse, wanted: WantedBlob): BlobAnswer | undefined {
  if (response.status === 404) return { kind: 'absent' }
  if (response.status !== 200) return undefined
  const { body: bytes } = response
  if (bytes.length !== wanted.size) return { kind: 'wrong-size', size: sizeOf(response, wanted) }
  const digest = digestOf(bytes)
  return digest === wanted.digest ? { kind: 'found', bytes } : { kind: 'wrong-digest', digest }
}

/** The length of a blob that may have been cut: what the header says, else what was read when that is all. */
function sizeOf(response: HttpResponse, wanted: WantedBlob): number | undefined {
  const said = Number(headerOf(response, 'content-length') ?? Number.NaN)
  if (Number.isSafeInteger(said)) return said
  return response.body.length < wanted.size ? response.body.length : undefined
}

/** The failure of a host that a registry keeps its blobs on; no credential of ours would help there. */
export function storageRefusal(response: HttpResponse, registry: string, redact: Redact): Failure {
  const said = statusText(response, redact)
  const message = `The download of a blob from ${response.url.host} (the storage of ${registry}) failed:`
  return new Failure('registry', {
    message,
    why: `${said}.`,
    fix: 'Check the storage of the registry.'
  })
}
