import type { Token } from './token.ts'

const COMPACT_AFTER = 1024

/** Tokens that were scanned but not yet taken, numbered from the beginning of the stream. */
export class TokenQueue {
  #tokens: Token[] = []
  #head = 0
  /** How many were taken: the number of the head. */
  taken = 0

  get head(): Token | undefined {
    return this.#tokens[this.#head]
  }

  /** The number that the next pushed token will have. */
  get nextNumber(): number {
    return this.taken + this.#tokens.length - this.#head
  }

  push(token: Token): void {
    this.#tokens.push(token)
  }

  /** Puts `token` before the one of that number; at the end, as go-yaml does, when that is taken already. */
  insert(token: Token, number: number): void {
    if (number < this.taken) this.push(token)
    else this.#tokens.splice(this.#head + number - this.taken, 0, token)
  }

  take(): void {
    this.#head += 1
    this.taken += 1
    if (this.#head < COMPACT_AFTER) return
    this.#tokens = this.#tokens.slice(this.#head)
    this.#head = 0
  }
}
