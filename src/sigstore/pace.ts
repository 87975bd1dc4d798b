import { setTimeout as sleep } from 'node:timers/promises'

/** Lets things begin one after another with a pause between them, however many come at once. */
export class Pace {
  readonly #pauseMs: number
  #next = 0

  constructor(pauseMs: number) {
    this.#pauseMs = pauseMs
  }

  /** Waits for the next turn. @throws the signal's reason on abort */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const now = performance.now()
    const mine = Math.max(now, this.#next)
    this.#next = mine + this.#pauseMs
    if (mine === now) return
    await sleep(mine - now, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted()
      throw error
    })
  }
}
