import { setTimeout as sleep } from 'node:timers/promises'
import { Failure, problemOf } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import type { HttpRequest, HttpResponse } from './message.ts'
import { NoAnswer } from './network-failure.ts'
import {
  ANY_SERVER,
  type AnswerRules,
  type Attempted,
  askedPauseMs,
  backoffMs,
  isConnectionFailure,
  LONGEST_RETRY_AFTER_MS,
  mostAttempts,
  shouldRetry
} from './retry.ts'

/** Time and chance, which tests replace. */
export interface RetryOptions {
  /** From 0 up to 1. */
  readonly random?: () => number
  /** Rejects when the signal is aborted. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

interface RetrierOptions extends RetryOptions {
  /** What the log says of an answer: its status, and the words of the server, redacted. */
  readonly describe: (response: HttpResponse) => string
  /** `ANY_SERVER` unless given. */
  readonly rules?: AnswerRules
  readonly logger: Logger
  readonly signal: AbortSignal
  /**
   * How many bytes of answers have come from the host of a request so far; undefined where its silence is not that of
   * the registry.
   */
  readonly received?: (request: HttpRequest) => number | undefined
}

/**
 * Makes an attempt at a request, given its number and how the one before ended. Undefined means that there is nothing
 * left to do.
 */
type SendAttempt = (
  before: Attempted | undefined,
  number: number
) => Promise<HttpResponse | undefined>

/** Repeats what failed for reasons that pass, by the policy of retry.ts, and says so each time. */
export class Retrier {
  readonly #options: RetrierOptions
  readonly #now: () => number
  readonly #attempts = new WeakMap<HttpResponse, number>()

  constructor(options: RetrierOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /**
   * The answer of the last attempt, whatever it says; undefined when an attempt found nothing left to do.
   * @throws Failure, when the last attempt got no answer, NoAnswer when none did; the signal's reason on abort
   */
  async repeat(request: HttpRequest, attempt: SendAttempt): Promise<HttpResponse | undefined> {
    const attempts: Attempted[] = []
    const { rules = ANY_SERVER } = this.#options
    const before = this.#options.received?.(request)
    for (;;) {
      const attempted = await this.#try(attempt, attempts)
      if (attempted === undefined) return undefined
      attempts.push(attempted)
      const pause = shouldRetry(attempts, request, rules)
        ? this.#pauseAfter(attempts, request)
        : undefined
      if (pause === undefined) {
        const isSilent = before !== undefined && this.#options.received?.(request) === before
        return this.#conclude(attempted, attempts.length, isSilent)
      }
      this.#announce(request, attempted, { pause, next: attempts.length + 1 })
      await this.wait(pause)
      this.#options.logger.debug(`${requestText(request)}: attempt ${attempts.length + 1}`)
    }
  }

  /** How many attempts were made at the request that was answered so. */
  attemptsAt(response: HttpResponse): number {
    return this.#attempts.get(response) ?? 1
  }

  /** Waits, unless the run is aborted. */
  async wait(ms: number): Promise<void> {
    const { signal, sleep: pause = pauseFor } = this.#options
    signal.throwIfAborted()
    await pause(ms, signal).catch((error: unknown) => {
      signal.throwIfAborted()
      throw error
    })
  }

  async #try(attempt: SendAttempt, before: readonly Attempted[]): Promise<Attempted | undefined> {
    try {
      const response = await attempt(before.at(-1), before.length + 1)
      return response && { kind: 'answered', response }
    } catch (failure) {
      this.#options.signal.throwIfAborted()
      if (failure instanceof Failure) return { kind: 'lost', failure }
      throw failure
    }
  }

  /** A failure that was repeated in vain is passed on without its cause, so that nobody repeats it once more. */
  #conclude(attempted: Attempted, count: number, isSilent: boolean): HttpResponse {
    if (attempted.kind === 'answered') {
      this.#attempts.set(attempted.response, count)
      return attempted.response
    }
    const { failure } = attempted
    if (count === 1 || !isConnectionFailure(failure)) throw failure
    const { message, why = '', fix } = problemOf(failure)
    const tried = `${why} It was tried ${count} times.`.trimStart()
    throw new (isSilent ? NoAnswer : Failure)(failure.kind, { message, why: tried, fix })
  }

  /** Undefined when that would be too long to wait; the time for the whole conversation is the signal's matter. */
  #pauseAfter(attempts: readonly Attempted[], request: HttpRequest): number | undefined {
    const { random = Math.random, logger } = this.#options
    const asked = askedPauseMs(attempts.at(-1), this.#now())
    if (asked === undefined) return backoffMs(attempts, random)
    if (asked <= LONGEST_RETRY_AFTER_MS) return asked
    const most = `${seconds(LONGEST_RETRY_AFTER_MS)} s, the longest wait`
    logger.info(`${request.url.host} asked to wait ${seconds(asked)} s: longer than ${most}.`)
    return undefined
  }

  #announce(
    request: HttpRequest,
    attempted: Attempted,
    { pause, next }: { readonly pause: number; readonly next: number }
  ): void {
    const reason =
      attempted.kind === 'lost'
        ? attempted.failure.message
        : `${request.url.host} answered ${this.#options.describe(attempted.response)}.`
    this.#options.logger.info(
      `${reason} Attempt ${next} of ${mostAttempts(attempted)} at ${requestText(request)} in ${seconds(pause)} s.`
    )
  }
}

function requestText({ method, url }: HttpRequest): string {
  return `${method} ${url.pathname}`
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1)
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal })
}
