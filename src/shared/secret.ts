import { timingSafeEqual } from 'node:crypto'
import { inspect } from 'node:util'

/** What stands in place of a secret. */
export const HIDDEN = '***'

/**
 * A secret value that no print, template, JSON or inspection shows. Only the files that
 * SECURITY.md lists call `reveal`.
 */
export class Secret {
  #bytes: Buffer | undefined

  constructor(value: string) {
    this.#bytes = Buffer.from(value, 'utf8')
  }

  /** The value itself. Throws after `wipe`: a secret that is used too late is our own bug. */
  reveal(): string {
    if (!this.#bytes) throw new Error('a secret was used after it had been wiped')
    return this.#bytes.toString('utf8')
  }

  /** Whether both hold the same bytes, in a time that does not tell where they differ. */
  equals(other: Secret): boolean {
    if (!this.#bytes || !other.#bytes || this.#bytes.length !== other.#bytes.length) return false
    return timingSafeEqual(this.#bytes, other.#bytes)
  }

  /** Overwrites the bytes with zeros. Strings made by `reveal` are beyond reach. */
  wipe(): void {
    this.#bytes?.fill(0)
    this.#bytes = undefined
  }

  toString(): string {
    return HIDDEN
  }

  toJSON(): string {
    return HIDDEN
  }

  [inspect.custom](): string {
    return HIDDEN
  }
}
