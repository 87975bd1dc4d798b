import { busySignal } from '../shared/abort-signal.ts'
import { Failure } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { LongWork } from '../shared/progress.ts'
import type { RequestEnd, Watch } from './message.ts'
import { type PendingRequest, RequestLog } from './request-log.ts'
import { endText, enoughTime, progressOf, type Transfer, type TransferState } from './transfer.ts'

interface DeadlineOptions {
  /** With whom the conversation is. */
  readonly host: string
  /** What it is about: a reference, a file; the host unless given. */
  readonly about?: string
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
  #timer: NodeJS.Timeout | undefined
  /** Whether a part of the conversation is under way. */
  #isOn = false
  #pauses = 0
  #startedAt = 0
  #shared: RequestLog | undefined

  constructor(options: DeadlineOptions) {
    this.#options = options
    this.#leftMs = options.timeoutMs
  }

  /** Notes a request that is under way, until what is returned is called. */
  readonly track = (what: string, transfer?: Transfer): ((end?: RequestEnd) => void) => {
    return this.#requests.track(what, transfer)
  }

  /** What the conversation is about, with how far the bodies are that are on their way. */
  get work(): LongWork {
    const { host, about = host } = this.#options
    return { about, report: (nextMs) => progressOf(this.transfers, nextMs) }
  }

  /** The bodies that are on their way. */
  get transfers(): readonly TransferState[] {
    return this.#requests.pending.flatMap(({ transfer }) => transfer?.state ?? [])
  }

  /**
   * Does a part of the conversation; the time counts meanwhile only, and what is left of it is for the parts that
   * follow. The failure also tells of `shared` requests, which are made for this conversation and for others.
   */
  async during<T>(work: () => Promise<T>, shared?: RequestLog): Promise<T> {
    const { signal } = this.#options
    const relay = () => this.#controller.abort(signal.reason)
    if (signal.aborted) relay()
    this.#shared = shared
    this.#isOn = true
    this.#start()
    signal.addEventListener('abort', relay, { once: true })
    try {
      return await work()
    } finally {
      this.#isOn = false
      this.#stop()
      signal.removeEventListener('abort', relay)
    }
  }

  /** Waits, within a part of the conversation, for something that has nothing to do with the host: that time is free. */
  async pausedFor<T>(other: Promise<T>): Promise<T> {
    this.#pauses += 1
    this.#stop()
    try {
      return await other
    } finally {
      this.#pauses -= 1
      this.#start()
    }
  }

  /** Nothing to do between the parts of the conversation: a pause may outlast the one it began in. */
  #start(): void {
    if (!this.#isOn || this.#pauses > 0) return
    this.#startedAt = performance.now()
    this.#timer = setTimeout(() => this.#controller.abort(this.#failure()), this.#leftMs)
  }

  #stop(): void {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#leftMs -= performance.now() - this.#startedAt
  }

  #failure(): Failure {
    const { host, timeoutMs } = this.#options
    const message = `The requests to ${host} took longer than ${timeoutMs / 1000} s; ${this.#activity()}.`
    const enough = enoughTime(this.transfers, timeoutMs)
    const value = enough === undefined ? '' : ` to ${enough}, which is enough at that rate`
    const fix = `Run it again, or raise ${input('timeout')}${value}; if the error persists, check the registry and the proxies in between.`
    const cause = this.#pending().length === 0 ? this.#requests.last?.end : undefined
    return new Failure('registry', {
      message,
      fix: cause instanceof Failure ? `${cause.fix} ${fix}` : fix
    })
  }

  #pending(): readonly PendingRequest[] {
    return [...this.#requests.pending, ...(this.#shared?.pending ?? [])]
  }

  #activity(): string {
    const pending = this.#pending()
    if (pending.length > 0) {
      return `it was waiting for the answer to ${pending.map(pendingText).join(' and ')}`
    }
    const { last } = this.#requests
    if (last === undefined) return 'no request had been sent yet'
    const { what, end } = last
    if (end instanceof Failure) {
      return `it was waiting to repeat ${what}, which had failed: ${end.message.replace(/\.$/, '')}`
    }
    return `it was waiting after the answer ${end === undefined ? '' : `${end} `}to ${what}`
  }
}

function pendingText({ what, transfer }: PendingRequest): string {
  const state = transfer?.state
  return state ? `${what} ${endText(state)}` : what
}
