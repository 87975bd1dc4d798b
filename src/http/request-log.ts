import type { RequestEnd } from './message.ts'
import type { Transfer } from './transfer.ts'

/** A request that is under way. */
export interface PendingRequest {
  readonly what: string
  readonly transfer: Transfer | undefined
}

/** A request that is over. */
interface PastRequest {
  readonly what: string
  readonly end: RequestEnd | undefined
}

/** Which requests are under way, and which one ended last. */
export class RequestLog {
  readonly #pending = new Set<PendingRequest>()
  #last: PastRequest | undefined

  get pending(): readonly PendingRequest[] {
    return [...this.#pending]
  }

  get last(): PastRequest | undefined {
    return this.#last
  }

  /** Notes a request that is under way, until what is returned is called. */
  readonly track = (what: string, transfer?: Transfer): ((end?: RequestEnd) => void) => {
    const request = { what, transfer }
    this.#pending.add(request)
    return (end) => {
      this.#pending.delete(request)
      this.#last = { what, end }
    }
  }
}
