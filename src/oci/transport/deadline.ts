import { busySignal } from '../../shared/busy-signal.ts'
import { Failure } from '../../shared/failure.ts'

export interface DeadlineOptions {
  /** With whom the conversation is. */
  readonly host: string
  readonly timeoutMs: number
  /** Ends the conversation early; its reason is kept. */
  readonly signal: AbortSignal
}

/** How a request ended: by an answer with a status, or by a failure. */
export type RequestEnd = Failure | number

/** A request that is over. */
interface Past {
  readonly what: string
  readonly end: RequestEnd | undefined
}

/**
 * How long the whole conversation with one host may take, pauses between requests included. `signal` aborts
 * when the time is over or the given signal does; its reason is the failure to report.
 */
export class Deadline {
  readonly #controller = new AbortController()
  readonly signal = busySignal(this.#controller.signal)
  readonly #options: DeadlineOptions
  #timer: NodeJS.Timeout
  readonly #pending = new Set<{ readonly what: string }>()
  #last: Past | undefined

  constructor(options: DeadlineOptions) {
    this.#options = options
    const { signal } = options
    this.#timer = this.#start()
    if (signal.aborted) this.#relay()
    signal.addEventListener('abort', this.#relay, { once: true })
  }

  /** Notes a request that is under way, until what is returned is called. */
  readonly track = (what: string): ((end?: RequestEnd) => void) => {
    const request = { what }
    this.#pending.add(request)
    return (end) => {
      this.#pending.delete(request)
      this.#last = { what, end }
    }
  }

  /** Counts from now on; without effect when the time was over. */
  restart(): void {
    if (this.signal.aborted) return
    clearTimeout(this.#timer)
    this.#timer = this.#start()
  }

  /** Ends the watch; the signal does not abort any more. */
  end(): void {
    clearTimeout(this.#timer)
    this.#options.signal.removeEventListener('abort', this.#relay)
  }

  readonly #relay = () => {
    this.end()
    this.#controller.abort(this.#options.signal.reason)
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(this.#failure()), this.#options.timeoutMs)
  }

  #failure(): Failure {
    const { host, timeoutMs } = this.#options
    const message = `The conversation with ${host} took longer than ${timeoutMs / 1000} s; ${this.#activity()}.`
    const fix =
      'Run it again, or raise `timeout`; if it stays so, look at the registry and at proxies in between.'
    const cause = this.#pending.size === 0 ? this.#last?.end : undefined
    return new Failure('registry', {
      message,
      fix: cause instanceof Failure ? `${cause.fix} ${fix}` : fix
    })
  }

  #activity(): string {
    const pending = [...this.#pending].map(({ what }) => what)
    if (pending.length > 0) return `it was waiting for the answer to ${pending.join(' and ')}`
    if (this.#last === undefined) return 'nothing had been asked yet'
    const { what, end } = this.#last
    if (end instanceof Failure) {
      return `it was waiting to repeat ${what}, which had failed: ${end.message.replace(/\.$/, '')}`
    }
    return `it was waiting after the answer ${end === undefined ? '' : `${end} `}to ${what}`
  }
}
