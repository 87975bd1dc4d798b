import type { Failure } from '../shared/failure.ts'
import { type HttpRequest, type HttpResponse, headerOf } from './message.ts'
import { networkCode } from './network-failure.ts'

/** What one attempt at a request came to. */
export type Attempted =
  | { readonly kind: 'answered'; readonly response: HttpResponse }
  /** No whole answer came: nothing is known of what the registry did. */
  | { readonly kind: 'lost'; readonly failure: Failure }

/** What counts of a request when its answer is judged. */
export type Retried = Pick<HttpRequest, 'method' | 'finalStatuses'>

/** What is known of the answers of one kind of server, beyond their status. */
export interface AnswerRules {
  /** Whether something else than the server that was asked answered, so that another attempt may reach that one. */
  readonly isMisdirected: (response: HttpResponse, request: Retried) => boolean
  /** Whether an error of the server will be the same next time. */
  readonly isLasting: (response: HttpResponse) => boolean
}

/** Of servers of which nothing more is known. */
export const ANY_SERVER: AnswerRules = { isMisdirected: () => false, isLasting: () => false }

/** go-containerregistry tries 3 times, oras and containerd 6 and 5; 4 end within seconds. */
const MOST_ATTEMPTS = 4
/** The pauses double from here, as with AWS ("Exponential Backoff And Jitter"): 3.5 s in all at the most. */
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 10_000
/** A name that is not known now will hardly be in a moment; a resolver that has just started may learn it. */
const UNKNOWN_HOST_ATTEMPTS = 2
const UNKNOWN_HOST_PAUSE_MS = 1000
/** skopeo waits as long at the most (docker_client.go, backoffMaxDelay). */
export const LONGEST_RETRY_AFTER_MS = 60_000

/**
 * Trouble that passes: time-outs, rate limits, and 5xx of registries and of the proxies before them (499 of
 * distribution and nginx, 520 to 524 of Cloudflare). 501, 505 and 507 stay as they are.
 */
const PASSING_STATUSES = [408, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524]

/** Codes of connections that fail or break off (Node and undici 7). TLS is not among them: it stays refused. */
const PASSING_CODES = [
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ERR_PROXY_TUNNEL',
  'ETIMEDOUT',
  'HPE_INVALID_EOF_STATE',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_SOCKET'
]

/** How many attempts a request gets that has gone so the last time. */
export function mostAttempts(last: Attempted): number {
  const isUnknownHost = last.kind === 'lost' && networkCode(last.failure.cause) === 'ENOTFOUND'
  return isUnknownHost ? UNKNOWN_HOST_ATTEMPTS : MOST_ATTEMPTS
}

/** Whether another attempt may help; `attempts` are all so far at the request, the last of them just made. */
export function shouldRetry(
  attempts: readonly Attempted[],
  request: Retried,
  rules: AnswerRules
): boolean {
  const last = attempts.at(-1)
  if (last === undefined || attempts.length >= mostAttempts(last)) return false
  if (last.kind === 'answered') {
    const { response } = last
    const mayPass =
      PASSING_STATUSES.includes(response.status) || rules.isMisdirected(response, request)
    return mayPass && !isLasting(attempts, rules)
  }
  return isConnectionFailure(last.failure)
}

/** Whether the request may have been done all the same: the answer was lost, or came from a proxy that lost it. */
export function mayBeDone(attempt: Attempted): boolean {
  return attempt.kind === 'lost' || attempt.response.status !== 429
}

/** Whether it was the connection that failed, as opposed to what was said over it. */
export function isConnectionFailure(failure: Failure): boolean {
  return PASSING_CODES.includes(networkCode(failure.cause) ?? '')
}

/** How many milliseconds the registry asks to wait, if it does. */
export function askedPauseMs(attempt: Attempted | undefined, now: number): number | undefined {
  if (attempt?.kind !== 'answered') return undefined
  return retryAfterMs(headerOf(attempt.response, 'retry-after'), now)
}

/** The own pause before the next attempt, in milliseconds: full jitter, so that many runs do not come back as one. */
export function backoffMs(attempts: readonly Attempted[], random: () => number): number {
  const last = attempts.at(-1)
  if (last?.kind === 'lost' && networkCode(last.failure.cause) === 'ENOTFOUND') {
    return UNKNOWN_HOST_PAUSE_MS
  }
  const longest = FIRST_PAUSE_MS * 2 ** (attempts.length - 1)
  return random() * Math.min(longest, LONGEST_PAUSE_MS)
}

/** Twice the same is enough to know. */
function isLasting(attempts: readonly Attempted[], rules: AnswerRules): boolean {
  const [before, last] = attempts.slice(-2)
  if (before?.kind !== 'answered' || last?.kind !== 'answered') return false
  return rules.isLasting(before.response) && rules.isLasting(last.response)
}

const NUMBER = /^\d+(?:\.\d+)?$/
const DATE = /^(?:mon|tue|wed|thu|fri|sat|sun)/i
/** Some services send the time itself (Docker Hub's X-Retry-After): no one asks to wait for 31 years. */
const SMALLEST_EPOCH_S = 1e9
const SMALLEST_EPOCH_MS = 1e12

/**
 * How long a Retry-After field asks to wait, in milliseconds from `now` (RFC 9110, 10.2.3): seconds, with
 * decimals too, or a date in any of the three forms of RFC 9110, 5.6.7. Undefined when it asks for nothing
 * that lies ahead.
 */
export function retryAfterMs(field: string | undefined, now: number): number | undefined {
  const text = field?.trim() ?? ''
  const wait = NUMBER.test(text) ? waitFor(Number(text), now) : dateOf(text) - now
  return wait > 0 ? wait : undefined
}

function waitFor(value: number, now: number): number {
  if (value >= SMALLEST_EPOCH_MS) return value - now
  if (value >= SMALLEST_EPOCH_S) return value * 1000 - now
  return value * 1000
}

/** NaN for what is no date. The asctime form has no zone and is in UTC. */
function dateOf(text: string): number {
  if (!DATE.test(text)) return Number.NaN
  return Date.parse(/(?:GMT|UTC|[+-]\d{4})$/i.test(text) ? text : `${text} GMT`)
}
