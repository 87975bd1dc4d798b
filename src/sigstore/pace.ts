import { setTimeout as sleep } from 'node:timers/promises'

/** How many may begin within a time, in milliseconds. */
export interface Rate {
  readonly count: number
  readonly withinMs: number
}

/** Lets things begin as they come, but no more of them within any such time than a rate allows. */
export class Pace {
  readonly #rate: Rate
  /** When the last ones began or will begin. */
  #turns: readonly number[] = []

  constructor(rate: Rate) {
    this.#rate = rate
  }

  /** Waits for the next turn. @throws the signal's reason on abort */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const now = performance.now()
    const { count, withinMs } = this.#rate
    const earlier = this.#turns.at(-count)
    const mine = earlier === undefined ? now : Math.max(now, earlier + withinMs)
    this.#turns = [...this.#turns, mine].slice(-count)
    if (mine === now) return
    await sleep(mine - now, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted()
      throw error
    })
  }
}
