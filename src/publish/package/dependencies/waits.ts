import { Failure } from '../../../shared/failure.ts'

/** Which charts wait for which to be packaged, by paths and names; no chart waits for itself. */
export class Waits {
  readonly #waits = new Map<string, Set<string>>()

  /** Notes that a chart waits for another. @throws Failure chart, when that one waits for it, be it over others */
  add(waiting: string, other: string): void {
    const way = this.#wayFrom(other, waiting)
    if (way) throw circle([waiting, ...way])
    const others = this.#waits.get(waiting) ?? new Set()
    this.#waits.set(waiting, others.add(other))
  }

  /** The charts from one to another that wait for each other, both included. */
  #wayFrom(start: string, end: string): readonly string[] | undefined {
    const ways = new Map<string, readonly string[]>([[start, [start]]])
    // A map gives what is added while it is walked, too.
    for (const [chart, way] of ways) {
      if (chart === end) return way
      for (const next of this.#waits.get(chart) ?? []) {
        if (!ways.has(next)) ways.set(next, [...way, next])
      }
    }
    return undefined
  }
}

function circle(charts: readonly string[]): Failure {
  const way = charts.map((chart) => `"${chart}"`).join(' → ')
  const message = `Charts depend on each other in a circle: ${way}.`
  return new Failure('chart', { message, fix: 'Remove one of these dependencies.' })
}
