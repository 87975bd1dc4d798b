import { type HttpRequest, type HttpResponse, isRedirect } from '../http/message.ts'
import { proxiesFrom } from '../http/proxy.ts'
import { Retrier } from '../http/retrier.ts'
import { mayBeDone } from '../http/retry.ts'
import { DEFAULT_TLS } from '../http/tls-options.ts'
import { Transport } from '../http/transport.ts'
import { Failure, problemOf } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { USER_AGENT } from '../shared/version.ts'
import { refusedByService, serviceFailure, wordsOf } from './service-failure.ts'
import type { SigstoreAccess } from './sigstore-access.ts'

/** A request to one of the services. */
export interface ServiceRequest {
  /** What the service is, for messages: `certificate authority`. */
  readonly service: string
  readonly request: HttpRequest
  /** How long one attempt may take, from the connection to the end of the answer; `SERVICE_MS` unless given. */
  readonly attemptMs?: number
  /** Whether answers may be quoted: never those that may hold a token. */
  readonly isQuoted?: boolean
  /** How long an answer may be; `LARGEST_ANSWER_BYTES` unless given. The transport reads 4 MiB at the most. */
  readonly largestBytes?: number
  /** What helps when there is no answer; unless given, that nothing was tagged. */
  readonly fix?: string
}

/** Certificate authority, timestamp authority and issuer of tokens answer within a second; cosign waits 30 s. */
const SERVICE_MS = 10_000
/** A log answers when it has published the entry: Rekor v2 within seconds, v1 under load within ten. */
export const LOG_MS = 30_000
/** A certificate chain, an entry with its proof, a token: none has more than 20 KiB. */
const LARGEST_ANSWER_BYTES = 256 * 1024
/** As many statements are signed side by side, see `Signer`. */
const CONNECTIONS = 4

/**
 * Sends requests to the services of Sigstore: bounded in time and size, repeated where trouble passes, redirects never
 * followed, so that a token stays with the host that it was sent to.
 */
export class ServiceClient {
  readonly #access: SigstoreAccess
  readonly #transport: Transport

  constructor(access: SigstoreAccess) {
    const { ca, environment, secrets, signal, logger, limits } = access
    this.#access = access
    this.#transport = new Transport({
      userAgent: USER_AGENT,
      tls: { ...DEFAULT_TLS, ca },
      proxies: proxiesFrom(environment, secrets),
      environment,
      logger,
      signal,
      limits: { connections: CONNECTIONS, ...limits }
    })
  }

  /**
   * The answer of the last attempt, of whatever status, but no redirect.
   * @throws Failure signing, when there is none or it is too long; the signal's reason on abort
   */
  async send(asked: ServiceRequest): Promise<HttpResponse> {
    const response = await this.sendUnlessDone(asked, async () => false)
    if (response === undefined) throw new Error('no attempt was made')
    return response
  }

  /**
   * As `send`, for what may not be done twice: `isDone` is asked before another attempt at what may have been done all
   * the same. Undefined when it was.
   */
  async sendUnlessDone(
    asked: ServiceRequest,
    isDone: () => Promise<boolean>
  ): Promise<HttpResponse | undefined> {
    const { retry, logger, secrets, signal } = this.#access
    const { request } = asked
    const attemptMs = this.#access.attemptMs ?? asked.attemptMs ?? SERVICE_MS
    const describe = (response: HttpResponse) => {
      const words = asked.isQuoted === false ? '' : wordsOf(response, secrets)
      return [`${response.status}`, words].filter(Boolean).join(' ')
    }
    const retrier = new Retrier({ ...retry, describe, logger, signal })
    try {
      const response = await retrier.repeat(request, async (before) => {
        if (before && mayBeDone(before) && (await isDone())) return undefined
        return this.#attempt(request, attemptMs)
      })
      return response && requireAnswer(response, asked)
    } catch (error) {
      signal.throwIfAborted()
      throw inOurWords(error, asked)
    }
  }

  /** The failure of an answer that means no. */
  refusal(
    response: HttpResponse,
    { service, fix }: Pick<ServiceRequest, 'service' | 'fix'>
  ): Failure {
    return refusedByService(
      response,
      service,
      this.#access.secrets,
      fix === undefined ? {} : { fix }
    )
  }

  /** Opens connections to each of these services before there are requests for them. Never fails. */
  preconnect(urls: readonly URL[], count = 1): void {
    for (const url of urls) this.#transport.preconnect(count, url)
  }

  async close(): Promise<void> {
    await this.#transport.close()
  }

  async #attempt(request: HttpRequest, attemptMs: number): Promise<HttpResponse> {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(tooLate(request.url, attemptMs)), attemptMs)
    const signal = AbortSignal.any([this.#access.signal, late.signal])
    const watch = { signal, track: () => () => undefined }
    try {
      return await this.#transport.send({ ...request, watch, timeoutMs: attemptMs })
    } finally {
      clearTimeout(timer)
    }
  }
}

/** With undici's code for the same, so that it is tried again. */
function tooLate({ host }: URL, attemptMs: number): Failure {
  const cause = Object.assign(new Error('too late'), { code: 'UND_ERR_HEADERS_TIMEOUT' })
  const message = `${host} did not answer within ${attemptMs / 1000} s.`
  return new Failure('registry', { message, fix: 'Run it again.' }, cause)
}

function requireAnswer(response: HttpResponse, asked: ServiceRequest): HttpResponse {
  const { url, body, status } = response
  const { service, fix, largestBytes = LARGEST_ANSWER_BYTES } = asked
  const failed = { service, url, ...(fix !== undefined && { fix }) }
  if (isRedirect(response)) {
    const why = `It redirects (${status}). Redirects are not followed, because tokens are only for one host.`
    throw serviceFailure({ ...failed, why })
  }
  if (body.length <= largestBytes) return response
  throw serviceFailure({ ...failed, why: `It answered with more than ${largestBytes} bytes.` })
}

/** What the transport says of registries, said of a service. */
function inOurWords(error: unknown, { service, request, fix: other }: ServiceRequest): unknown {
  if (!(error instanceof Failure) || error.kind === 'signing') return error
  const { message, why = '', fix } = problemOf(error)
  // Trouble with certificates has its own fix; what it says of other hosts is about registries.
  const ownFix = fix.includes(input('ca')) ? fix : other
  return serviceFailure({
    service,
    url: request.url,
    why: `${message} ${why}`.trim(),
    ...(ownFix !== undefined && { fix: ownFix })
  })
}
