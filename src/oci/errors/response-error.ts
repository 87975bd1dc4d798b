import { type HttpResponse, headerOf } from '../../http/message.ts'
import { retryAfterMs } from '../../http/retry.ts'
import { Failure, type FailureKind, problemOf } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { parseJson } from '../../shared/json.ts'
import { fixOfCause } from './causes.ts'
import { isMisdirected } from './registry-answer.ts'
import { codesIn, type Redact, statusText, unredactedWords } from './registry-error.ts'
import { registryFix } from './registry-hints.ts'
import type { LoginState, ResponseContext } from './response-context.ts'

/** What was asked of the registry, as it reads after "refused": "the upload of a blob to host/name". */
export interface RefusedRequest {
  readonly what: string
  readonly host: string
  readonly login: LoginState
  /** Whether only reading is wanted; reading and writing unless given. */
  readonly readOnly?: boolean
  /** What the login makes of the refusal, where it says anything. */
  readonly meaning?: Meaning | undefined
  readonly redact: Redact
}

/** What a refusal means for the login. */
export interface Meaning {
  readonly why?: string
  readonly fix: string
  /** Whether the hints of registries cannot know better. */
  readonly isCertain?: boolean
}

/** Of frozen tags at ECR and Quay (manifest-push.ts). */
const FROZEN_TAG_CODES = ['TAG_INVALID', 'TAG_IMMUTABLE', 'TAG_ALREADY_EXISTS']
/** Of Nexus, with a code that means another thing elsewhere (jib#3057). */
const FROZEN_WORDS = /does not allow updating assets/i

/** The failure that a refusal amounts to: the registry's own words, its kind, what it means, and what fixes it. */
export function responseError(response: HttpResponse, asked: RefusedRequest): Failure {
  const { host, what, meaning, redact } = asked
  const message = `${host} refused ${what}:`
  const said = `${statusText(response, redact)}.${waitText(response)}`
  const why = [said, meaning?.why].filter(Boolean).join(' ')
  return new Failure(kindOf(response), { message, why, fix: fixFor(response, asked) })
}

function fixFor(response: HttpResponse, asked: RefusedRequest): string {
  const { meaning } = asked
  const refused = responseContext(response, asked)
  const general = meaning?.fix ?? generalFix(kindOf(response), response, asked)
  const cause = fixOfCause(refused)
  if (cause !== undefined || meaning?.isCertain) return cause ?? general
  const hint = registryFix(refused)
  // Where a login comes from is worth knowing as long as the login itself is wrong.
  return asked.login === 'refused' ? [general, hint].filter(Boolean).join(' ') : (hint ?? general)
}

/** What is known of a refusal, for hints. */
export function responseContext(
  response: HttpResponse,
  asked: Pick<RefusedRequest, 'host' | 'login' | 'readOnly'>
): ResponseContext {
  const { host, login, readOnly = false } = asked
  const challenge = response.headers['www-authenticate']
  const isJson = parseJson(response.body) !== undefined
  return {
    host,
    repository: repositoryIn(response.url) ?? '',
    status: response.status,
    codes: codesIn(response.body),
    text: unredactedWords(response.body),
    markup: isJson ? '' : response.body.toString('utf8'),
    challenge: Array.isArray(challenge) ? challenge.join(', ') : challenge,
    login,
    readOnly
  }
}

const REPOSITORY_PATH = /^\/v2\/(.+)\/(?:manifests|blobs|tags|referrers)\//

/** The name of the repository that a request is about; undefined where it is about something else. */
export function repositoryIn({ pathname }: URL): string | undefined {
  return REPOSITORY_PATH.exec(pathname)?.[1]
}

function waitText(response: HttpResponse): string {
  const wait = retryAfterMs(headerOf(response, 'retry-after'), Date.now())
  return wait === undefined ? '' : ` It asked to wait ${Math.ceil(wait / 1000)} s.`
}

function kindOf({ status, body }: HttpResponse): FailureKind {
  const codes = codesIn(body)
  if (status === 401 || status === 403 || status === 407) return 'auth'
  if (status === 409 || status === 412) return 'conflict'
  if (codes.some((code) => FROZEN_TAG_CODES.includes(code))) return 'conflict'
  if (FROZEN_WORDS.test(unredactedWords(body))) return 'conflict'
  if (codes.includes('NAME_UNKNOWN')) return 'auth'
  if (codes.includes('NAME_INVALID')) return 'usage'
  return 'registry'
}

function generalFix(kind: FailureKind, response: HttpResponse, asked: RefusedRequest): string {
  switch (kind) {
    case 'auth':
      return authFix(response, asked)
    case 'conflict':
      return 'Publish under a new version; this tag is immutable.'
    case 'usage':
      return `Check the path in ${input('registry')}; some registries require a project before the chart's name.`
    default:
      return statusFix(response.status)
  }
}

function authFix(
  { body }: HttpResponse,
  { host, login, readOnly = false }: RefusedRequest
): string {
  if (codesIn(body).includes('NAME_UNKNOWN')) {
    return `Create the repository or project first, or check the path in ${input('registry')}.`
  }
  if (login === 'none') return noLoginFix(host)
  const rights = readOnly ? 'pull from' : 'pull from and push to'
  return `Check ${input('password')}, and that this user may ${rights} the repository.`
}

/** What fixes that there is no credential, for one registry of several as well: the first two are for one host. */
export function noLoginFix(host: string): string {
  return `Set ${input('username')} and ${input('password')}, or add an entry for ${host} to ${input('registry-auth')}.`
}

function statusFix(status: number): string {
  if (status === 413) return 'Raise the body limit of the registry.'
  if (status === 429) return 'The registry limits requests: run it again later.'
  if (status >= 500) return 'The registry has an internal error: run it again, or check its log.'
  return `Check that ${input('registry')} names an OCI registry, with the right host and port.`
}

/** `failure`, made of `response`, with how often it was tried, and who wrote the answer when a registry did not. */
export function withNotes(failure: Failure, response: HttpResponse, attempts: number): Failure {
  const isOther = isMisdirected(response)
  const notes = [
    isOther ? 'This answer does not come from a registry.' : '',
    attempts > 1 ? `It was tried ${attempts} times.` : ''
  ].filter(Boolean)
  if (notes.length === 0) return failure
  const fix = isOther
    ? `Check that ${input('registry')} names an OCI registry, with the right host and port, and check the proxies in between.`
    : failure.fix
  const { message, why } = problemOf(failure)
  const noted = [why, ...notes].filter(Boolean).join(' ')
  return new Failure(failure.kind, { message, why: noted, fix }, failure.cause)
}
