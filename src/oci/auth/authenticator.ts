import type { HttpRequest, HttpResponse } from '../../http/message.ts'
import type { Transport } from '../../http/transport.ts'
import {
  ANONYMOUS,
  AuthHeaders,
  type Authorization,
  BASIC,
  type Headers,
  REGISTRY_TOKEN
} from './auth-headers.ts'
import { type Challenge, errorIn, offers, parseChallenges } from './challenge.ts'
import { FirstAnswers } from './first-answers.ts'
import { Ping } from './ping.ts'
import { scopeFor } from './token.ts'
import { TokenService, type TokenServiceOptions } from './token-service.ts'
import { type AuthorizationKind, type Verdict, verdictOf } from './verdict.ts'

type Shared = 'credential' | 'access' | 'tokenHosts' | 'secrets' | 'logger' | 'transport'

/** Registries are verified, and performance.now is the clock, unless given. */
type Preset = 'isVerified' | 'now'

export interface AuthenticatorOptions
  extends Pick<TokenServiceOptions, Shared>,
    Partial<Pick<TokenServiceOptions, Preset>> {
  readonly origin: URL
  /** GITHUB_SERVER_URL, where there is one. */
  readonly githubServer: string | undefined
  /** Sends to the token service, and looks for a hidden challenge; may repeat what fails for reasons that pass. */
  readonly patientTransport?: Pick<Transport, 'send'>
}

type Trip = Readonly<{ repository: string; pass: Authorization }>

/**
 * Answers the challenges of one registry. Authorization is computed for every request, for that registry's exact origin
 * alone; the password goes to the registry (Basic) or to its pinned token service (Bearer), never to both.
 */
export class Authenticator {
  readonly #options: AuthenticatorOptions
  readonly #authHeaders: AuthHeaders
  readonly #tokens: TokenService
  readonly #passes = new Map<string, Authorization>()
  readonly #renewals = new Map<string, Promise<Authorization>>()
  readonly #sent = new WeakMap<HttpResponse, AuthorizationKind>()
  readonly #ping: Ping
  readonly #firstAnswers = new FirstAnswers()
  #basic = false

