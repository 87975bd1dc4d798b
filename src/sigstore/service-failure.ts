import { type HttpResponse, headerOf } from '../http/message.ts'
import { Failure } from '../shared/failure.ts'
import { isObject, parseJson } from '../shared/json.ts'
import { shorten } from '../shared/printable.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'

interface ServiceTrouble {
  /** What the service is: `certificate authority`. */
  readonly service: string
  readonly url: URL
  readonly why: string
  readonly fix?: string
}

/** A sentence or two; what is longer is hardly meant for people. */
const LONGEST_WORDS = 200
/** Ordinary clocks are within a second; a minute is worth a word. */
const CLOCK_DIFFERENCE_MS = 60_000

/** A service did not do what it was asked for. */
export function serviceFailure({ service, url, why, fix }: ServiceTrouble): Failure {
  const message = `The ${service} ${url.host} could not be used:`
  return new Failure('signing', { message, why, fix: fix ?? againFix(url) })
}

/** The failure of an answer with a status that means no. */
export function refusedByService(
  response: HttpResponse,
  service: string,
  secrets: SecretRegistry,
  more: { readonly about?: string; readonly fix?: string } = {}
): Failure {
  const words = wordsOf(response, secrets)
  const said = [`It answered ${response.status}`, words].filter(Boolean).join(' ')
  const why = [`${said}.`, more.about].filter(Boolean).join(' ')
  const { url } = response
  return serviceFailure({ service, url, why, ...(more.fix !== undefined && { fix: more.fix }) })
}

/**
 * What a service says in the JSON of its errors (google.rpc.Status, Rekor's Error, and GitHub's, which has more in
 * `errors`), without secrets of the run; nothing else of a body is shown, since servers repeat what they were sent.
 */
export function wordsOf({ body }: HttpResponse, secrets: SecretRegistry): string {
  const parsed = parseJson(body)
  if (!isObject(parsed)) return ''
  const details = Array.isArray(parsed['errors']) ? parsed['errors'].map(messageIn) : []
  const words = [textOf(parsed['message']), ...details].filter(Boolean).join(': ')
  return words === '' ? '' : `"${shorten(secrets.redact(words), LONGEST_WORDS)}"`
}

function messageIn(detail: unknown): string {
  return textOf(isObject(detail) ? detail['message'] : detail)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : ''
}

/** How far the clock of a server is from ours, where that explains a refusal. */
export function clockDifference(response: HttpResponse, now: number): string | undefined {
  const difference = Date.parse(headerOf(response, 'date') ?? '') - now
  if (!(Math.abs(difference) > CLOCK_DIFFERENCE_MS)) return undefined
  const seconds = Math.round(Math.abs(difference) / 1000)
  const which = difference > 0 ? 'behind' : 'ahead of'
  return `The clock of this machine is ${seconds} s ${which} that of ${response.url.host}.`
}

function againFix({ host }: URL): string {
  const page = host.endsWith('.sigstore.dev') ? 'https://status.sigstore.dev' : 'that service'
  return `No version was tagged: run it again. If the error persists, check ${page}, and the proxies in between.`
}
