/** Work that is begun later; who waits for it may begin to wait before. */
export class Task<A, T> {
  readonly done: Promise<T>
  readonly #work: (argument: A) => Promise<T>
  #settle: (result: Promise<T>) => void = () => undefined

  constructor(work: (argument: A) => Promise<T>) {
    this.#work = work
    this.done = new Promise((resolve) => {
      this.#settle = resolve
    })
    // Whoever runs it hears of the error, too.
    this.done.catch(() => undefined)
  }

  run(argument: A): Promise<T> {
    const result = this.#work(argument)
    this.#settle(result)
    return result
  }
}
