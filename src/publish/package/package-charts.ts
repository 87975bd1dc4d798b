import { availableParallelism } from 'node:os'
import type { PackedChart } from '../../artifact/packed-chart.ts'
import { findHelm, type Helm, likelyHelm } from '../../helm/find.ts'
import { heedsSourceDate, PINNED_VERSION } from '../../helm/helm-version.ts'
import { attempt } from '../../shared/attempt.ts'
import { mapConcurrent } from '../../shared/concurrency.ts'
import { deferred } from '../../shared/deferred.ts'
import { input } from '../../shared/input-name.ts'
import { type ChartSource, sourceText } from '../model/chart-source.ts'
import { blockedPublication, invalidPublication, packagedFacts } from '../model/make-publication.ts'
import type { ReadyChart } from '../model/plan.ts'
import type { Publication } from '../model/publication.ts'
import type { ChartInputs, LoadContext, ReleaseRequest, RunContext } from '../model/request.ts'
import { type LoadedChart, loadChart } from '../source/load-chart.ts'
import { type HelmOfRun, type PackageContext, packageDirectory } from './package-chart.ts'

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

export interface LoadChartsOptions {
  readonly inputs: ChartInputs
  /** How many are loaded side by side. */
  readonly concurrency: number
}

/** Reads what names each chart, or says why it is not valid. */
export async function loadCharts(
  sources: readonly ChartSource[],
  { inputs, concurrency }: LoadChartsOptions,
  context: LoadContext
): Promise<readonly OrInvalid<ChartToPlan>[]> {
  const { folder, secrets, signal } = context
  const options = { inputs, isOnlyChart: sources.length === 1 }
  const sideBySide = { concurrency, logger: context.logger }
  return mapConcurrent(sources, sideBySide, async (source, logger) => {
    const done = await attempt(() => {
      return loadChart(source, options, { folder, secrets, logger, signal })
    })
    const { seconds } = done
    return 'error' in done ? { source, error: done.error, seconds } : { ...done.value, seconds }
  })
}

/** Charts that are being packaged. */
export interface Packaging {
  /** In the order of the charts. */
  readonly charts: readonly Promise<OrInvalid<ReadyChart>>[]
  /** All of them. */
  readonly all: Promise<readonly OrInvalid<ReadyChart>[]>
}

/** The inputs for `helm package`. */
export type PackageRequest = ChartInputs &
  Pick<
    ReleaseRequest,
    'helmVersion' | 'helmSha256' | 'helmDownloadUrl' | 'ca' | 'timeoutMs' | 'concurrency'
  >

export type PackageChartsContext = Pick<
  RunContext,
  'environment' | 'folder' | 'secrets' | 'logger' | 'signal'
>

/**
 * Begins to package every chart that was read, or says why it is not valid. Helm is found when the first one needs it,
 * once; as many run side by side as there are cores, and as `concurrency` allows.
 */
export function beginPackaging(
  charts: readonly OrInvalid<ChartToPlan>[],
  request: PackageRequest,
  context: PackageChartsContext
): Packaging {
  const { environment, folder, secrets, signal } = context
  const { helmVersion: wanted, helmSha256: sha256 } = request
  const likely = likelyHelm({ wanted, sha256, environment })
  const helm = { find: helmOnce(request, context), likely, warnOnce: warnOnce() }
  const jobs = charts.map((chart) => ({ chart, done: deferred<OrInvalid<ReadyChart>>() }))
  const concurrency = Math.min(request.concurrency, availableParallelism())
  const sideBySide = { concurrency, logger: context.logger }
  const all = mapConcurrent(jobs, sideBySide, ({ chart, done }, logger) => {
    const means = { environment, folder, secrets, signal, helm, logger }
    const result = packageOne(chart, request, means)
    done.resolve(result)
    return result
  })
  return { charts: jobs.map(({ done }) => done.promise), all }
}

async function packageOne(
  chart: OrInvalid<ChartToPlan>,
  inputs: ChartInputs,
  context: PackageContext
): Promise<OrInvalid<ReadyChart>> {
  if ('error' in chart) return chart
  const { source } = chart
  const { logger } = context
  const done = await attempt(async () => {
    const packed = await logger.group(`Package ${sourceText(source)}`, () => {
      return packedChart(chart, inputs, context)
    })
    for (const { text, place } of packed.warnings) logger.warning(text, { place })
    return packed
  })
  const seconds = chart.seconds + done.seconds
  if ('error' in done) return { source, error: done.error, seconds }
  const packed = done.value
  const { name, version } = packed.archive.metadata
  return { source, name, version, packed, seconds }
}

async function packedChart(
  chart: ChartToPlan,
  inputs: ChartInputs,
  context: PackageContext
): Promise<PackedChart> {
  return chart.kind === 'packaged' ? chart.packed : packageDirectory(chart, inputs, context)
}

function warnOnce(): HelmOfRun['warnOnce'] {
  const warned = new Set<string>()
  return (text, logger) => {
    if (!warned.has(text)) logger.warning(text)
    warned.add(text)
  }
}

function helmOnce(request: PackageRequest, context: PackageChartsContext): HelmOfRun['find'] {
  let found: Promise<Helm> | undefined
  const { ca, timeoutMs } = request
  const { environment, folder, secrets, signal, logger: progress } = context
  return (logger) => {
    const wanted = {
      wanted: request.helmVersion,
      sha256: request.helmSha256,
      downloadUrl: request.helmDownloadUrl
    }
    const means = { environment, folder, secrets, signal, logger, progress }
    found ??= findHelm({ ...wanted, ...means, ca, timeoutMs }).then((helm) => {
      if (!heedsSourceDate(helm.version)) logger.notice(otherBytes(helm))
      return helm
    })
    return found
  }
}

function otherBytes({ version }: Helm): string {
  return `Helm ${version.text} writes different bytes each time, so packaging the same chart again gives another digest. For the same digest each time, set ${input('helm-version')} to ${PINNED_VERSION.text}.`
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
