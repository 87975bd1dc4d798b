import { availableParallelism } from 'node:os'
import { findHelm, type Helm } from '../../helm/find.ts'
import { heedsSourceDate, PINNED_VERSION } from '../../helm/helm-version.ts'
import { mapConcurrent } from '../../shared/concurrency.ts'
import { elapsedSeconds } from '../../shared/format.ts'
import { input } from '../../shared/input-name.ts'
import type { Logger } from '../../shared/logger.ts'
import { Task } from '../../shared/task.ts'
import type { RunContext } from '../model/context.ts'
import {
  failedOutcome,
  notAttempted,
  type Outcome,
  packedPublication,
  targetText
} from '../model/outcome.ts'
import type { ReadyChart } from '../model/plan.ts'
import { unknownPublication } from '../model/publication.ts'
import type { ReleaseRequest } from '../model/request.ts'
import { type LoadedChart, loadChart } from '../source/load-chart.ts'
import { packSource } from './package-chart.ts'

export interface UnfitChart {
  readonly path: string
  readonly error: unknown
  /** How long packaging took. */
  readonly seconds: number
}

/** A chart that can be planned. */
export type ChartToPack = LoadedChart & {
  readonly path: string
  /** How long it took to read it. */
  readonly seconds: number
}

export type Unless<T> = T | UnfitChart

/** Reads what names each chart, or says why it is not fit. */
export async function loadCharts(
  paths: readonly string[],
  request: ReleaseRequest,
  context: RunContext
): Promise<readonly Unless<ChartToPack>[]> {
  const sideBySide = { concurrency: request.concurrency, logger: context.logger }
  return mapConcurrent(paths, sideBySide, (path, logger) => {
    return fitOrNot({ path, seconds: 0 }, async () => {
      const one = { ...request, chart: path, isOnlyChart: paths.length === 1 }
      return loadChart(one, { ...context, logger })
    })
  })
}

/** Charts that are being packaged. */
export interface Packing {
  /** In the order of the charts. */
  readonly charts: readonly Promise<Unless<ReadyChart>>[]
  /** All of them. */
  readonly all: Promise<readonly Unless<ReadyChart>[]>
}

/**
 * Begins to package every chart that was read, or says why it is not fit. Helm is found when the first one needs it,
 * once; as many run side by side as there are cores, and as `concurrency` allows.
 */
export function beginPacking(
  charts: readonly Unless<ChartToPack>[],
  request: ReleaseRequest,
  context: RunContext
): Packing {
  const helm = helmOnce(request, context)
  const warned = new Set<string>()
  const warnOnce = (text: string, logger: Logger) => {
    if (!warned.has(text)) logger.warning(text)
    warned.add(text)
  }
  const packOne = async (chart: Unless<ChartToPack>, logger: Logger) => {
    if ('error' in chart) return chart
    const one = { ...request, chart: chart.path, isOnlyChart: charts.length === 1 }
    const pack = async () => {
      if (chart.kind === 'taken') return chart.packed
      return packSource(chart, one, { ...context, logger, helm, warnOnce })
    }
    return fitOrNot(chart, async () => {
      const packed = await logger.group(`Package ${chart.path}`, pack)
      for (const { text, place } of packed.warnings) logger.warning(text, { place })
      const { name, version } = packed.archive.metadata
      return { packed, name, version }
    })
  }
  const tasks = charts.map((chart) => new Task((logger: Logger) => packOne(chart, logger)))
  const concurrency = Math.min(request.concurrency, availableParallelism())
  const all = mapConcurrent(tasks, { concurrency, logger: context.logger }, (task, logger) => {
    return task.run(logger)
  })
  return { charts: tasks.map(({ done }) => done), all }
}

/** What is known of a chart with what `work` adds to it, or why it is not fit. */
async function fitOrNot<C extends { readonly path: string; readonly seconds: number }, T>(
  chart: C,
  work: () => Promise<T>
): Promise<Unless<C & T>> {
  const started = performance.now()
  const seconds = () => chart.seconds + elapsedSeconds(started)
  try {
    return { ...chart, ...(await work()), seconds: seconds() }
  } catch (error) {
    return { path: chart.path, error, seconds: seconds() }
  }
}

function helmOnce(request: ReleaseRequest, context: RunContext) {
  let found: Promise<Helm> | undefined
  return (logger: Logger) => {
    const { helmVersion: wanted, helmSha256: sha256, helmDownloadUrl: downloadUrl } = request
    const { ca, timeoutMs } = request
    const progress = context.logger
    const options = { ...context, logger, progress, wanted, sha256, downloadUrl, ca, timeoutMs }
    found ??= findHelm(options).then((helm) => {
      if (!heedsSourceDate(helm.version)) logger.notice(otherBytes(helm))
      return helm
    })
    return found
  }
}

function otherBytes({ version }: Helm): string {
  return `Helm ${version.text} writes different bytes each time, so packaging the same chart again gives another digest. For the same digest each time, set ${input('helm-version')} to ${PINNED_VERSION.text}.`
}

/** The outcomes of a chart when nothing is pushed, since it or another is not fit. */
export function unpublished(
  chart: ReadyChart | UnfitChart,
  { targets }: ReleaseRequest
): readonly Outcome[] {
  const places = targets.length === 0 ? [undefined] : targets
  return places.map((target) => {
    if ('packed' in chart) {
      return notAttempted(packedPublication(chart.path, target, chart.packed), chart.seconds)
    }
    const text = target && targetText(target)
    return failedOutcome(unknownPublication(chart.path, text), chart.error, chart.seconds)
  })
}
