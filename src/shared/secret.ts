import { inspect } from 'node:util'

const HIDDEN = '***'

/**
 * A secret value that no print, template, JSON or inspection shows. Only the files that
 * SECURITY.md lists call `reveal`.
 */
export class Secret {
  #bytes: Buffer | undefined

  constructor(value: string) {
    this.#bytes = Buffer.from(value, 'utf8')
  }

  /** The value itself. Throws after `wipe`: a secret that is used too late is a bug of ours. */
  reveal(): string {
    if (!this.#bytes) throw new Error('a secret was used after it had been wiped')
    return this.#bytes.toString('utf8')
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
