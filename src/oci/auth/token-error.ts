import { type HttpResponse, headerOf } from '../../http/message.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { fixOfCause } from '../errors/causes.ts'
import { type Redact, statusText } from '../errors/registry-error.ts'
import { registryFix } from '../errors/registry-hints.ts'
import { noLoginFix, responseContext } from '../errors/response-error.ts'
import { type Credential, credentialFix } from './credential.ts'

interface Asked {
  /** Of the registry that named the token service. */
  readonly registry: string
  readonly repository: string
  readonly readOnly: boolean
  readonly credential: Credential | undefined
  /** As the challenge named it. */
  readonly service: string | undefined
  readonly redact: Redact
}

const LOOK = 'Check the token service of the registry.'

/**
 * The failure that a token service's answer amounts to when it is not a 200. It is not asked again. Nothing of an
 * answer that is not a refusal is shown: it may be a token.
 */
export function tokenError(response: HttpResponse, asked: Asked): Failure {
  const { status, url } = response
  if (status >= 300 && status < 400) return leadsAway(response)
  if (status < 300) {
    const message = `The token service at ${url.host} answered ${status} instead of 200, so its response was not used.`
    return new Failure('registry', { message, fix: LOOK })
  }
  const message = `${url.host} refused a token:`
  const why = `${statusText(response, asked.redact)}.`
  const isAuth = status === 401 || status === 403 || isSpentToken(status, asked)
  if (!isAuth) return new Failure('registry', { message, why, fix: LOOK })
  return new Failure('auth', { message, why, fix: fixFor(response, asked) })
}

/** The failure of a service that has no POST, where nothing but an identity token is known. */
export function noRefresh({ url, status }: HttpResponse): Failure {
  const message = `The token service at ${url.host} does not accept identity tokens: it answered ${status} to the required POST request.`
  const fix = `Log in with ${input('username')} and ${input('password')} instead, or set ${input('username')} as well.`
  return new Failure('auth', { message, fix })
}

/** RFC 6749, 5.2: a refresh token that has expired or was revoked is a 400 invalid_grant. */
function isSpentToken(status: number, { credential }: Asked): boolean {
  return status === 400 && credential?.kind === 'identity-token'
}

/** The login itself is the first suspect; what the registry is known for comes behind it. */
function fixFor(response: HttpResponse, asked: Asked): string {
  const { registry: host, repository, credential, readOnly } = asked
  const login = credential ? 'refused' : 'none'
  const refused = { ...responseContext(response, { host, login, readOnly }), repository }
  const cause = fixOfCause(refused)
  if (cause !== undefined) return cause
  const hint = registryFix(refused)
  if (!credential) return hint ?? noLoginFix(host)
  return [loginFix(response.status, credential, asked), hint].filter(Boolean).join(' ')
}

function loginFix(status: number, credential: Credential, { service }: Asked): string {
  const fix = credentialFix(credential)
  // olareg answers 403 to who leaves the service out, and to a wrong password.
  const isNameless = status === 403 && service === undefined
  return isNameless ? `${fix} Or configure the registry to name its \`service\`.` : fix
}

function leadsAway(response: HttpResponse): Failure {
  const { status, url } = response
  const location = headerOf(response, 'location') ?? ''
  const place = URL.canParse(location, url.href) ? new URL(location, url).origin : 'nowhere'
  const message = `The token service at ${url.host} redirects to ${place} (${status}); logins are not sent to the target of a redirect.`
  const fix = 'Correct the address of the token service in the configuration of the registry.'
  return new Failure('auth', { message, fix })
}
