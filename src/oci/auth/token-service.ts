import {
  type HttpRequest,
  type HttpResponse,
  headerOf,
  MOST_REDIRECTS
} from '../../http/message.ts'
import type { Transport } from '../../http/transport.ts'
import { Failure } from '../../shared/failure.ts'
import { parseJson } from '../../shared/json.ts'
import type { Logger } from '../../shared/logger.ts'
import type { SecretRegistry } from '../../shared/secret-registry.ts'
import { tokensIn } from '../errors/token-words.ts'
import type { AuthHeaders } from './auth-headers.ts'
import type { Challenge } from './challenge.ts'
import type { Credential } from './credential.ts'
import { knownTokenService, parseRealm } from './realm.ts'
import { type Access, parseToken, type Token } from './token.ts'
import { noRefresh, tokenError } from './token-error.ts'

export interface TokenServiceOptions {
  readonly registry: URL
  readonly credential: Credential | undefined
  readonly access: Access
  readonly authHeaders: AuthHeaders
  /** Hosts of token services that may get the credential; empty: every one that may be trusted. */
  readonly tokenHosts: readonly string[]
  readonly transport: Pick<Transport, 'send'>
  readonly secrets: SecretRegistry
  readonly logger: Logger
  /** Whether the registry shows by its certificate that it is the one. */
  readonly isVerified: boolean
  /** Milliseconds of a clock that is never set back. */
  readonly now: () => number
}

interface Pin {
  readonly realm: URL
  readonly service: string | undefined
}

/** RFC 6749 wants one of public clients; distribution and docker_auth only log it. */
const CLIENT_ID = 'publish-helm-chart'
const NO_SUCH_METHOD = [404, 405]
/** `token`, `access_token`, `refresh_token` and `id_token` are all that are in use; each mask costs every line. */
const MOST_TOKENS = 16

/** The token service of one registry, pinned by the first challenge that names it. */
export class TokenService {
  readonly #options: TokenServiceOptions
  #pin: Pin | undefined

  constructor(options: TokenServiceOptions) {
    this.#options = options
    this.#pinKnown()
  }

  /** Whether a challenge has named it, or it is known. */
  get isPinned(): boolean {
    return this.#pin !== undefined
  }

  /**
   * Takes the realm and the service of a challenge; later ones have to name the same.
   * @throws Failure auth, when the realm may not be trusted, or is another than before
   */
  pin({ parameters }: Challenge): void {
    const { registry, tokenHosts } = this.#options
    const realm = parseRealm(parameters.get('realm') ?? '', { registry, tokenHosts })
    const service = parameters.get('service')
    if (this.#pin) comparePins(registry, this.#pin, { realm, service })
    else this.#firstPin({ realm, service })
  }

  /** Only with a login, of which a challenge would ask the same; where `token-hosts` leaves the service out, it decides. */
  #pinKnown(): void {
    const { registry, tokenHosts, authHeaders, isVerified } = this.#options
    const known =
      isVerified && authHeaders.kind !== 'nothing' ? knownTokenService(registry) : undefined
    if (!known) return
    const realm = new URL(known.realm)
    const isAllowed = tokenHosts.length === 0 || tokenHosts.includes(realm.host)
    if (isAllowed) this.#firstPin({ realm, service: known.service })
  }

