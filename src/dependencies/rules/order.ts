/** The file:// dependencies of each chart, both by an identity such as the real path of its folder. */
export type LocalDependencies = ReadonlyMap<string, readonly string[]>

export type LocalOrder =
  | { readonly kind: 'order'; readonly charts: readonly string[] }
  /** From a chart to itself, which stands at both ends. */
  | { readonly kind: 'cycle'; readonly charts: readonly string[] }

/**
 * The charts that `roots` need, and these themselves, so that each comes after what it depends on. What the map does not
 * have depends on nothing. Chains cost no stack.
 */
export function localOrder(roots: readonly string[], dependencies: LocalDependencies): LocalOrder {
  const walk = new Walk(dependencies)
  for (const root of roots) {
    const cycle = walk.visit(root)
    if (cycle) return { kind: 'cycle', charts: cycle }
  }
  return { kind: 'order', charts: [...walk.done] }
}

class Walk {
  readonly done = new Set<string>()
  readonly #dependencies: LocalDependencies
  /** From the root to the chart that is being visited. */
  readonly #path = new Map<string, string[]>()

  constructor(dependencies: LocalDependencies) {
    this.#dependencies = dependencies
  }

  /** The cycle that it ends in, if any. */
  visit(root: string): readonly string[] | undefined {
    const stack = [root]
    for (let chart = stack.at(-1); chart !== undefined; chart = stack.at(-1)) {
      const next = this.#nextOf(chart)
      if (next === undefined) {
        this.#path.delete(chart)
        this.done.add(chart)
        stack.pop()
      } else if (this.#path.has(next)) return [...stack.slice(stack.indexOf(next)), next]
      else stack.push(next)
    }
    return undefined
  }

  /** A dependency that is still to be visited. */
  #nextOf(chart: string): string | undefined {
    if (this.done.has(chart)) return undefined
    const waiting = this.#path.get(chart) ?? [...(this.#dependencies.get(chart) ?? [])].reverse()
    this.#path.set(chart, waiting)
    let next = waiting.pop()
    while (next !== undefined && this.done.has(next)) next = waiting.pop()
    return next
  }
}
