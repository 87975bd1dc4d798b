/** Where one of the needles of a {@link ByteSearch} begins. */
export interface Match {
  /** Its place in the list of needles. */
  readonly needle: number
  readonly at: number
}

/** The blocks by which the search jumps ahead, and the size of the table of their hashes. */
const BLOCK_BYTES = 2
const TABLE_SIZE = 2 ** 16

/**
 * Looks for many needles in one pass (Wu and Manber, "A fast algorithm for multi-pattern searching", 1994): 100 MiB
 * take tenths of a second, however many needles there are, where each would take that long by itself. The
 * shortest needle sets the pace; all have two bytes or more.
 */
export class ByteSearch {
  readonly #needles: readonly Buffer[]
  readonly #shortest: number
  /** By the last block of a window: how far the window can be moved. */
  readonly #shifts = new Uint8Array(TABLE_SIZE)
  /** By the last block of a window that cannot be moved: the needles that begin with such a window. */
  readonly #candidates = new Map<number, number[]>()

  constructor(needles: readonly Buffer[]) {
    this.#needles = needles
    this.#shortest = Math.min(256, ...needles.map(({ length }) => length))
    const farthest = this.#shortest - BLOCK_BYTES + 1
    this.#shifts.fill(farthest)
    for (const [index, needle] of needles.entries()) this.#add(needle, index)
  }

  #add(needle: Buffer, index: number): void {
    const last = this.#shortest - BLOCK_BYTES
    for (let at = 0; at <= last; at++) {
      const block = needle.readUInt16LE(at)
      this.#shifts[block] = Math.min(this.#shifts[block] ?? 0, last - at)
    }
    const block = needle.readUInt16LE(last)
    this.#candidates.set(block, [...(this.#candidates.get(block) ?? []), index])
  }

  /** Every place where a needle begins, in order; needles may overlap. */
  *matches(haystack: Buffer): Generator<Match> {
    if (this.#needles.length === 0) return
    const last = this.#shortest - BLOCK_BYTES
    const end = haystack.length - BLOCK_BYTES
    let at = last
    while (at <= end) {
      at = this.#skip(haystack, at, end)
      if (at > end) return
      yield* this.#needlesAt(haystack, at - last)
      at += 1
    }
  }

  /** The next place of a block at which a window cannot be moved. The one loop that sees all bytes. */
  #skip(haystack: Buffer, from: number, end: number): number {
    const shifts = this.#shifts
    let at = from
    while (at <= end) {
      const block = (haystack[at] ?? 0) | ((haystack[at + 1] ?? 0) << 8)
      const shift = shifts[block] ?? 0
      if (shift === 0) return at
      at += shift
    }
    return at
  }

  *#needlesAt(haystack: Buffer, begin: number): Generator<Match> {
    const block = haystack.readUInt16LE(begin + this.#shortest - BLOCK_BYTES)
    for (const index of this.#candidates.get(block) ?? []) {
      const needle = this.#needles[index]
      if (needle && haystack.subarray(begin, begin + needle.length).equals(needle)) {
        yield { needle: index, at: begin }
      }
    }
  }
}
