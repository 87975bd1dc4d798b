import { sizeText } from '../shared/format.ts'

type Direction = 'sent' | 'received'

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

/** Shorter ones are not worth a line. */
const FEW_SECONDS_MS = 3000

/** `7.1 MiB of 14.0 MiB`, or `7.1 MiB` when the whole is not known. */
export function amountText({ done, total }: Pick<TransferState, 'done' | 'total'>): string {
  return total === undefined ? sizeText(done) : `${sizeText(done)} of ${sizeText(total)}`
}

/** `12.3 MiB of 90.0 MiB sent, 3.1 MiB/s`. */
export function progressText(state: TransferState): string {
  const { direction, rate } = state
  const amount = `${amountText(state)} ${direction}`
  if (isAllSent(state)) return `${amount}, waiting for the answer`
  return rate === undefined ? amount : `${amount}, ${sizeText(Math.round(rate))}/s`
}

/** Where it was when nothing moved any more: `after 7.1 MiB of 14.0 MiB`. */
export function stallText(state: TransferState): string {
  return isAllSent(state) ? endText(state) : `after ${amountText(state)}`
}

/** Where it was when it was ended: `after sending 7.1 MiB of 14.0 MiB at 25.0 KiB/s`. */
export function endText(state: TransferState): string {
  const { direction, done, rate } = state
  if (isAllSent(state)) return `after all ${sizeText(done)} were sent`
  const amount = `after ${direction === 'sent' ? 'sending' : 'receiving'} ${amountText(state)}`
  return rate === undefined ? amount : `${amount} at ${sizeText(Math.round(rate))}/s`
}

/**
 * How far those are that take more than a few seconds, `nextMs` before it is said again; undefined when nothing is worth
 * a line.
 */
export function progressOf(
  states: readonly TransferState[],
  nextMs: number | undefined
): string | undefined {
  const texts = states
    .filter((state) => isLong(state) && (nextMs === undefined || lastsFor(state, nextMs)))
    .map(progressText)
  return texts.length === 0 ? undefined : texts.join('; ')
}

export function isLong({ elapsedMs }: TransferState): boolean {
  return elapsedMs >= FEW_SECONDS_MS
}

/** Whether it will be under way for more than `ms`, as far as that is known. */
export function lastsFor(state: TransferState, ms: number): boolean {
  const leftMs = isAllSent(state) ? undefined : remainingMs(state)
  return leftMs === undefined || leftMs > ms
}

/** How long the whole body takes at its rate; undefined when that is not known, or when all of it is done. */
function wholeMs({ done, total, rate }: TransferState): number | undefined {
  const isPartial = total !== undefined && done < total
  return isPartial && rate !== undefined ? (total / rate) * 1000 : undefined
}

function remainingMs({ done, total, rate }: TransferState): number | undefined {
  return total === undefined || rate === undefined ? undefined : ((total - done) / rate) * 1000
}

function isAllSent({ direction, done, total }: TransferState): boolean {
  return direction === 'sent' && done === total
}

/** Lines change their pace, and the estimate has its own error. */
const MARGIN = 1.25
const MINUTE_MS = 60_000
/** For more, another line is needed, not more time. */
const LONGEST_MS = 24 * 60 * MINUTE_MS

/**
 * A value for `timeout`, such as `12m`, that would do at the rate of what was under way when `timeoutMs` were over;
 * undefined when that is not known, or is longer than a day.
 */
export function enoughTime(
  states: readonly TransferState[],
  timeoutMs: number
): string | undefined {
  const needed = states.flatMap((state) => {
    const whole = wholeMs(state)
    // What came before the body has to be done again, too.
    return whole === undefined ? [] : [Math.max(timeoutMs - state.elapsedMs, 0) + whole]
  })
  if (needed.length === 0) return undefined
  const ms = Math.max(timeoutMs, ...needed) * MARGIN
  if (ms > LONGEST_MS) return undefined
  if (ms > MINUTE_MS) return `${Math.ceil(ms / MINUTE_MS)}m`
  return `${Math.ceil(ms / 10_000) * 10}s`
}
