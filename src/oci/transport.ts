import type { Agent, Dispatcher } from 'undici'
import { Failure } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import { networkFailure } from './network-failure.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** Bytes to read of the body of a 200; a longer one is cut there. Without it a few are due. */
  readonly bodyLimit?: number
}

export interface HttpResponse {
  readonly status: number
  readonly url: URL
  readonly headers: Dispatcher.ResponseData['headers']
  readonly body: Buffer
}

export interface TransportOptions {
  readonly userAgent: string
  readonly signal: AbortSignal
  readonly logger: Logger
  /** To wait otherwise than for the times below, in milliseconds. */
  readonly timeouts?: Timeouts | undefined
}

export interface Timeouts {
  readonly headersMs?: number
  readonly uploadHeadersMs?: number
  readonly bodyMs?: number
}

/** The largest manifest that distribution takes, and more than any error or token needs. */
const LARGEST_BODY_BYTES = 4 * 1024 * 1024
/** undici's own connect time-out; the others are shorter than its five minutes, long enough for a busy registry. */
const CONNECT_TIMEOUT_MS = 10_000
const HEADERS_TIMEOUT_MS = 60_000
const BODY_TIMEOUT_MS = 60_000
/** Registries verify a blob before they answer the PUT that ends it. */
const UPLOAD_HEADERS_TIMEOUT_MS = 300_000
/** Upload locations carry state; undici's 16 KiB are too few for some (regclient and oras allow 64 KiB). */
const LARGEST_HEADERS_BYTES = 64 * 1024
/** Two blobs go up side by side; more connections would each cost a handshake. */
const CONNECTIONS = 2

/**
 * Sends single requests and reads their whole, bounded answer. Follows no redirect, retries
 * nothing, adds no credential: those decisions are made above.
 */
export class Transport {
  readonly #options: TransportOptions
  #agent: Agent | undefined

  constructor(options: TransportOptions) {
    this.#options = options
  }

  /** @throws Failure registry, when there is no whole answer; the signal's reason on abort */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const started = performance.now()
    const response = await this.#exchange(request).catch((error: unknown) => {
      this.#options.signal.throwIfAborted()
      throw error instanceof Failure ? error : networkFailure(request.url, error)
    })
    const elapsed = Math.round(performance.now() - started)
    const { origin, pathname } = request.url
    this.#options.logger.debug(
      `${request.method} ${origin}${pathname} ${response.status}, ${elapsed} ms`
    )
    return response
  }

  /** Closes all connections. Credentials in sent headers can be collected afterwards. */
  async close(): Promise<void> {
    await this.#agent?.destroy()
    this.#agent = undefined
  }

  async #exchange({ method, url, headers, body, bodyLimit }: HttpRequest): Promise<HttpResponse> {
    const undici = await import('undici')
    this.#agent ??= new undici.Agent({
      allowH2: false,
      connections: CONNECTIONS,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      maxHeaderSize: LARGEST_HEADERS_BYTES
    })
    const { timeouts: { headersMs, uploadHeadersMs, bodyMs } = {} } = this.#options
    const answer = await undici.request(url, {
      dispatcher: this.#agent,
      method,
      headers: { 'user-agent': this.#options.userAgent, ...headers },
      body: body ?? null,
      signal: this.#options.signal,
      headersTimeout: body
        ? (uploadHeadersMs ?? UPLOAD_HEADERS_TIMEOUT_MS)
        : (headersMs ?? HEADERS_TIMEOUT_MS),
      bodyTimeout: bodyMs ?? BODY_TIMEOUT_MS
    })
    return {
      status: answer.statusCode,
      url,
      headers: answer.headers,
      body:
        bodyLimit === undefined || answer.statusCode !== 200
          ? await readBody(answer, url)
          : await readBeginning(answer, bodyLimit)
    }
  }
}

async function readBody(answer: Dispatcher.ResponseData, url: URL): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer.body) {
    const bytes: Buffer = chunk
    size += bytes.length
    if (size > LARGEST_BODY_BYTES) throw tooLong(url)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/** The first `limit` bytes; the connection is given up where more come. */
async function readBeginning(answer: Dispatcher.ResponseData, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer.body) {
    const bytes: Buffer = chunk
    chunks.push(bytes.subarray(0, limit - size))
    size += bytes.length
    if (size >= limit) break
  }
  return Buffer.concat(chunks)
}

function tooLong(url: URL): Failure {
  const message = `${url.host} answered with more than ${LARGEST_BODY_BYTES} bytes where a few were due.`
  return new Failure('registry', { message, fix: 'Check that `registry` names an OCI registry.' })
}

/** The one value of a response header; the first where there are several. */
export function headerOf(response: HttpResponse, name: string): string | undefined {
  const value = response.headers[name]
  return typeof value === 'string' ? value : value?.[0]
}
