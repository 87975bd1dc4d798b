import { Failure, type FailureKind } from '../shared/failure.ts'
import { errorText, parseErrors } from './registry-error.ts'
import type { HttpResponse } from './transport.ts'

/** What was asked of the registry, as it reads after "refused": "the upload of a blob to host/name". */
export interface Attempt {
  readonly what: string
  readonly host: string
  /** Whether the request bore a credential. */
  readonly authenticated: boolean
  /** Whether the user needs to read alone; to read and write unless given. */
  readonly readOnly?: boolean
}

// Frozen tags: ECR answers 400 TAG_INVALID, Quay 409, Harbor 412 (servers' sources and issues).
const FROZEN_TAG_CODES = ['TAG_INVALID', 'TAG_IMMUTABLE', 'TAG_ALREADY_EXISTS']
const ABSENT_CODES = ['MANIFEST_UNKNOWN', 'NAME_UNKNOWN', 'NOT_FOUND']

/**
 * Whether a 404 to a GET of a manifest says "there is no such tag": its body names the code, or it
 * bears the registry's own header. Any other 404 may come from a wrong door.
 */
export function saysAbsent(response: HttpResponse): boolean {
  const codes = parseErrors(response.body).map(({ code }) => code)
  const named = codes.some((code) => ABSENT_CODES.includes(code))
  return response.status === 404 && (named || 'docker-distribution-api-version' in response.headers)
}

/** The failure that a refusal amounts to: the registry's own words, its kind, and what mends it. */
export function refusal(response: HttpResponse, attempt: Attempt): Failure {
  const kind = kindOf(response)
  const said = [String(response.status), errorText(response.body)].filter(Boolean).join(' ')
  const message = `${attempt.host} refused ${attempt.what}: ${said}.`
  return new Failure(kind, { message, fix: fixFor(kind, response, attempt) })
}

function kindOf({ status, body }: HttpResponse): FailureKind {
  const codes = parseErrors(body).map(({ code }) => code)
  if (status === 401 || status === 403 || status === 407) return 'auth'
  if (status === 409 || status === 412) return 'conflict'
  if (codes.some((code) => FROZEN_TAG_CODES.includes(code))) return 'conflict'
  if (codes.includes('NAME_UNKNOWN')) return 'auth'
  if (codes.includes('NAME_INVALID')) return 'usage'
  return 'registry'
}

function fixFor(kind: FailureKind, response: HttpResponse, attempt: Attempt): string {
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

function authFix({ status, body }: HttpResponse, attempt: Attempt): string {
  const { host, authenticated, readOnly = false } = attempt
  if (parseErrors(body).some(({ code }) => code === 'NAME_UNKNOWN')) {
    return 'Create the repository or project first, or check the path in `registry`.'
  }
  if (!authenticated) return 'Set `username` and `password`.'
  if (host === 'ghcr.io' && status === 403) {
    const permission = readOnly ? 'read' : 'write'
    return `Give the job \`permissions: packages: ${permission}\`, and the repository access to the package.`
  }
  const rights = readOnly ? 'pull from' : 'pull from and push to'
  return `Check \`password\`, and that this user may ${rights} the repository.`
}

function registryFix(status: number): string {
  if (status === 413) return 'Raise the body limit of the registry or of the proxy before it.'
  if (status === 415) return 'Use a registry that takes OCI artifacts.'
  if (status === 429) return 'The registry limits requests: run it again later.'
  if (status >= 500) return 'The registry is in trouble: run it again, or look at its log.'
  return 'Check that `registry` names an OCI registry, with the right host and port.'
}
