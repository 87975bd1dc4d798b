/** Whether the first has to stand before the second. */
type IsBefore<T> = (one: T, other: T) => boolean

/** Go's sort.Sort inserts up to so many, asks nine items for the middle one from so many on, and shifts as rarely. */
const MOST_INSERTED = 12
const LARGE = 50
const MOST_SHIFTS = 5
/** Comparisons that turn out the other way round when nine items are in descending order. */
const ALL_TURNED = 12

/**
 * `items` sorted by the steps of Go's sort.Sort, which leaves equal items in an order of its own: which of them comes
 * first decides for Helm. (Go 1.19 and newer: a quicksort that knows patterns, by Orson Peters.)
 */
export function sortAsGo<T>(items: readonly T[], isBefore: IsBefore<T>): readonly T[] {
  const sorter = new Sorter([...items], isBefore)
  sorter.sort(0, items.length, bitLength(items.length))
  return sorter.items
}

interface State {
  readonly from: number
  readonly to: number
  readonly patience: number
  readonly isBalanced: boolean
  readonly isDivided: boolean
}

class Sorter<T> {
  readonly items: T[]
  readonly #isBefore: IsBefore<T>

  constructor(items: T[], isBefore: IsBefore<T>) {
    this.items = items
    this.#isBefore = isBefore
  }

  /** From `from` up to, not including, `to`; after `patience` bad divisions, by a heap. */
  sort(from: number, to: number, patience: number): void {
    let state: State = { from, to, patience, isBalanced: true, isDivided: true }
    while (state.to - state.from > MOST_INSERTED && state.patience > 0) {
      const next = this.#step(state)
      if (!next) return
      state = next
    }
    if (state.to - state.from > MOST_INSERTED) this.#sortByHeap(state.from, state.to)
    else this.#insert(state.from, state.to)
  }

  /** Sorts the smaller part, and returns the rest; undefined when all is sorted. */
  #step({ from, to, patience, isBalanced, isDivided }: State): State | undefined {
    if (!isBalanced) this.#scatter(from, to)
    const left = isBalanced ? patience : patience - 1
    const { pivot, isAscending } = this.#choosePivot(from, to)
    if (isBalanced && isDivided && isAscending && this.#insertFew(from, to)) return undefined
    if (from > 0 && !this.#less(from - 1, pivot)) {
      const start = this.#divideEqual(from, to, pivot)
      return { from: start, to, patience: left, isBalanced, isDivided }
    }
    const { middle, wasDivided } = this.#divide(from, to, pivot)
    const [before, after] = [middle - from, to - middle]
    const isEven = Math.min(before, after) >= Math.floor((to - from) / 8)
    const rest = { patience: left, isBalanced: isEven, isDivided: wasDivided }
    if (before < after) {
      this.sort(from, middle, left)
      return { from: middle + 1, to, ...rest }
    }
    this.sort(middle + 1, to, left)
    return { from, to: middle, ...rest }
  }

