import { type HttpResponse, headerOf } from '../../http/message.ts'
import type { AnswerRules, Retried } from '../../http/retry.ts'
import { Failure } from '../../shared/failure.ts'
import { isObject, parseJson } from '../../shared/json.ts'
import { codesIn } from './registry-error.ts'

/** 405 as well: a web server answers it to a PUT where it answers 404 to a GET. */
const MISDIRECTED_STATUSES = [404, 405]

/** Codes that only registries have (distribution-spec v1.1, "Error Codes"). zot sends some of them in a bare object. */
const REGISTRY_CODE = /^(?:BLOB|DIGEST|MANIFEST|NAME)_[A-Z_]+$/

/**
 * Whether a registry wrote this answer, and not a proxy, a web server or another service: it has the header of
 * registries, or errors in their JSON, whatever its Content-Type. A web page is never theirs, also when a proxy adds
 * the header to every answer (nginx in Docker's own recipe).
 */
function isFromRegistry({ headers, body }: HttpResponse): boolean {
  if (/^\s*</.test(body.toString('utf8'))) return false
  return 'docker-distribution-api-version' in headers || hasErrors(body)
}

/** Whether a 404 says that there is no such thing. Any other 404 leaves that open. */
export function saysAbsent(response: HttpResponse): boolean {
  return response.status === 404 && isFromRegistry(response)
}

/** Whether a request was answered "not found" by something other than the registry, which has not seen it. */
export function isMisdirected(response: HttpResponse): boolean {
  return MISDIRECTED_STATUSES.includes(response.status) && !isFromRegistry(response)
}

function hasErrors(body: Buffer): boolean {
  const parsed = parseJson(body)
  if (!isObject(parsed)) return false
  const { errors, code } = parsed
  if (Array.isArray(errors)) return errors.some((entry) => isObject(entry) && isError(entry))
  return typeof code === 'string' && REGISTRY_CODE.test(code)
}

/** With a code, or as the rest of Artifactory writes them: `{"status": 404, "message": "…"}`. */
function isError({ code, status, message }: Readonly<Record<string, unknown>>): boolean {
  return typeof code === 'string' || (typeof status === 'number' && typeof message === 'string')
}

/**
 * The Content-Encoding of an answer; undefined without one. None is asked for (`accept-encoding: identity`): digests
 * are those of the bytes as they are stored.
 */
export function unaskedEncoding(response: HttpResponse): string | undefined {
  const encoding = headerOf(response, 'content-encoding')?.trim().toLowerCase() ?? ''
  return encoding === '' || encoding === 'identity' ? undefined : encoding
}

/**
 * Refuses an answer whose bytes cannot be used, since they are compressed.
 * @param what it was to be, as in `the manifest of …`
 * @throws Failure registry
 */
export function refuseEncoded(response: HttpResponse, what: string): void {
  const encoding = unaskedEncoding(response)
  if (encoding === undefined) return
  const message = `${response.url.host} sent ${what} with the Content-Encoding ${encoding}, which was not requested, so it was not read.`
  throw new Failure('registry', {
    message,
    fix: 'Turn off compression for /v2/ in the registry, or in the proxy in front of it (nginx: `gzip off`).'
  })
}

/** distribution answers 500 to names and digests that it cannot read (measured with 2.8.2 and 3.1.1). */
const CODES_OF_LASTING_500 = ['NAME_INVALID', 'UNKNOWN']

/** What is known of the answers of registries, and of what stands before them. */
export const REGISTRY_RULES: AnswerRules = { isMisdirected: isOfSomethingElse, isLasting }

/**
 * An ingress without a backend and a proxy in the middle of a change answer "not found" for a moment. Answers to HEAD
 * have no body that could show who wrote them.
 */
function isOfSomethingElse(
  response: HttpResponse,
  { method, finalStatuses = [] }: Retried
): boolean {
  if (method === 'HEAD' || finalStatuses.includes(response.status)) return false
  return isMisdirected(response)
}

function isLasting({ status, body }: HttpResponse): boolean {
  return status === 500 && codesIn(body).some((code) => CODES_OF_LASTING_500.includes(code))
}
