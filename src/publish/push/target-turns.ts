/** A registry that is far away, with a login and a cold connection, answers its first request within two seconds. */
const PATIENCE_MS = 5000

/**
 * The pace of the targets of a run: at each of them so many publications are under way at a time, in the order in
 * which they asked, so that a slow target delays only what goes there.
 */
export class TargetTurns {
  readonly #concurrency: number
  readonly #patienceMs: number
  readonly #busy = new Map<string, number>()
  readonly #queues = new Map<string, (() => void)[]>()
  readonly #patience = new Map<string, number>()
  readonly #late = new Set<string>()

  constructor(concurrency: number, patienceMs = PATIENCE_MS) {
    this.#concurrency = concurrency
    this.#patienceMs = patienceMs
  }

  /** Does `work` when it is its turn at a target. */
  async at<T>(target: string, work: () => Promise<T>): Promise<T> {
    await this.#enter(target)
    try {
      return await work()
    } finally {
      this.#leave(target)
    }
  }

  /** Waits for something else, and lets others have the turn at the target meanwhile. */
  async yieldFor<T>(target: string, other: Promise<T>): Promise<T> {
    this.#leave(target)
    try {
      return await other
    } finally {
      await this.#enter(target)
    }
  }

  /** How many milliseconds others may wait for an answer of a target; none while it is late. */
  patienceWith(target: string): number {
    return this.#late.has(target) ? 0 : (this.#patience.get(target) ?? this.#patienceMs)
  }

  /** Notes that a target was waited for in vain: the next time half as long, and only when it has answered. */
  isLate(target: string): void {
    if (this.#late.has(target)) return
    this.#patience.set(target, this.patienceWith(target) / 2)
    this.#late.add(target)
  }

  hasAnswered(target: string): void {
    this.#late.delete(target)
  }

  async #enter(target: string): Promise<void> {
    const busy = this.#busy.get(target) ?? 0
    if (busy < this.#concurrency) {
      this.#busy.set(target, busy + 1)
      return
    }
    const queue = this.#queues.get(target) ?? []
    this.#queues.set(target, queue)
    await new Promise<void>((resolve) => queue.push(resolve))
  }

  /** Hands its place on, so that nobody gets in between. */
  #leave(target: string): void {
    const next = this.#queues.get(target)?.shift()
    if (next) next()
    else this.#busy.set(target, (this.#busy.get(target) ?? 1) - 1)
  }
}
