export type Direction = 'sent' | 'received'

/** How far a body is. */
export interface TransferState {
  readonly direction: Direction
  /** Bytes that were sent or received. What the system still holds of an upload counts as sent. */
  readonly done: number
  /** Undefined when the other side did not announce a length. */
  readonly total: number | undefined
  readonly elapsedMs: number
  /** Bytes per second; undefined when nothing can be said of it. */
  readonly rate: number | undefined
}

/** The system takes some MB of an upload at once, which say nothing about the line: the rate is that of what follows. */
const BURST_MS = 1000

interface Start {
  readonly direction: Direction
  readonly total: number | undefined
  readonly at: number
}

/** Counts the bytes of one body on its way. */
export class Transfer {
  readonly #now: () => number
  #start: Start | undefined
  #done = 0
  /** What was done in the first second, when it is over. */
  #burst: number | undefined

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  begin(direction: Direction, total: number | undefined): void {
    this.#start = { direction, total, at: this.#now() }
  }

  add(bytes: number): void {
    const isLater = this.#start && this.#now() - this.#start.at >= BURST_MS
    if (isLater) this.#burst ??= this.#done
    this.#done += bytes
  }

  /** Undefined before the body is on its way. */
  get state(): TransferState | undefined {
    if (!this.#start) return undefined
    const { direction, total, at } = this.#start
    const elapsedMs = this.#now() - at
    const done = this.#done
    return { direction, done, total, elapsedMs, rate: this.#rate(elapsedMs) }
  }

  #rate(elapsedMs: number): number | undefined {
    const isBurst = elapsedMs <= BURST_MS
    const bytes = isBurst ? this.#done : this.#done - (this.#burst ?? this.#done)
    const ms = isBurst ? elapsedMs : elapsedMs - BURST_MS
    return bytes > 0 && ms > 0 ? (bytes * 1000) / ms : undefined
  }
}
