import type { IndexEntries } from '../index/index-entry.ts'

interface SharedIndexOptions {
  /** Fetches the index. @throws Failure */
  readonly bytes: () => Promise<Buffer>
  /** What the index has of some charts. @throws Failure */
  readonly read: (bytes: Buffer, names: readonly string[]) => ReadonlyMap<string, IndexEntries>
}

type Found = (name: string) => IndexEntries | undefined

/**
 * An index for all who ask for a chart in it: what is asked for until it has arrived is read in one pass, since each
 * pass goes over all of it. What failed is not tried again.
 */
export class SharedIndex {
  readonly #options: SharedIndexOptions
  readonly #known = new Map<string, Promise<IndexEntries | undefined>>()
  readonly #waiting = new Set<string>()
  /** The next one. */
  #pass: Promise<Found> | undefined

  constructor(options: SharedIndexOptions) {
    this.#options = options
  }

  /** Undefined where the index does not have the chart. @throws Failure */
  entries(name: string): Promise<IndexEntries | undefined> {
    const known = this.#known.get(name) ?? this.#readNext(name)
    this.#known.set(name, known)
    return known
  }

  async #readNext(name: string): Promise<IndexEntries | undefined> {
    this.#waiting.add(name)
    this.#pass ??= this.#options.bytes().then((bytes) => this.#read(bytes))
    const found = await this.#pass
    return found(name)
  }

  #read(bytes: Buffer): Found {
    const { read } = this.#options
    const names = [...this.#waiting]
    this.#waiting.clear()
    this.#pass = undefined
    try {
      const all = read(bytes, names)
      return (name) => all.get(name)
    } catch {
      // The list of one chart may be broken, which is nothing to those who want another one.
      return (name) => read(bytes, [name]).get(name)
    }
  }
}
