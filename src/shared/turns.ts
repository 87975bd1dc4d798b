import { setImmediate as nextTurn } from 'node:timers/promises'

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
