import type { RequestEnd } from './http.ts'

/** A request that is over. */
export interface PastRequest {
  readonly what: string
  readonly end: RequestEnd | undefined
}

/** Which requests are under way, and which one ended last. */
export class RequestLog {
  readonly #pending = new Set<{ readonly what: string }>()
  #last: PastRequest | undefined

  get pending(): readonly string[] {
    return [...this.#pending].map(({ what }) => what)
  }

  get last(): PastRequest | undefined {
    return this.#last
  }

  /** Notes a request that is under way, until what is returned is called. */
  readonly track = (what: string): ((end?: RequestEnd) => void) => {
    const request = { what }
    this.#pending.add(request)
    return (end) => {
      this.#pending.delete(request)
      this.#last = { what, end }
    }
  }
}