  #firstPin(pin: Pin): void {
    const { registry, authHeaders, logger } = this.#options
    const { realm } = pin
    this.#pin = pin
    authHeaders.pin(realm)
    if (authHeaders.kind === 'nothing' || realm.host === registry.host) return
    logger.info(`The password goes to the token service of ${registry.host} at ${realm.host}.`)
  }

  /** Gets a token for `scope`, by one request. @throws Failure */
  async fetch(scope: string): Promise<Token> {
    if (!this.#pin) throw new Error('a token was requested from a token service that nobody named')
    const response = await this.#ask(this.#pin, scope)
    if (response.status !== 200) throw this.#refused(response, scope, this.#pin)
    return parseToken(response, this.#options.secrets, this.#options.now())
  }

  #refused(response: HttpResponse, scope: string, { service }: Pin): Failure {
    const { registry, credential, access, secrets } = this.#options
    const redact = (text: string) => secrets.redact(text)
    const repository = repositoryIn(scope)
    const readOnly = access === 'pull'
    const { host } = registry
    const asked = { registry: host, repository, readOnly, credential, service, redact }
    return tokenError(response, asked)
  }

  async #ask(pin: Pin, scope: string): Promise<HttpResponse> {
    const { authHeaders } = this.#options
    if (authHeaders.kind !== 'identity-token') return this.#askByGet(pin, scope)
    const response = await this.#askByPost(pin, scope)
    if (!NO_SUCH_METHOD.includes(response.status)) return response
    if (!authHeaders.canLogIn) throw noRefresh(response)
    return this.#askByGet(pin, scope)
  }

  /**
   * distribution's token specification, "Requesting a token"; the realm keeps its own query. `service`
   * is needed: without it docker_auth grants tokens that the registry never takes.
   */
  #askByGet({ realm, service }: Pin, scope: string): Promise<HttpResponse> {
    const fields = { ...(service !== undefined && { service }), scope }
    const url = withFields(realm, fields)
    const { authHeaders } = this.#options
    const headers = authHeaders.canLogIn ? authHeaders.basic(realm) : {}
    return this.#send({ method: 'GET', url, headers })
  }

  /** distribution, "Docker Registry v2 authentication using OAuth2": only for identity tokens. */
  async #askByPost({ realm, service }: Pin, scope: string): Promise<HttpResponse> {
    const fields = { client_id: CLIENT_ID, ...(service !== undefined && { service }), scope }
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const body = this.#options.authHeaders.refreshForm(realm, fields)
    try {
      const finalStatuses = this.#options.authHeaders.canLogIn ? NO_SUCH_METHOD : []
      return await this.#send({ method: 'POST', url: realm, headers, body, finalStatuses })
    } finally {
      body.fill(0)
    }
  }

  /** Masks every token of an answer, whatever its status and shape: what comes of it may be printed. */
  #keepTokens({ body }: HttpResponse): void {
    const answer = parseJson(body) ?? body.toString('utf8')
    const tokens = new Set(tokensIn(answer))
    for (const token of [...tokens].slice(0, MOST_TOKENS)) this.#options.secrets.registerRaw(token)
  }

  /** Follows a redirect only within the same origin, and where it keeps method and body. */
  async #send(request: HttpRequest): Promise<HttpResponse> {
    let url = request.url
    for (let hop = 0; ; hop++) {
      const response = await this.#options.transport.send({ ...request, url, purpose: 'token' })
      this.#keepTokens(response)
      const next = redirectWithin(response)
      if (!next || hop === MOST_REDIRECTS) return response
      url = next
    }
  }
}

/** The name of the repository that a scope of `scopeFor` is about. */
function repositoryIn(scope: string): string {
  return scope.slice(scope.indexOf(':') + 1, scope.lastIndexOf(':'))
}

/** Adds to the query; nothing else of it is touched, for it may be signed. */
function withFields(realm: URL, fields: Readonly<Record<string, string>>): URL {
  const added = Object.entries(fields).map(([name, text]) => `${name}=${encodeURIComponent(text)}`)
  const separator = realm.search === '' ? '?' : '&'
  return new URL(`${realm.origin}${realm.pathname}${realm.search}${separator}${added.join('&')}`)
}

function comparePins(registry: URL, pinned: Pin, { realm, service }: Pin): void {
  if (pinned.realm.href === realm.href && pinned.service === service) return
  const [from, to] =
    pinned.realm.href === realm.href
      ? [`the service "${pinned.service ?? ''}"`, `"${service ?? ''}"`]
      : [pinned.realm.origin, realm.origin]
  const message = `${registry.host} changed its token service from ${from} to ${to}.`
  throw new Failure('auth', { message, fix: 'Check the registry and the proxies in between.' })
}

function redirectWithin(response: HttpResponse): URL | undefined {
  const location = headerOf(response, 'location')
  const { status, url } = response
  if ((status !== 307 && status !== 308) || location === undefined) return undefined
  const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined
  const isPlain = next?.username === '' && next.password === ''
  return isPlain && next.origin === url.origin ? next : undefined
}
