/** The file:// dependencies of each chart, both by an identity such as the real path of its folder. */
export type LocalDependencies = ReadonlyMap<string, readonly string[]>

export type LocalOrder =
  | { readonly kind: 'order'; readonly charts: readonly string[] }
  /** From a chart to itself, which stands at both ends. */
  | { readonly kind: 'cycle'; readonly charts: readonly string[] }

interface Visit {
  readonly chart: string
  /** Those that are still to be visited, the next one first. */
  readonly waiting: string[]
}

/**
 * The charts that `roots` need, and these themselves, so that each comes after what it depends on. What the map does not
 * have depends on nothing. Chains cost no stack.
 */
export function localOrder(roots: readonly string[], dependencies: LocalDependencies): LocalOrder {
  const done = new Set<string>()
  const open = new Set<string>()
  const path: Visit[] = []
  const enter = (chart: string) => {
    open.add(chart)
    path.push({ chart, waiting: [...(dependencies.get(chart) ?? [])].reverse() })
  }
  for (const root of roots) {
    if (!done.has(root)) enter(root)
    for (let visit = path.at(-1); visit; visit = path.at(-1)) {
      const next = visit.waiting.pop()
      if (next === undefined) {
        path.pop()
        open.delete(visit.chart)
        done.add(visit.chart)
      } else if (open.has(next)) return cycleAt(next, path)
      else if (!done.has(next)) enter(next)
    }
  }
  return { kind: 'order', charts: [...done] }
}

function cycleAt(chart: string, path: readonly Visit[]): LocalOrder {
  const charts = path.map((visit) => visit.chart)
  return { kind: 'cycle', charts: [...charts.slice(charts.indexOf(chart)), chart] }
}
