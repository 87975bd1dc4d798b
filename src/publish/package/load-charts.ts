import { attempt } from '../../shared/attempt.ts'
import { mapConcurrent } from '../../shared/concurrency.ts'
import type { ChartSource } from '../model/chart-source.ts'
import { blockedPublication, invalidPublication, packagedFacts } from '../model/make-publication.ts'
import type { ReadyChart } from '../model/plan.ts'
import type { Publication } from '../model/publication.ts'
import type { ChartInputs, LoadContext, LoadOptions, ReleaseRequest } from '../model/request.ts'
import { type LoadedChart, loadChart } from '../source/load-chart.ts'

export interface InvalidChart {
  readonly source: ChartSource
  readonly error: unknown
  /** How long loading and packaging took. */
  readonly seconds: number
}

/** A chart that can be planned. */
export type ChartToPlan = LoadedChart & {
  /** How long it took to read it. */
  readonly seconds: number
}

export type OrInvalid<T> = T | InvalidChart

export interface LoadChartsOptions
  extends Pick<LoadOptions, 'repositories' | 'sign' | 'registries'> {
  readonly inputs: ChartInputs & Pick<ReleaseRequest, 'concurrency' | 'targets'>
}

/** Reads what names each chart, or says why it is not valid. */
export async function loadCharts(
  sources: readonly ChartSource[],
  { inputs, ...means }: LoadChartsOptions,
  context: LoadContext
): Promise<readonly OrInvalid<ChartToPlan>[]> {
  const { folder, secrets, signal } = context
  const isPublished = inputs.targets.length > 0
  const options = { ...means, inputs, isOnlyChart: sources.length === 1, isPublished }
  const sideBySide = { concurrency: inputs.concurrency, logger: context.logger }
  return mapConcurrent(sources, sideBySide, async (source, logger) => {
    const done = await attempt(() => {
      return loadChart(source, options, { folder, secrets, logger, signal })
    })
    const { seconds } = done
    return 'error' in done ? { source, error: done.error, seconds } : { ...done.value, seconds }
  })
}

/** The publications of a chart when nothing is pushed, since it or another is not valid. */
export function unpublished(
  chart: OrInvalid<ReadyChart>,
  targets: ReleaseRequest['targets']
): readonly Publication[] {
  const places = targets.length === 0 ? [undefined] : targets
  return places.map((target) => {
    if ('packed' in chart) {
      return blockedPublication(packagedFacts(chart.source, target, chart.packed), chart.seconds)
    }
    return invalidPublication({ source: chart.source, target }, chart.error, chart.seconds)
  })
}
