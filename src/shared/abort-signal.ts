import { setMaxListeners } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** Settles as `work` does, or is rejected with the signal's reason as soon as that is aborted; `work` may go on. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    const settle = () => signal.removeEventListener('abort', onAbort)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    void work.then(resolve, reject).finally(settle)
  })
}

const LONGEST_MS = 50

/**
 * Lets time limits and signals get their turn during long work that waits for nothing: awaiting what is there already
 * gives them none.
 */
export class Turns {
  readonly #signal: AbortSignal
  #began = performance.now()

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  /** To be called now and then; costs nothing most of the time. Throws the signal's reason on abort. */
  async take(): Promise<void> {
    if (performance.now() - this.#began < LONGEST_MS) return
    await nextTurn()
    this.#signal.throwIfAborted()
    this.#began = performance.now()
  }
}

/** A signal that many wait for at once, as with many charts: Node 20 takes more than ten listeners for a leak. */
export function busySignal(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal)
  return signal
}
