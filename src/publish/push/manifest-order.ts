import { type Deferred, deferred } from '../../shared/deferred.ts'
import { Failure, failureIn } from '../../shared/failure.ts'
import { type ChartSource, sourceText } from '../model/chart-source.ts'
import type { PlannedPublication } from '../model/plan.ts'
import type { Publication } from '../model/publication.ts'

/** Of a publication that is to go out: its target, and the charts of the run that are dependencies of it. */
type Ordered = Pick<PlannedPublication, 'target' | 'chart'>

/** Manifests go out in the order of dependencies: a chart is published after those of the run that are in it. */
export class ManifestOrder {
  readonly #publications = new Map<string, Deferred<Publication>>()
  readonly #ended = new Set<string>()

  /** Notes what became of a chart at a target. */
  ended({ target, chart }: Ordered, publication: Publication): void {
    const key = keyOf(chart.source, target)
    this.#of(key).resolve(publication)
    this.#ended.add(key)
  }

  /** Whether nothing is to be waited for. */
  isFree({ target, chart }: Ordered): boolean {
    return chart.needs.every((source) => this.#ended.has(keyOf(source, target)))
  }

  /** Waits for the charts that are dependencies of this one. @throws Failure, when one of them was not published */
  async wait({ target, chart }: Ordered): Promise<void> {
    for (const source of chart.needs) {
      const publication = await this.#of(keyOf(source, target)).promise
      const { status } = publication
      if (status === 'failed' || status === 'not-attempted') throw notBefore(source, publication)
    }
  }

  #of(key: string): Deferred<Publication> {
    const known = this.#publications.get(key) ?? deferred<Publication>()
    this.#publications.set(key, known)
    return known
  }
}

function keyOf(source: ChartSource, { host, path }: Ordered['target']): string {
  return JSON.stringify([sourceText(source), host, path])
}

function notBefore(source: ChartSource, publication: Publication): Failure {
  const kind = ('error' in publication && failureIn(publication.error)?.kind) || 'registry'
  const message = `"${sourceText(source)}", a dependency of this chart, was not published, so this chart was not published either.`
  return new Failure(kind, { message, fix: 'Fix that chart first.' })
}
