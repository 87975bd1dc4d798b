import { Failure } from '../../shared/failure.ts'
import { errorText } from '../answers/registry-error.ts'
import { type HttpResponse, headerOf } from '../transport/http.ts'
import { type Credential, credentialFix } from './credential.ts'

interface Asked {
  readonly credential: Credential | undefined
  /** As the challenge named it. */
  readonly service: string | undefined
}

/** The failure that a token service's answer amounts to when it is no 200. It is not asked again. */
export function tokenRefused(response: HttpResponse, asked: Asked): Failure {
  const { status, url, body } = response
  if (status >= 300 && status < 400) return leadsAway(response)
  const said = [String(status), errorText(body)].filter(Boolean).join(' ')
  const message = `${url.host} refused a token: ${said}.`
  const isAuth = status === 401 || status === 403 || isSpentToken(status, asked)
  if (isAuth) return new Failure('auth', { message, fix: authFix(status, asked) })
  return new Failure('registry', { message, fix: 'Look at the token service of the registry.' })
}

/** The failure of a service that has no POST, where nothing but an identity token is known. */
export function noRefresh({ url, status }: HttpResponse): Failure {
  const message = `The token service at ${url.host} takes no identity tokens: it answered ${status} to the POST that they need.`
  const fix = 'Log in with `username` and `password` instead, or give the `username` as well.'
  return new Failure('auth', { message, fix })
}

/** RFC 6749, 5.2: a refresh token that has expired or was revoked is a 400 invalid_grant. */
function isSpentToken(status: number, { credential }: Asked): boolean {
  return status === 400 && credential?.kind === 'identity-token'
}

function authFix(status: number, { credential, service }: Asked): string {
  const fix = credential ? credentialFix(credential) : 'Set `username` and `password`.'
  // olareg answers 403 to who leaves the service out, and to a wrong password.
  const isNameless = status === 403 && service === undefined
  return isNameless ? `${fix} Or have the registry name its \`service\`.` : fix
}

function leadsAway(response: HttpResponse): Failure {
  const { status, url } = response
  const location = headerOf(response, 'location') ?? ''
  const place = URL.canParse(location, url.href) ? new URL(location, url).origin : 'nowhere'
  const message = `The token service at ${url.host} redirects to ${place} (${status}); a login is not taken there.`
  const fix = 'Have the registry name the right address of its token service.'
  return new Failure('auth', { message, fix })
}
