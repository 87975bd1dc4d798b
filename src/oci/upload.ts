import { type HttpRequest, type HttpResponse, headerOf } from '../http/message.ts'
import { type Attempted, mayBeDone } from '../http/retry.ts'
import { blobPresence, settleBlobDigest } from './blob-presence.ts'
import { isMisdirected } from './errors/registry-answer.ts'
import { codesIn } from './errors/registry-error.ts'
import { uploadUrl } from './location.ts'
import type { RequestContext } from './request-context.ts'
import type { Blob } from './spec/blob.ts'
import { type Repository, repositoryText } from './spec/reference.ts'
import { openSession, takeSession } from './upload-session.ts'

/** A session may be lost twice (a restart of the registry, another node behind a balancer); then it is no accident. */
const MOST_RESTARTS = 2
/** Bytes may be damaged on their way once. */
const MOST_DAMAGED = 1

/**
 * Uploads a blob whole by POST and PUT, the one way that every registry takes (distribution-spec v1.1, "POST
 * then PUT"). A PUT whose fate is unknown is never sent to the same session again, which cost olareg a blob:
 * the blob is looked for first, then sent to a new one.
 * @throws Failure
 */
export async function uploadBlob(
  context: RequestContext,
  repository: Repository,
  blob: Blob
): Promise<void> {
  await new BlobUpload(context, repository, blob).run()
}

class BlobUpload {
  readonly #context: RequestContext
  readonly #repository: Repository
  readonly #blob: Blob
  #session: URL | undefined
  #restarts = 0

  constructor(context: RequestContext, repository: Repository, blob: Blob) {
    this.#context = context
    this.#repository = repository
    this.#blob = blob
  }

  async run(): Promise<void> {
    do {
      await this.#open()
    } while (this.#session && !(await this.#fill(this.#session)))
  }

  /** Leaves no session where the registry says that it has the blob. */
  async #open(): Promise<void> {
    const ahead = await takeSession(this.#context, this.#repository)
    const opened = ahead ? { session: ahead } : await openSession(this.#context, this.#repository)
    this.#session = opened.session
    if (opened.session) return
    if (opened.answered.status !== 201) throw this.#responseError(opened.answered)
    await this.#compareDigest(opened.answered)
  }

  /** Whether the blob is in the registry now; otherwise another session is worth a try. */
  async #fill(session: URL): Promise<boolean> {
    const request = this.#put(session)
    const response = await this.#context.retrier.repeat(request, (...attempt) => {
      return this.#attempt(...attempt)
    })
    if (response === undefined) return this.#end(true)
    if (response.status === 201) {
      await this.#compareDigest(response)
      return this.#end(true)
    }
    return this.#end(await this.#recover(response))
  }

  /** Undefined when it turned out that the blob is there. */
  async #attempt(
    before: Attempted | undefined,
    attempt: number
  ): Promise<HttpResponse | undefined> {
    if (before && mayBeDone(before)) {
      if (await this.#isPresent()) return undefined
      await this.#open()
      await this.#context.leaveTurn(attempt)
    }
    if (!this.#session) return undefined
    return this.#context.sendOnce(this.#repository, this.#put(this.#session))
  }

  /**
   * Decides by the code, since the same words come with 400, 404 and 416. False: begin anew.
   * @throws Failure, for a refusal that stays
   */
  async #recover(response: HttpResponse): Promise<boolean> {
    const damaged = isDamaged(response)
    if (!damaged && !isOddSuccess(response) && !isSessionLost(response)) {
      throw this.#responseError(response)
    }
    if (!damaged && (await this.#isThereAfter(response))) return true
    this.#restarts += 1
    if (this.#restarts > (damaged ? MOST_DAMAGED : MOST_RESTARTS))
      throw this.#responseError(response)
    const codes = codesIn(response.body).join(', ')
    this.#context.logger.info(
      `${response.url.host} returned ${[response.status, codes].filter(Boolean).join(' ')} for an upload; restarting it.`
    )
    return false
  }

  #put(session: URL): HttpRequest {
    return {
      method: 'PUT',
      url: uploadUrl(session, this.#blob.digest),
      headers: { 'content-type': 'application/octet-stream' },
      body: this.#blob.bytes
    }
  }

  /** An odd success counts also where the registry does not tell: the manifest will show. */
  async #isThereAfter(response: HttpResponse): Promise<boolean> {
    const presence = await blobPresence(this.#context, this.#repository, this.#blob)
    return presence === 'present' || (presence === 'unknown' && isOddSuccess(response))
  }

  async #isPresent(): Promise<boolean> {
    return (await blobPresence(this.#context, this.#repository, this.#blob)) === 'present'
  }

  async #compareDigest(response: HttpResponse): Promise<void> {
    const claimed = headerOf(response, 'docker-content-digest')
    await settleBlobDigest(this.#context, this.#repository, { blob: this.#blob, claimed })
  }

  #end(isStored: boolean): boolean {
    if (isStored && this.#session) this.#context.sessions.delete(this.#session)
    return isStored
  }

  #responseError(response: HttpResponse) {
    return this.#context.responseError(
      response,
      `the upload of a blob to ${repositoryText(this.#repository)}`
    )
  }
}

/** 200, 202 and 204 are taken by containerd and go-containerregistry; they promise less than 201. */
function isOddSuccess({ status }: HttpResponse): boolean {
  return status === 200 || status === 202 || status === 204
}

/** A 404 of something else than the registry says nothing about the session; it was retried before. */
function isSessionLost(response: HttpResponse): boolean {
  const { status, body } = response
  const codes = codesIn(body)
  if (status === 416 || (status === 404 && !isMisdirected(response))) return true
  return codes.some((code) => code.startsWith('BLOB_UPLOAD_') || code === 'RANGE_INVALID')
}

function isDamaged({ body }: HttpResponse): boolean {
  return codesIn(body).includes('DIGEST_INVALID')
}
