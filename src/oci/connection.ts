import type { HttpRequest, HttpResponse, Watch } from '../http/message.ts'
import { Retrier, type RetryOptions } from '../http/retrier.ts'
import { Transport, type TransportOptions } from '../http/transport.ts'
import { abortable, busySignal } from '../shared/abort-signal.ts'
import { Failure } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import { Authenticator } from './auth/authenticator.ts'
import type { Credential } from './auth/credential.ts'
import type { Access } from './auth/token.ts'
import { loginStateOf, meaningOf } from './auth/verdict.ts'
import { storageRefusal } from './download.ts'
import { redirected } from './errors/redirected.ts'
import { REGISTRY_RULES, refuseEncoded } from './errors/registry-answer.ts'
import { statusText } from './errors/registry-error.ts'
import { responseError, withNotes } from './errors/response-error.ts'
import type { RequestContext } from './request-context.ts'
import { originOf } from './spec/reference.ts'
import { cancelUploads } from './upload-session.ts'

export interface ClientOptions {
  /** Host of the registry, with its port; every credential is only for it. */
  readonly host: string
  readonly plainHttp: boolean
  readonly credential: Credential | undefined
  /** What to ask a token service for; `pull,push` unless given. */
  readonly access?: Access
  /** Hosts of token services that may get the credential; every one that may be trusted unless given. */
  readonly tokenHosts?: readonly string[]
  /** GITHUB_SERVER_URL, where there is one. */
  readonly githubServer?: string | undefined
  readonly userAgent: string
  readonly secrets: SecretRegistry
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly retry?: RetryOptions | undefined
  /** How connections are made; directly and with Node's defaults unless given. */
  readonly connection?: ConnectionOptions
  /** What sends requests to the host, where several clients share it; one of its own unless given. */
  readonly transport?: Transport
}

export type ConnectionOptions = Pick<
  TransportOptions,
  'tls' | 'proxies' | 'environment' | 'track' | 'limits'
>

/** Nothing depends on the answer. */
const TURN_TIMEOUT_MS = 1000

/** The way to one registry host: what the verbs of a client send their requests through. */
export class Connection {
  readonly context: RequestContext
  readonly #options: ClientOptions
  readonly #origin: URL
  readonly #transportOptions: TransportOptions
  readonly #transport: Transport
  readonly #authenticator: Authenticator
  readonly #closing = new AbortController()
  readonly #sessions: RequestContext['sessions'] = new Map()
  readonly #preopened: RequestContext['preopened'] = new Map()

