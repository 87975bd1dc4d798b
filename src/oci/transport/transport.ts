import { setImmediate } from 'node:timers/promises'
import { Failure } from '../../shared/failure.ts'
import { type AgentOptions, Agents } from './agents.ts'
import { readBody } from './body.ts'
import type { RequestEnd } from './deadline.ts'
import type { HttpRequest, HttpResponse } from './http.ts'
import { networkFailure, type Role, wrongScheme } from './network-failure.ts'

export interface TransportOptions extends AgentOptions {
  readonly userAgent: string
  readonly signal: AbortSignal
  /** Told of each request; what it returns is called when there is an answer, or none. */
  readonly track?: (what: string) => (end?: RequestEnd) => void
  readonly limits?: Partial<Limits>
}

export interface Limits {
  readonly connectMs: number
  readonly headersMs: number
  /** For the answer to a request with a body. */
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
  // Registries verify a blob before they answer the PUT that ends it.
  uploadMs: 300_000,
  bodyMs: 60_000,
  // Helm may pack for longer than the 4 s that undici keeps a connection; nginx keeps one for 75 s.
  keepAliveMs: 60_000,
  // Two blobs go up side by side; more connections would each cost a handshake.
  connections: 2
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
    const done = this.#options.track?.(what)
    let end: RequestEnd | undefined
    try {
      const response = await this.#exchange(request)
      this.#answered.add(origin)
      end = response.status
      const elapsed = Math.round(performance.now() - started)
      this.#options.logger.debug(`${what} ${response.status}, ${elapsed} ms`)
      return response
    } catch (error) {
      this.#options.signal.throwIfAborted()
      end = error instanceof Failure ? error : this.#failureOf(request, error)
      throw end
    } finally {
      done?.(end)
    }
  }

  #failureOf(request: HttpRequest, error: unknown): Failure {
    const cause = this.#agents.alertFor(error) ?? error
    const hasAnswered = this.#answered.has(request.url.origin)
    return networkFailure(request.url, cause, { role: this.#role(request), hasAnswered })
  }

  /**
   * Opens connections ahead of need, by as many requests to `url` without a credential: olareg and crane close one
   * that is silent for 5 s. As many as `limits.connections` at most. Never fails.
   */
  async open(url: URL, count: number): Promise<void> {
    const wanted = Math.min(count, this.#limits.connections)
    const requests = Array.from({ length: wanted }, () => {
      return this.send({ method: 'GET', url, headers: {} })
    })
    await Promise.allSettled(requests)
  }

  /** How many bytes of answers have come so far, from one origin or from all. */
  receivedFrom(origin?: string): number {
    return this.#agents.receivedFrom(origin)
  }

  /** Closes all connections. Credentials in sent headers can be collected afterwards. */
  async close(): Promise<void> {
    await this.#agents.destroy()
  }

  async #exchange(request: HttpRequest): Promise<HttpResponse> {
    const { method, url, headers, body, timeoutMs, purpose } = request
    const { headersMs, uploadMs, bodyMs } = this.#limits
    const agent = await this.#agents.agentFor(this.#role(request))
    const answer = agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      headers: {
        'user-agent': this.#options.userAgent,
        // Without it servers may compress (RFC 9110, 12.5.3), and digests would be those of other bytes.
        'accept-encoding': 'identity',
        ...headers
      },
      body: body ?? null,
      signal: this.#options.signal,
      // undici closes the connection after a HEAD unless told not to.
      reset: false,
      headersTimeout: timeoutMs ?? (body ? uploadMs : headersMs),
      bodyTimeout: bodyMs
    })
    const {
      statusCode,
      headers: received,
      body: stream
    } = await orAbort(answer, this.#options.signal)
    const content = await readBody({ statusCode, body: stream }, request, bodyMs)
    // undici takes a connection for busy until the next turn, and would open another for what follows at once.
    await setImmediate()
    const failure = wrongScheme(url, statusCode, content)
    if (failure) throw failure
    return { status: statusCode, url, headers: received, body: content, purpose }
  }

  /** Whether the trust that is the registry's alone applies; a token service may be another port of its host. */
  #role({ url, purpose }: HttpRequest): Role {
    const { origin } = this.#options
    if (url.origin === origin?.origin) return 'registry'
    if (purpose !== 'token') return 'other'
    return url.hostname === origin?.hostname ? 'registry' : 'token'
  }
}

/** undici heeds the signal of a request only once there is a connection for it. */
function orAbort<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
