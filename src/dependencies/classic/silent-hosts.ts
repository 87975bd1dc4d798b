import { NoAnswer } from '../../http/network-failure.ts'
import { Failure } from '../../shared/failure.ts'
import type { Logger } from '../../shared/logger.ts'

/** Hosts that did not answer in this run: whatever else is wanted from them fails at once. */
export class SilentHosts {
  readonly #logger: Logger
  readonly #all = new Map<string, Failure>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** @throws Failure registry, when the host is one of them */
  requireAnswering({ host, origin }: URL): void {
    const first = this.#all.get(origin)
    if (!first) return
    const message = `Not attempted, because ${host} did not answer before:`
    throw new Failure('registry', { message, why: first.message, fix: first.fix })
  }

  /** @param isSilent whether not one byte has come from there, when the time was over */
  note({ host, origin }: URL, failure: Failure, isSilent: boolean): void {
    if (this.#all.has(origin) || !(failure instanceof NoAnswer || isSilent)) return
    this.#all.set(origin, failure)
    this.#logger.info(`${host} does not answer: this run sends it no more requests.`)
  }
}