  constructor(options: ClientOptions) {
    const { host, plainHttp, access = 'pull,push', tokenHosts = [], githubServer } = options
    this.#options = options
    this.#origin = new URL(originOf(host, plainHttp))
    const signal = busySignal(AbortSignal.any([options.signal, this.#closing.signal]))
    this.#transportOptions = { ...options, ...options.connection, origin: this.#origin, signal }
    this.#transport = options.transport ?? new Transport(this.#transportOptions)
    this.#authenticator = new Authenticator({
      ...options,
      origin: this.#origin,
      access,
      tokenHosts,
      githubServer,
      isVerified: options.connection?.tls?.skipsVerification !== true,
      transport: this.#transport,
      patientTransport: { send: (request) => this.#sendPatiently(request) }
    })
    this.context = this.#makeContext(signal)
  }

  /** The same way for one conversation: what it waits for ends by its watch. */
  contextFor(watch: Watch): RequestContext {
    return this.#makeContext(watch.signal, watch)
  }

  /** How many bytes of answers have come so far, also from token services and storage. */
  get received(): number {
    return this.#transport.receivedFrom()
  }

  /** Whether the registry answers at /v2/, which no repository can hold up, within `timeoutMs`. */
  async isAlive(timeoutMs: number): Promise<boolean> {
    const request = { method: 'GET', url: new URL('/v2/', this.#origin), headers: {} } as const
    return this.#transport.send({ ...request, timeoutMs }).then(
      () => true,
      () => false
    )
  }

  /** Ends what is still under way, cancels uploads that were begun, and closes all connections. */
  async close(): Promise<void> {
    const message = `The connection to ${this.#options.host} was closed.`
    this.#closing.abort(new Failure('registry', { message, fix: 'Run it again.' }))
    await this.#transport.close()
    const unused = await Promise.all([...this.#preopened.values()].flat())
    const uploads = [...this.#sessions].map(([url, { name }]) => {
      const headersFor = (at: URL) => this.#authenticator.knownHeaders(name, at)
      return { url, isUnused: unused.includes(url), headersFor }
    })
    await cancelUploads(uploads, this.#transportOptions)
    this.#sessions.clear()
  }

  /** For tokens, and for a challenge that may be hidden. */
  async #sendPatiently(request: HttpRequest): Promise<HttpResponse> {
    const response = await this.context.sendAnonymous(request)
    if (response.status === 200 && request.purpose === 'token') refuseEncoded(response, 'a token')
    return response
  }

  #makeContext(signal: AbortSignal, watch?: Watch): RequestContext {
    const { host, logger, retry } = this.#options
    const received = (request: HttpRequest) => this.#receivedFrom(request)
    const redact = this.#redact
    const ended = AbortSignal.any([signal, this.#closing.signal])
    const retrier = new Retrier({
      ...retry,
      describe: (response) => statusText(response, redact),
      rules: REGISTRY_RULES,
      logger,
      signal,
      received
    })
    const sendOnce: RequestContext['sendOnce'] = ({ name }, request) => {
      // A token is fetched for all who need it: whoever ends, only stops waiting for it.
      return abortable(this.#authenticator.send(name, { ...request, watch }), signal)
    }
    const sendAnonymous = (request: HttpRequest) => this.#transport.send({ ...request, watch })
    return {
      host,
      logger,
      retrier,
      signal,
      sessions: this.#sessions,
      preopened: this.#preopened,
      url: ({ name }, path) => new URL(`/v2/${name}/${path}`, this.#origin),
      sendOnce,
      untilAuthorized: ({ name }) => abortable(this.#authenticator.untilKnown(name), ended),
      send: (repository, request) =>
        patiently(retrier, request, () => sendOnce(repository, request)),
      sendAnonymous: (request) => patiently(retrier, request, () => sendAnonymous(request)),
      leaveTurn: (attempt) => this.#leaveTurn(attempt),
      responseError: (response, what) => this.#responseError(response, what, retrier)
    }
  }

  /** By a request that nothing depends on; the second attempt goes without, since most trouble is over by then. */
  async #leaveTurn(attempt: number): Promise<void> {
    if (attempt <= 2) return
    const request = { method: 'GET', url: new URL('/v2/', this.#origin), headers: {} } as const
    await this.#transport.send({ ...request, timeoutMs: TURN_TIMEOUT_MS }).catch(() => undefined)
  }

  /** Storage that is silent keeps nothing from being pushed: only the registry and its token service count. */
  #receivedFrom({ url, purpose }: HttpRequest): number | undefined {
    const counts = url.origin === this.#origin.origin || purpose === 'token'
    return counts ? this.#transport.receivedFrom(url.origin) : undefined
  }

  #responseError(response: HttpResponse, what: string, retrier: Retrier): Failure {
    const { host, access, credential } = this.#options
    const redact = this.#redact
    if (response.url.origin !== this.#origin.origin) return storageRefusal(response, host, redact)
    const redirect = redirected(response, what)
    if (redirect) return redirect
    const readOnly = access === 'pull'
    // A 403 has its own words, since policies speak by it as well.
    const verdict = response.status === 401 ? this.#authenticator.verdict(response) : undefined
    const meaning = verdict && meaningOf(verdict, { credential, host, readOnly })
    const login = loginStateOf(verdict, credential)
    const failure = responseError(response, { what, host, login, readOnly, meaning, redact })
    return withNotes(failure, response, retrier.attemptsAt(response))
  }

  readonly #redact = (text: string): string => this.#options.secrets.redact(text)
}

/** Repeats a request that may be made twice. */
async function patiently(
  retrier: Retrier,
  request: HttpRequest,
  attempt: () => Promise<HttpResponse>
): Promise<HttpResponse> {
  const response = await retrier.repeat(request, attempt)
  if (response === undefined) throw new Error('an attempt had no result')
  return response
}
