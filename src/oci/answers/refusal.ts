import { Failure, type FailureKind } from '../../shared/failure.ts'
import { type HttpResponse, headerOf } from '../transport/http.ts'
import { dialectFix, type Refused } from './dialects.ts'
import { codesIn, errorText } from './registry-error.ts'
import { retryAfterMs } from './retry-after.ts'

/** What was asked of the registry, as it reads after "refused": "the upload of a blob to host/name". */
export interface Attempt {
  readonly what: string
  readonly host: string
  /** Whether the request bore a credential. */
  readonly authenticated: boolean
  /** Whether the user needs to read alone; to read and write unless given. */
  readonly readOnly?: boolean
}

/** Of frozen tags at ECR and Quay (manifest-push.ts). */
const FROZEN_TAG_CODES = ['TAG_INVALID', 'TAG_IMMUTABLE', 'TAG_ALREADY_EXISTS']

/** The failure that a refusal amounts to: the registry's own words, its kind, and what mends it. */
export function refusal(response: HttpResponse, attempt: Attempt): Failure {
  const kind = kindOf(response)
  const said = [String(response.status), errorText(response.body)].filter(Boolean).join(' ')
  const message = `${attempt.host} refused ${attempt.what}: ${said}.${waitText(response)}`
  const fix = dialectFix(refusedOf(response, attempt)) ?? generalFix(kind, response, attempt)
  return new Failure(kind, { message, fix })
}

function refusedOf(response: HttpResponse, attempt: Attempt): Refused {
  const { host, authenticated, readOnly = false } = attempt
  const challenge = response.headers['www-authenticate']
  return {
    host,
    repository: REPOSITORY.exec(response.url.pathname)?.[1] ?? '',
    status: response.status,
    codes: codesIn(response.body),
    text: errorText(response.body),
    challenge: Array.isArray(challenge) ? challenge.join(', ') : challenge,
    isHtml: /^\s*</.test(response.body.toString('utf8')),
    authenticated,
    readOnly
  }
}

const REPOSITORY = /^\/v2\/(.+)\/(?:manifests|blobs|tags|referrers)\//

function waitText(response: HttpResponse): string {
  const wait = retryAfterMs(headerOf(response, 'retry-after'), Date.now())
  return wait === undefined ? '' : ` It asks to wait ${Math.ceil(wait / 1000)} s.`
}

function kindOf({ status, body }: HttpResponse): FailureKind {
  const codes = codesIn(body)
  if (status === 401 || status === 403 || status === 407) return 'auth'
  if (status === 409 || status === 412) return 'conflict'
  if (codes.some((code) => FROZEN_TAG_CODES.includes(code))) return 'conflict'
  if (codes.includes('NAME_UNKNOWN')) return 'auth'
  if (codes.includes('NAME_INVALID')) return 'usage'
  return 'registry'
}

function generalFix(kind: FailureKind, response: HttpResponse, attempt: Attempt): string {
  switch (kind) {
    case 'auth':
      return authFix(response, attempt)
    case 'conflict':
      return 'Publish under a new version; this tag may not be changed.'
    case 'usage':
      return "Check the path in `registry`; some registries want a project before the chart's name."
    default:
      return registryFix(response.status)
  }
}

function authFix({ body }: HttpResponse, { authenticated, readOnly = false }: Attempt): string {
  if (codesIn(body).includes('NAME_UNKNOWN')) {
    return 'Create the repository or project first, or check the path in `registry`.'
  }
  if (!authenticated) return 'Set `username` and `password`.'
  const rights = readOnly ? 'pull from' : 'pull from and push to'
  return `Check \`password\`, and that this user may ${rights} the repository.`
}

function registryFix(status: number): string {
  if (status === 413) return 'Raise the body limit of the registry.'
  if (status === 429) return 'The registry limits requests: run it again later.'
  if (status >= 500) return 'The registry is in trouble: run it again, or look at its log.'
  return 'Check that `registry` names an OCI registry, with the right host and port.'
}
