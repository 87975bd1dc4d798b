import { basicPair, basicValue } from '../../http/basic-login.ts'
import { Failure } from '../../shared/failure.ts'
import type { Secret } from '../../shared/secret.ts'
import type { SecretRegistry } from '../../shared/secret-registry.ts'
import type { Credential } from './credential.ts'
import type { Token } from './token.ts'
import type { AuthorizationKind } from './verdict.ts'

export type Headers = Readonly<Record<string, string>>

interface AuthHeadersOptions {
  readonly registry: URL
  readonly credential: Credential | undefined
  readonly secrets: SecretRegistry
  /** Address of the GitHub server that a job belongs to (GITHUB_SERVER_URL). */
  readonly githubServer: string | undefined
}

/** Docker's name for "the secret is an identity token" (docker/cli, docker-credential-helpers). */
export const NO_USERNAME = '<token>'
/**
 * A job's own token: installation tokens of GitHub Apps begin so (docs.github.com, "About authentication"). Whatever
 * stands around it, such as a blank or a quote that was copied along, whoever gets it can cut it out.
 */
const JOB_TOKEN = /(?<![A-Za-z0-9])ghs_[A-Za-z0-9]/
const GITHUB_REGISTRY = 'ghcr.io'

/**
 * The one place that gives secrets of a registry as bytes to send: for the registry and for the
 * pinned token service alone; to ask for another place is our own bug.
 */
export class AuthHeaders {
  readonly #options: AuthHeadersOptions
  readonly #pair: Secret | undefined
  #realm: string | undefined

  constructor(options: AuthHeadersOptions) {
    this.#options = options
    this.#pair = pairOf(options)
  }

  /** The kind of what it holds. */
  get kind(): Credential['kind'] | 'nothing' {
    return this.#options.credential?.kind ?? 'nothing'
  }

  /** Whether there is a name that makes a login of an identity token. */
  get canLogIn(): boolean {
    return this.#pair !== undefined
  }

  /** From now on the token service there may have the login, and no other. */
  pin(realm: URL): void {
    this.#realm = realm.origin
  }

  /** RFC 7617: the login, for the registry or its token service; an identity token only for the latter. */
  basic(to: URL): Headers {
    if (!this.#pair) throw new Error('there is no login to send')
    this.#assertAllowed(to, this.kind === 'login' ? this.#places() : [this.#realm])
    return { authorization: basicValue(this.#pair) }
  }

  /** RFC 6750: `token`, only for the registry. */
  bearer(token: Secret, to: URL): Headers {
    this.#assertAllowed(to, [this.#options.registry.origin])
    return { authorization: `Bearer ${token.reveal()}` }
  }

  /** The body of a token request that has the identity token (RFC 6749, 6), only for the token service. */
  refreshForm(to: URL, fields: Headers): Buffer {
    const { credential } = this.#options
    if (credential?.kind !== 'identity-token') throw new Error('there is no identity token to send')
    this.#assertAllowed(to, [this.#realm])
    const token = { grant_type: 'refresh_token', refresh_token: credential.token.reveal() }
    return Buffer.from(new URLSearchParams({ ...token, ...fields }).toString(), 'utf8')
  }

  #places(): readonly (string | undefined)[] {
    return [this.#options.registry.origin, this.#realm]
  }

  #assertAllowed(to: URL, places: readonly (string | undefined)[]): void {
    if (!places.includes(to.origin)) {
      throw new Error(
        `a secret of ${this.#options.registry.origin} would have been sent to ${to.origin}`
      )
    }
    const { credential, githubServer } = this.#options
    if (!credential || !isJobToken(credential) || isGitHub(to.hostname, githubServer)) return
    const message = `The password is the token of a GitHub job, which is only valid for GitHub's registries, so it was not sent to ${to.host}.`
    const fix = `Set a login that was created for ${this.#options.registry.host}.`
    throw new Failure('auth', { message, fix })
  }
}

function pairOf({ credential, secrets }: AuthHeadersOptions): Secret | undefined {
  if (!credential || credential.kind === 'registry-token') return undefined
  const { kind, username } = credential
  if (username === undefined) return undefined
  if (kind === 'identity-token' && username === NO_USERNAME) return undefined
  return basicPair({ username, password: secretOf(credential) }, secrets)
}

function secretOf(credential: Credential): Secret {
  return credential.kind === 'login' ? credential.password : credential.token
}

/** Also where a token stands in place of the user, as git takes it. */
function isJobToken(credential: Credential): boolean {
  const username = credential.kind === 'registry-token' ? '' : (credential.username ?? '')
  return [secretOf(credential).reveal(), username].some((text) => JOB_TOKEN.test(text))
}

function isGitHub(hostname: string, githubServer: string | undefined): boolean {
  if (hostname === GITHUB_REGISTRY) return true
  if (githubServer === undefined || !URL.canParse(githubServer)) return false
  const server = new URL(githubServer).hostname
  return server !== '' && (hostname === server || hostname.endsWith(`.${server}`))
}

/** How a request is authorized. Compared by identity: another one for the same repository is newer. */
export interface Authorization {
  readonly kind: AuthorizationKind
  readonly token?: Token
  readonly scope?: string
}

export const ANONYMOUS: Authorization = { kind: 'none' }
export const BASIC: Authorization = { kind: 'basic' }
export const REGISTRY_TOKEN: Authorization = { kind: 'registry-token' }