  #less(one: number, other: number): boolean {
    // Indexes are in range, as in Go.
    const [first, second] = [this.items[one], this.items[other]]
    return first !== undefined && second !== undefined && this.#isBefore(first, second)
  }

  #swap(one: number, other: number): void {
    const [first, second] = [this.items[one], this.items[other]]
    if (first === undefined || second === undefined) return
    this.items[one] = second
    this.items[other] = first
  }

  #insert(from: number, to: number): void {
    for (let next = from + 1; next < to; next++) {
      for (let at = next; at > from && this.#less(at, at - 1); at--) this.#swap(at, at - 1)
    }
  }

  #sortByHeap(from: number, to: number): void {
    const size = to - from
    for (let at = Math.floor((size - 1) / 2); at >= 0; at--) this.#siftDown(at, size, from)
    for (let at = size - 1; at >= 0; at--) {
      this.#swap(from, from + at)
      this.#siftDown(0, at, from)
    }
  }

  #siftDown(start: number, size: number, first: number): void {
    for (let root = start; ; ) {
      let child = 2 * root + 1
      if (child >= size) return
      if (child + 1 < size && this.#less(first + child, first + child + 1)) child += 1
      if (!this.#less(first + root, first + child)) return
      this.#swap(first + root, first + child)
      root = child
    }
  }

  /** What is before the pivot goes before it, all else behind it. */
  #divide(from: number, to: number, pivot: number) {
    this.#swap(from, pivot)
    let [low, high] = [from + 1, to - 1]
    for (let isFirst = true; ; isFirst = false) {
      while (low <= high && this.#less(low, from)) low++
      while (low <= high && !this.#less(high, from)) high--
      if (low > high) {
        this.#swap(high, from)
        return { middle: high, wasDivided: isFirst }
      }
      this.#swap(low++, high--)
    }
  }

  /** Where nothing is before the pivot: its equals first. */
  #divideEqual(from: number, to: number, pivot: number): number {
    this.#swap(from, pivot)
    let [low, high] = [from + 1, to - 1]
    for (;;) {
      while (low <= high && !this.#less(from, low)) low++
      while (low <= high && this.#less(from, high)) high--
      if (low > high) return low
      this.#swap(low++, high--)
    }
  }

  /** Whether all is sorted after a few shifts. */
  #insertFew(from: number, to: number): boolean {
    for (let [shifts, at] = [0, from + 1]; shifts < MOST_SHIFTS; shifts++) {
      while (at < to && !this.#less(at, at - 1)) at++
      if (at === to) return true
      if (to - from < LARGE) return false
      this.#shift({ at, from, to })
    }
    return false
  }

  /** Moves the smaller one to the left and the greater one to the right. */
  #shift({ at, from, to }: { readonly at: number; readonly from: number; readonly to: number }) {
    this.#swap(at, at - 1)
    if (at - from >= 2) this.#shiftWhile(at - 1, (one) => one >= 1, -1)
    if (to - at >= 2) this.#shiftWhile(at + 1, (one) => one < to, 1)
  }

  #shiftWhile(start: number, isInside: (at: number) => boolean, step: number): void {
    for (let at = start; isInside(at) && this.#less(at, at - 1); at += step) this.#swap(at, at - 1)
  }

  /** Moves three items in the middle, by numbers that are the same each time. */
  #scatter(from: number, to: number): void {
    const size = to - from
    const mask = (1n << BigInt(bitLength(size))) - 1n
    const middle = from + Math.floor(size / 4) * 2
    let random = BigInt(size)
    for (const at of [middle - 1, middle, middle + 1]) {
      random = xorshift(random)
      const other = Number(random & mask)
      this.#swap(at, from + (other >= size ? other - size : other))
    }
  }

  /** The middle one of three or nine items; descending ones are turned round. */
  #choosePivot(from: number, to: number) {
    const quarter = Math.floor((to - from) / 4)
    const swaps = { count: 0 }
    const places = [1, 2, 3].map((part) => from + quarter * part)
    const [low = 0, middle = 0, high = 0] =
      to - from < LARGE ? places : places.map((at) => this.#median([at - 1, at, at + 1], swaps))
    const pivot = this.#median([low, middle, high], swaps)
    if (swaps.count < ALL_TURNED) return { pivot, isAscending: swaps.count === 0 }
    this.#reverse(from, to)
    return { pivot: to - 1 - (pivot - from), isAscending: true }
  }

  #median(places: readonly [number, number, number], swaps: { count: number }): number {
    let [low, middle, high] = places
    const order = (one: number, other: number): readonly [number, number] => {
      if (!this.#less(other, one)) return [one, other]
      swaps.count += 1
      return [other, one]
    }
    ;[low, middle] = order(low, middle)
    ;[middle, high] = order(middle, high)
    return order(low, middle)[1]
  }

  #reverse(from: number, to: number): void {
    for (let [low, high] = [from, to - 1]; low < high; low++, high--) this.#swap(low, high)
  }
}

function xorshift(state: bigint): bigint {
  let next = BigInt.asUintN(64, state ^ (state << 13n))
  next ^= next >> 7n
  return BigInt.asUintN(64, next ^ (next << 17n))
}

/** How many bits a number has. */
function bitLength(value: number): number {
  return value === 0 ? 0 : Math.floor(Math.log2(value)) + 1
}
