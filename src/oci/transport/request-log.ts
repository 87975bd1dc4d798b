/** Which requests are under way, and which one ended last. */
export class RequestLog {
  readonly #pending = new Set<{ readonly what: string }>()
  #last: string | undefined

  get pending(): readonly string[] {
    return [...this.#pending].map(({ what }) => what)
  }

  get last(): string | undefined {
    return this.#last
  }

  /** Notes a request that is under way, until what is returned is called. */
  readonly track = (what: string): (() => void) => {
    const request = { what }
    this.#pending.add(request)
    return () => {
      this.#pending.delete(request)
      this.#last = what
    }
  }
}
