import { deferred } from '../../shared/deferred.ts'

/** Whether every chart of a run is valid and its archive can be saved: before that no manifest and no tag is written. */
export class AllValid {
  readonly #verdict = deferred<boolean>()
  #isConfirmed = false

  get isConfirmed(): boolean {
    return this.#isConfirmed
  }

  /** Lets manifests and tags be written. */
  confirm(): void {
    this.#isConfirmed = true
    this.#verdict.resolve(true)
  }

  /** Lets nothing more be written. */
  refuse(): void {
    this.#verdict.resolve(false)
  }

  /** Waits until it is known. @throws NotAllValid, when a chart is not valid */
  async wait(): Promise<void> {
    if (!(await this.#verdict.promise))
      throw new NotAllValid('another chart of the run is not valid')
  }
}

/** Why something was not written. */
class NotAllValid extends Error {}
