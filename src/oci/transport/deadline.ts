import { busySignal } from '../../shared/busy-signal.ts'
import { Failure } from '../../shared/failure.ts'
import type { RequestEnd, Watch } from './http.ts'
import { RequestLog } from './request-log.ts'

export interface DeadlineOptions {
  /** With whom the conversation is. */
  readonly host: string
  readonly timeoutMs: number
  /** Ends the conversation early; its reason is kept. */
  readonly signal: AbortSignal
}

/**
 * How long one conversation with a host may take, pauses between requests included. `signal` aborts when the time is
 * over or the given signal does; its reason is the failure to report.
 */
export class Deadline implements Watch {
  readonly #controller = new AbortController()
  readonly signal = busySignal(this.#controller.signal)
  readonly #options: DeadlineOptions
  readonly #requests = new RequestLog()
  #leftMs: number

  constructor(options: DeadlineOptions) {
    this.#options = options
    this.#leftMs = options.timeoutMs
  }

  /** Notes a request that is under way, until what is returned is called. */
  readonly track = (what: string): ((end?: RequestEnd) => void) => this.#requests.track(what)

  /**
   * Does a part of the conversation; the time counts meanwhile only, and what is left of it is for the parts that
   * follow. The failure also tells of `shared` requests, which are made for this conversation and for others.
   */
  async during<T>(work: () => Promise<T>, shared?: RequestLog): Promise<T> {
    const { signal } = this.#options
    const relay = () => this.#controller.abort(signal.reason)
    if (signal.aborted) relay()
    const started = performance.now()
    const timer = setTimeout(() => this.#controller.abort(this.#failure(shared)), this.#leftMs)
    signal.addEventListener('abort', relay, { once: true })
    try {
      return await work()
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', relay)
      this.#leftMs -= performance.now() - started
    }
  }

  #failure(shared?: RequestLog): Failure {
    const { host, timeoutMs } = this.#options
    const message = `The conversation with ${host} took longer than ${timeoutMs / 1000} s; ${this.#activity(shared)}.`
    const fix =
      'Run it again, or raise `timeout`; if it stays so, look at the registry and at proxies in between.'
    const cause = this.#pending(shared).length === 0 ? this.#requests.last?.end : undefined
    return new Failure('registry', {
      message,
      fix: cause instanceof Failure ? `${cause.fix} ${fix}` : fix
    })
  }

  #pending(shared?: RequestLog): readonly string[] {
    return [...this.#requests.pending, ...(shared?.pending ?? [])]
  }

  #activity(shared?: RequestLog): string {
    const pending = this.#pending(shared)
    if (pending.length > 0) return `it was waiting for the answer to ${pending.join(' and ')}`
    const { last } = this.#requests
    if (last === undefined) return 'nothing had been asked yet'
    const { what, end } = last
    if (end instanceof Failure) {
      return `it was waiting to repeat ${what}, which had failed: ${end.message.replace(/\.$/, '')}`
    }
    return `it was waiting after the answer ${end === undefined ? '' : `${end} `}to ${what}`
  }
}
