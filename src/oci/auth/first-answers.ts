import { type Deferred, deferred } from '../../shared/deferred.ts'

/** By repository: the first answer to a request about it, which shows what its requests need. */
export class FirstAnswers {
  readonly #all = new Map<string, Deferred<void>>()

  note(repository: string): void {
    this.#of(repository).resolve()
  }

  /** Waits for it. */
  async until(repository: string): Promise<void> {
    await this.#of(repository).promise
  }

  #of(repository: string): Deferred<void> {
    const answer = this.#all.get(repository) ?? deferred<void>()
    this.#all.set(repository, answer)
    return answer
  }
}
