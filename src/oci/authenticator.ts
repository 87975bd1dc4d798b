import { Failure } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import type { Secret } from '../shared/secret.ts'
import type { SecretKeeper } from '../shared/secret-keeper.ts'
import { type Challenge, parseChallenges } from './challenge.ts'
import type { Credential } from './credential.ts'
import { isObject, parseJson } from './json.ts'
import { parseRealm } from './realm.ts'
import { refusal } from './refusal.ts'
import type { HttpResponse, Transport } from './transport.ts'

export interface AuthenticatorOptions {
  readonly origin: URL
  readonly credential: Credential | undefined
  readonly secrets: SecretKeeper
  readonly transport: Transport
  readonly logger: Logger
}

/**
 * Answers the challenges of one registry. The header that it gives is for that registry's origin
 * alone; the password goes to the registry (Basic) or to its token service (Bearer), never both.
 */
export class Authenticator {
  readonly #options: AuthenticatorOptions
  /** `user:password` in base64. */
  readonly #login: Secret | undefined
  #realm: URL | undefined
  #answer: { readonly scheme: 'Basic' | 'Bearer'; readonly secret: Secret } | undefined

  constructor(options: AuthenticatorOptions) {
    this.#options = options
    const { credential, secrets } = options
    this.#login = credential?.kind === 'login' ? encodeLogin(credential, secrets) : undefined
  }

  /** The `authorization` header to send with the next request to the registry; none at first. */
  headers(): Readonly<Record<string, string>> {
    return this.#answer ? authorization(this.#answer.scheme, this.#answer.secret) : {}
  }

  /** Whether the requests bear, or lead to, the user's credential. */
  get hasCredential(): boolean {
    return this.#login !== undefined
  }

  /**
   * Takes the challenge of a 401 and gets what `headers` needs for `scope`. False when there is
   * nothing new to offer, so that the 401 is final.
   * @throws Failure auth, when the token service refuses or may not be trusted
   */
  async answer(response: HttpResponse, scope: string): Promise<boolean> {
    const challenges = parseChallenges(response.headers['www-authenticate'])
    const bearer = challenges.find(
      ({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm')
    )
    if (bearer) {
      this.#answer = { scheme: 'Bearer', secret: await this.#fetchToken(bearer, scope) }
      return true
    }
    const wantsBasic = challenges.some(({ scheme }) => scheme === 'basic')
    if (this.#answer || !this.#login || !wantsBasic) return false
    this.#answer = { scheme: 'Basic', secret: this.#login }
    return true
  }

  async #fetchToken({ parameters }: Challenge, scope: string): Promise<Secret> {
    const realm = this.#pinned(parseRealm(parameters.get('realm') ?? '', this.#options.origin))
    const url = tokenUrl(realm, parameters.get('service'), scope)
    const response = await this.#options.transport.send({
      method: 'GET',
      url,
      headers: this.#login ? authorization('Basic', this.#login) : {},
      purpose: 'token'
    })
    if (response.status !== 200) throw tokenRefused(response, this.hasCredential)
    return this.#options.secrets.keepOpaque(tokenIn(response))
  }

  /** A registry that names another token service in mid-run is not to be followed there. */
  #pinned(realm: URL): URL {
    if (this.#realm && this.#realm.href !== realm.href) {
      const message = `${this.#options.origin.host} changed its token service from ${this.#realm.origin} to ${realm.origin} during the run.`
      throw new Failure('auth', { message, fix: 'Look at the registry and at proxies in between.' })
    }
    if (!this.#realm && this.hasCredential && realm.host !== this.#options.origin.host) {
      this.#options.logger.info(
        `The password goes to the token service of ${this.#options.origin.host} at ${realm.host}.`
      )
    }
    this.#realm = realm
    return realm
  }
}

function authorization(
  scheme: 'Basic' | 'Bearer',
  secret: Secret
): Readonly<Record<string, string>> {
  return { authorization: `${scheme} ${secret.reveal()}` }
}

function encodeLogin(
  { username, password }: Extract<Credential, { kind: 'login' }>,
  secrets: SecretKeeper
): Secret {
  const pair = Buffer.from(`${username}:${password.reveal()}`, 'utf8')
  return secrets.keepOpaque(pair.toString('base64'))
}

/**
 * distribution's token specification, "Requesting a token": the realm keeps its own query.
 * `service` is needed: without it docker_auth grants tokens that the registry never takes.
 */
function tokenUrl(realm: URL, service: string | undefined, scope: string): URL {
  const url = new URL(realm)
  if (service !== undefined) url.searchParams.append('service', service)
  url.searchParams.append('scope', scope)
  return url
}

function tokenIn(response: HttpResponse): string {
  const parsed = parseJson(response.body)
  const token = isObject(parsed) ? parsed['access_token'] || parsed['token'] : undefined
  if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) return token
  const message = `The token service at ${response.url.host} answered without a token.`
  throw new Failure('registry', { message, fix: 'Look at the token service of the registry.' })
}

function tokenRefused(response: HttpResponse, authenticated: boolean): Failure {
  const { host } = response.url
  const failure = refusal(response, { what: 'a token', host, authenticated })
  if (response.status !== 401 && response.status !== 403) return failure
  const fix = authenticated ? 'Check `username` and `password`.' : 'Set `username` and `password`.'
  return new Failure('auth', { message: failure.message, fix })
}
