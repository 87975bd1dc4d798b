/** Whether every chart of a run is valid and its archive can be saved: before that no manifest and no tag is written. */
export class AllValid {
  readonly #settle: (isSo: boolean) => void
  readonly #passed: Promise<boolean>

  constructor() {
    const { promise, resolve } = withResolvers<boolean>()
    this.#settle = resolve
    this.#passed = promise
  }

  /** Lets manifests and tags be written. */
  confirm(): void {
    this.#settle(true)
  }

  /** Lets nothing more be written. */
  refuse(): void {
    this.#settle(false)
  }

  /** Waits until it is known. @throws HeldBack, when a chart is not valid */
  async wait(): Promise<void> {
    if (!(await this.#passed)) throw new HeldBack('another chart of the run is not valid')
  }
}

/** Why something was not written. */
export class HeldBack extends Error {}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
