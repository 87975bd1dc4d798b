import { type HttpResponse, headerOf } from '../../http/message.ts'
import { retryAfterMs } from '../../http/retry.ts'
import { Failure, type FailureKind } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import type { SourcedLogin, WantedFile } from './classic-access.ts'
import { placeOf, repositoryText } from './place.ts'
import { type Redact, statusText } from './server-words.ts'

/** An answer that is no file. */
export interface Refused {
  readonly file: WantedFile
  readonly response: HttpResponse
  /** That of the request which was refused. */
  readonly login: SourcedLogin | undefined
  /** How many attempts were made. */
  readonly attempts: number
  readonly redact: Redact
}

const GONE = [404, 410]
const NOT_ALLOWED = [401, 403]

/** The failure that a refusal amounts to: what was refused, the server's own words, and what resolves it. */
export function refusal(refused: Refused): Failure {
  const { response, attempts, redact } = refused
  const wait = retryAfterMs(headerOf(response, 'retry-after'), Date.now())
  const why = [
    `${statusText(response, redact)}.`,
    wait === undefined ? '' : `It asked to wait ${Math.ceil(wait / 1000)} s.`,
    attempts > 1 ? `It was tried ${attempts} times.` : ''
  ]
  const { kind, message, fix } = meaningOf(refused)
  return new Failure(kind, { message, why: why.filter(Boolean).join(' '), fix })
}

interface Meaning {
  readonly kind: FailureKind
  readonly message: string
  readonly fix: string
}

function meaningOf(refused: Refused): Meaning {
  const { status } = refused.response
  if (NOT_ALLOWED.includes(status) || GONE.includes(status)) return absence(refused)
  const { host } = refused.response.url
  const message = `${host} did not send ${nameOf(refused.file)}:`
  if (status === 429) return { kind: 'registry', message, fix: limitFix(refused) }
  const fix =
    'Run it again; if the error persists, check the repository and the proxies in between.'
  return { kind: 'registry', message, fix }
}

/** A server that does not know who asks may say "not found" as well as "not allowed". */
function absence(refused: Refused): Meaning {
  const { file, response, login } = refused
  const { host, origin } = response.url
  const refusedIt = `${host} refused ${nameOf(file)}:`
  const isGone = GONE.includes(response.status)
  if (origin !== file.url.origin) return redirectedAbsence(refused, isGone)
  if (file.kind === 'index') {
    const message = isGone ? `${nameOf(file).replace(/^the /, 'The ')} was not found:` : refusedIt
    return { kind: 'auth', message, fix: `Check the URL in Chart.yaml. ${loginFix(host, login)}` }
  }
  if (origin !== file.repository.origin) {
    const message = `${host}, to which the index of ${repositoryText(file.repository)} points, refused ${nameOf(file)}:`
    return { kind: 'auth', message, fix: loginFix(host, login) }
  }
  return isGone ? missing(file) : { kind: 'auth', message: refusedIt, fix: loginFix(host, login) }
}

/** No login goes where a redirect leads to, so that none would help there. */
function redirectedAbsence({ file, response }: Refused, isGone: boolean): Meaning {
  if (isGone && file.kind === 'archive') return missing(file)
  const message = `${response.url.host}, to which ${file.url.host} redirects, refused ${nameOf(file)}:`
  const fix = `Logins are not sent to the target of a redirect: check the repository, and the login for ${file.url.host}.`
  return { kind: 'auth', message, fix }
}

function missing({ url, repository }: WantedFile): Meaning {
  const message = `The index of ${repositoryText(repository)} lists ${placeOf(url)}, which does not exist:`
  const fix = 'Choose another version in Chart.yaml, or commit the archive to charts/.'
  return { kind: 'chart', message, fix }
}

function loginFix(host: string, login: SourcedLogin | undefined): string {
  if (login) return `Check the login of ${login.source}, and that its user may read this.`
  return `If it is private, add an entry for ${host} to ${input('registry-auth')}, with a user who may read it.`
}

function limitFix({ response, login }: Refused): string {
  const later = 'The server limits requests: run it again later'
  const { host } = response.url
  return login
    ? `${later}.`
    : `${later}, or add an entry for ${host} to ${input('registry-auth')}: limits are often lower without a login.`
}

/** `the index of https://host/charts`, `the archive https://host/charts/a-1.0.0.tgz`. */
export function nameOf({ kind, repository, url }: WantedFile): string {
  return kind === 'index'
    ? `the index of ${repositoryText(repository)}`
    : `the archive ${placeOf(url)}`
}
