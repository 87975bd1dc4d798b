import { setImmediate } from 'node:timers/promises'
import { abortable } from '../shared/abort-signal.ts'
import { Failure } from '../shared/failure.ts'
import { Agents } from './agents.ts'
import { readBody } from './body.ts'
import type { HttpRequest, HttpResponse, RequestEnd, Watch } from './message.ts'
import { networkFailure, type Role, wrongScheme } from './network-failure.ts'
import type { ConnectOptions } from './open-socket.ts'
import { Transfer, type TransferState } from './transfer.ts'
import { CHUNK_BYTES, UploadBody } from './upload-body.ts'

export interface TransportOptions extends ConnectOptions {
  readonly userAgent: string
  readonly signal: AbortSignal
  readonly track?: Watch['track']
  readonly limits?: Partial<Limits>
}

export interface Limits {
  readonly connectMs: number
  readonly headersMs: number
  /** For each chunk of a body, and for the answer after the last one. */
  readonly uploadMs: number
  readonly bodyMs: number
  readonly keepAliveMs: number
  readonly connections: number
}

const LIMITS: Limits = {
  // undici's own.
  connectMs: 10_000,
  // Shorter than undici's five minutes, long enough for a busy registry.
  headersMs: 60_000,
  // Registries verify a blob before they answer the PUT that ends it, and the system may still hold some MB of it, for
  // which a slow line takes minutes.
  uploadMs: 300_000,
  bodyMs: 60_000,
  // Helm may pack for longer than the 4 s that undici keeps a connection; nginx keeps one for 75 s.
  keepAliveMs: 60_000,
  // For one publication.
  connections: 2
}

/** A request that is being made. */
interface Exchange {
  readonly request: HttpRequest
  readonly signal: AbortSignal
  readonly transfer: Transfer
}

/** Upload locations carry state; undici's 16 KiB are too few for some (regclient and oras allow 64 KiB). */
const LARGEST_HEADERS_BYTES = 64 * 1024

/**
 * Sends single requests and reads their whole, bounded answer. Follows no redirect, retries
 * nothing, adds no credential: those decisions are made above.
 */
export class Transport {
  readonly #options: TransportOptions
  readonly #limits: Limits
  readonly #agents: Agents
  /** Origins that have answered once: a connection that breaks off is no matter of scheme or certificate then. */
  readonly #answered = new Set<string>()

  constructor(options: TransportOptions) {
    this.#options = options
    this.#limits = { ...LIMITS, ...options.limits }
    this.#agents = new Agents(options, { ...this.#limits, headersBytes: LARGEST_HEADERS_BYTES })
  }

  /**
   * @throws Failure registry, when there is no whole answer, with what was thrown as its cause; auth, when a
   * proxy wants a login; the signal's reason on abort
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const started = performance.now()
    const { origin, pathname } = request.url
    const what = `${request.method} ${origin}${pathname}`
    const watch = request.watch ?? this.#options
    const transfer = new Transfer()
    const done = watch.track?.(what, transfer)
    let end: RequestEnd | undefined
    try {
      const response = await this.#exchange({ request, signal: watch.signal, transfer })
      this.#answered.add(origin)
      end = response.status
      const elapsed = Math.round(performance.now() - started)
      this.#options.logger.debug(`${what} ${response.status}, ${elapsed} ms`)
      return response
    } catch (error) {
      watch.signal.throwIfAborted()
      end = error instanceof Failure ? error : this.#failureOf(request, error, transfer.state)
      throw end
    } finally {
      done?.(end)
    }
  }

  #failureOf(request: HttpRequest, error: unknown, transfer?: TransferState): Failure {
    const cause = this.#agents.alertFor(error) ?? error
    const hasAnswered = this.#answered.has(request.url.origin)
    return networkFailure(request.url, cause, { role: this.#role(request), hasAnswered, transfer })
  }

  /** Opens connections ahead of need, to the registry unless an address is given: as many as a host may have at most. Never fails. */
  preconnect(count: number, url = this.#options.origin): void {
    const wanted = Math.min(count, this.#limits.connections)
    if (url) this.#agents.preconnect(this.#role({ url }), url, wanted)
  }

  /** How many bytes of answers have come so far, from one origin or from all. */
  receivedFrom(origin?: string): number {
    return this.#agents.receivedFrom(origin)
  }

  /** Closes all connections. Credentials in sent headers can be collected afterwards. */
  async close(): Promise<void> {
    await this.#agents.destroy()
  }

  async #exchange(exchange: Exchange): Promise<HttpResponse> {
    const { request, signal, transfer } = exchange
    const { body } = request
    if (!body || body.length <= CHUNK_BYTES) return this.#exchangeBody(exchange, body)
    const upload = new UploadBody(body, { silenceMs: this.#limits.uploadMs, transfer })
    try {
      const either = AbortSignal.any([signal, upload.signal])
      return await this.#exchangeBody({ ...exchange, signal: either }, upload)
    } finally {
      upload.end()
    }
  }

  async #exchangeBody(
    { request, signal, transfer }: Exchange,
    body?: Buffer | UploadBody
  ): Promise<HttpResponse> {
    const { method, url, headers, timeoutMs, purpose } = request
    const { headersMs, uploadMs, bodyMs } = this.#limits
    const isWatched = body instanceof UploadBody
    const agent = await this.#agents.agentFor(this.#role(request))
    const answer = agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      headers: {
        'user-agent': this.#options.userAgent,
        // Without it servers may compress (RFC 9110, 12.5.3), and digests would be those of other bytes.
        'accept-encoding': 'identity',
        ...(isWatched && { 'content-length': `${body.size}` }),
        ...headers
      },
      body: isWatched ? body.stream() : (body ?? null),
      signal,
      // undici closes the connection after a HEAD unless told not to.
      reset: false,
      headersTimeout: isWatched ? 0 : (timeoutMs ?? (body ? uploadMs : headersMs)),
      bodyTimeout: bodyMs
    })
    // undici heeds the signal of a request only once there is a connection for it.
    const { statusCode, headers: received, body: stream } = await abortable(answer, signal)
    const incoming = { statusCode, headers: received, body: stream }
    const content = await readBody(incoming, request, { timeoutMs: bodyMs, transfer })
    // undici takes a connection for busy until the next turn, and would open another for what follows at once.
    await setImmediate()
    const failure = wrongScheme(url, statusCode, content)
    if (failure) throw failure
    return { status: statusCode, url, headers: received, body: content, purpose }
  }

  /** Whether the trust that is the registry's alone applies; a token service may be another port of its host. */
  #role({ url, purpose }: Pick<HttpRequest, 'url' | 'purpose'>): Role {
    const { origin } = this.#options
    if (url.origin === origin?.origin) return 'registry'
    if (purpose !== 'token') return 'other'
    return url.hostname === origin?.hostname ? 'registry' : 'token'
  }
}