  constructor(options: AuthenticatorOptions) {
    const { origin, credential, isVerified = true, now = () => performance.now() } = options
    const patient = options.patientTransport ?? options.transport
    this.#options = options
    this.#ping = new Ping(origin, patient)
    this.#authHeaders = new AuthHeaders({ ...options, registry: origin })
    this.#tokens = new TokenService({
      ...options,
      transport: patient,
      registry: origin,
      credential,
      authHeaders: this.#authHeaders,
      isVerified,
      now
    })
  }

  /**
   * Sends a request about a repository to the registry, with what it takes; a first 401 is answered, a second one final.
   * @throws Failure auth, when the token service refuses or may not be trusted; registry, when it stays unknown
   * whether the registry hides a challenge
   */
  async send(repository: string, request: HttpRequest): Promise<HttpResponse> {
    const pass = await this.#passFor(repository)
    const response = await this.#sendWith(pass, request)
    const better = await this.#answer(response, { repository, pass })
    this.#firstAnswers.note(repository)
    return better ? this.#sendWith(better, request) : response
  }

  /**
   * Waits until a request about a repository would be sent with what it needs: another one has been answered, or the
   * registry has named its token service. Without a credential that is so at once.
   */
  async untilKnown(repository: string): Promise<void> {
    const { credential } = this.#options
    const isKnown = !credential || credential.kind === 'registry-token' || this.#basic
    if (!isKnown && !this.#tokens.isPinned) await this.#firstAnswers.until(repository)
  }

  /** The authorization that is known for a request about a repository; nothing is fetched for it. */
  knownHeaders(repository: string, url: URL): Headers {
    return this.#headersFor(this.#basic ? BASIC : (this.#passes.get(repository) ?? ANONYMOUS), url)
  }

  /** What an answer of `send` says about the login, if anything. */
  verdict(response: HttpResponse): Verdict | undefined {
    const pass = this.#sent.get(response) ?? 'none'
    return verdictOf(response, { pass, credential: this.#options.credential })
  }

  async #sendWith(pass: Authorization, request: HttpRequest): Promise<HttpResponse> {
    const headers = { ...request.headers, ...this.#headersFor(pass, request.url) }
    const response = await this.#options.transport.send({ ...request, headers })
    this.#sent.set(response, pass.kind)
    return response
  }

  #headersFor({ kind, token }: Authorization, url: URL): Headers {
    const { origin, credential } = this.#options
    if (url.origin !== origin.origin) {
      throw new Error(`a request to ${url.origin} would carry the credential of ${origin.origin}`)
    }
    if (kind === 'basic') return this.#authHeaders.basic(url)
    if (token) return this.#authHeaders.bearer(token.secret, url)
    const given = kind === 'registry-token' && credential?.kind === 'registry-token'
    return given ? this.#authHeaders.bearer(credential.token, url) : {}
  }

  async #passFor(repository: string): Promise<Authorization> {
    if (this.#options.credential?.kind === 'registry-token') return REGISTRY_TOKEN
    if (this.#basic) return BASIC
    const pass = this.#passes.get(repository)
    if (pass && !this.#isStale(pass)) return pass
    // Another repository of a registry that has named its token service, or a token that runs out.
    return this.#tokens.isPinned ? this.#renew(repository, pass?.scope) : ANONYMOUS
  }

  async #answer(response: HttpResponse, trip: Trip): Promise<Authorization | undefined> {
    if (response.status === 401) return this.#answerChallenge(response, trip)
    if (!this.#mayHideChallenge(response, trip)) return undefined
    const answer = await this.#ping.ask()
    return answer.status === 401 ? this.#answerChallenge(answer, trip) : undefined
  }

  /**
   * zot has answered 403 to an anonymous POST where it meant a 401 (helm/helm#12234); a registry that is open to readers
   * may hide a private repository, with the tag that must not be overwritten, by 404.
   */
  #mayHideChallenge({ status }: HttpResponse, { pass }: Trip): boolean {
    const hasCredential = this.#options.credential !== undefined
    return pass.kind === 'none' && hasCredential && (status === 403 || status === 404)
  }

  async #answerChallenge(response: HttpResponse, trip: Trip): Promise<Authorization | undefined> {
    const challenges = parseChallenges(response.headers['www-authenticate'])
    const { repository, pass } = trip
    const newer = this.#basic ? BASIC : this.#passes.get(repository)
    if (newer && newer !== pass && !this.#isStale(newer)) return newer
    const bearer = challenges.find(
      ({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm')
    )
    if (bearer) return this.#answerBearer(bearer, trip)
    return offers(challenges, 'basic') ? this.#answerBasic(trip) : undefined
  }

  #answerBasic({ repository, pass }: Trip): Promise<Authorization> | Authorization | undefined {
    // Harbor asks for Basic whenever a token is refused, an expired one too: a new token, never the password.
    if (pass.kind === 'bearer') return this.#renew(repository, pass.scope)
    if (pass.kind !== 'none' || this.#authHeaders.kind !== 'login') return undefined
    this.#basic = true
    return BASIC
  }

  async #answerBearer(
    challenge: Challenge,
    { repository, pass }: Trip
  ): Promise<Authorization | undefined> {
    if (pass.kind === 'basic' || pass.kind === 'registry-token') return undefined
    const asked = challenge.parameters.get('scope')
    const scope = scopeFor(repository, this.#options.access, asked)
    // What was asked for and not granted will not be granted the second time (as buildkit has it).
    if (errorIn([challenge]) === 'insufficient_scope' && scope === pass.scope) return undefined
    this.#tokens.pin(challenge)
    return this.#renew(repository, scope)
  }

  /** Fetches a token; whoever needs one for the same repository meanwhile waits for the same. */
  #renew(repository: string, known: string | undefined): Promise<Authorization> {
    const running = this.#renewals.get(repository)
    if (running !== undefined) return running
    const scope = known ?? scopeFor(repository, this.#options.access, undefined)
    this.#passes.delete(repository)
    const renewal = this.#fetch(repository, scope).finally(() => {
      this.#renewals.delete(repository)
    })
    this.#renewals.set(repository, renewal)
    return renewal
  }

  async #fetch(repository: string, scope: string): Promise<Authorization> {
    const pass: Authorization = { kind: 'bearer', token: await this.#tokens.fetch(scope), scope }
    this.#passes.set(repository, pass)
    return pass
  }

  #isStale({ token }: Authorization): boolean {
    const { now = () => performance.now() } = this.#options
    return token !== undefined && token.staleAt <= now()
  }
}
