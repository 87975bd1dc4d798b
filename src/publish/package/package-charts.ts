import { availableParallelism } from 'node:os'
import type { DependencySources } from '../../dependencies/dependency-sources.ts'
import type { ChartDirectory } from '../../directory/chart-directory.ts'
import { findHelm, type Helm, likelyHelm } from '../../helm/find.ts'
import { heedsSourceDate, PINNED_VERSION } from '../../helm/helm-version.ts'
import { type Attempt, attempt } from '../../shared/attempt.ts'
import { LogQueue, mapConcurrent, QueueLogger } from '../../shared/concurrency.ts'
import { type Deferred, deferred } from '../../shared/deferred.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { type ChartSource, sourceText } from '../model/chart-source.ts'
import { blockedPublication, invalidPublication, packagedFacts } from '../model/make-publication.ts'
import type { NamedChart, ReadyChart } from '../model/plan.ts'
import type { Publication } from '../model/publication.ts'
import type {
  ChartInputs,
  LoadContext,
  LoadOptions,
  ReleaseRequest,
  RunContext
} from '../model/request.ts'
import { type LoadedChart, loadChart } from '../source/load-chart.ts'
import { DependencyBuilder } from './dependencies/dependency-builder.ts'
import type { LocalChartsOptions } from './dependencies/local-charts.ts'
import { RunCharts } from './dependencies/run-charts.ts'
import type { LintResult } from './lint/lint-chart.ts'
import type { CompleteChart, HelmOfRun } from './package-by-helm.ts'
import {
  type PackageContext,
  type PackagedDirectory,
  packageDirectory,
  packageLocal
} from './package-chart.ts'
import { RunLint } from './run-lint.ts'

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

export interface LoadChartsOptions extends Pick<LoadOptions, 'repositories'> {
  readonly inputs: ChartInputs & Pick<ReleaseRequest, 'concurrency'>
}

/** Reads what names each chart, or says why it is not valid. */
export async function loadCharts(
  sources: readonly ChartSource[],
  { inputs, repositories }: LoadChartsOptions,
  context: LoadContext
): Promise<readonly OrInvalid<ChartToPlan>[]> {
  const { folder, secrets, signal } = context
  const options = { inputs, isOnlyChart: sources.length === 1, repositories }
  const sideBySide = { concurrency: inputs.concurrency, logger: context.logger }
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
  /** When all is logged, also what charts are not kept waiting for: `helm lint` with `warn`. */
  readonly logged: Promise<void>
}

/** The inputs for `helm package`. */
export type PackageRequest = ChartInputs &
  Pick<
    ReleaseRequest,
    | 'targets'
    | 'lint'
    | 'lintValues'
    | 'helmVersion'
    | 'helmSha256'
    | 'helmDownloadUrl'
    | 'ca'
    | 'timeoutMs'
    | 'concurrency'
  >

export interface PackageChartsContext
  extends Pick<RunContext, 'environment' | 'folder' | 'secrets' | 'logger' | 'signal'> {
  /** Reads the directory of a chart that others depend on. @throws Failure */
  readonly read: (path: string) => Promise<ChartDirectory>
  /** Where dependencies are fetched from; opened when the first one is needed. */
  readonly sources: () => Promise<DependencySources>
}

/**
 * Begins to package every chart that was read, or says why it is not valid. Helm is found when the first one needs it,
 * once; as many run side by side as there are cores, and as `concurrency` allows. A chart that others of the run depend
 * on is packaged when they need it.
 */
export function beginPackaging(
  charts: readonly OrInvalid<ChartToPlan>[],
  request: PackageRequest,
  context: PackageChartsContext
): Packaging {
  const run = new PackagingRun(charts, request, context)
  return { charts: run.charts, all: run.all, logged: run.logged }
}

interface Job {
  readonly chart: OrInvalid<ChartToPlan>
  /** What is logged of it, in its turn. */
  readonly lines: LogQueue
  readonly done: Deferred<OrInvalid<ReadyChart>>
}

class PackagingRun {
  readonly charts: readonly Promise<OrInvalid<ReadyChart>>[]
  readonly all: Promise<readonly OrInvalid<ReadyChart>[]>
  readonly logged: Promise<void>
  readonly #request: PackageRequest
  readonly #means: Omit<PackageContext, 'logger' | 'isComplete'>
  readonly #lint: RunLint
  readonly #jobs: readonly Job[]
  readonly #begun = new Set<Job>()

  constructor(
    charts: readonly OrInvalid<ChartToPlan>[],
    request: PackageRequest,
    context: PackageChartsContext
  ) {
    const { logger } = context
    this.#request = request
    this.#jobs = charts.map((chart) => ({ chart, lines: new LogQueue(), done: deferred() }))
    this.charts = this.#jobs.map(({ done }) => done.promise)
    this.all = Promise.all(this.charts)
    this.#means = this.#meansOf(context)
    this.#lint = new RunLint({
      ...this.#means,
      ...{ mode: request.lint, values: request.lintValues }
    })
    const concurrency = Math.min(request.concurrency, availableParallelism())
    const running = mapConcurrent(this.#jobs, { concurrency, logger }, async (job, inTurn) => {
      await Promise.all([this.#run(job), job.lines.writeTo(inTurn)])
    })
    this.logged = running.then(() => this.#lint.reportUnused(logger))
    this.logged.catch(() => undefined)
  }

  /** Packages a chart, be it that others need it before its turn. */
  #run(job: Job): Promise<OrInvalid<ReadyChart>> {
    if (this.#begun.has(job)) return job.done.promise
    this.#begun.add(job)
    const logger = new QueueLogger(job.lines)
    const means = { ...this.#means, lint: this.#lint, logger }
    const { packaged, logged } = packageOne(job.chart, this.#request, means)
    job.done.resolve(packaged)
    logged.finally(() => job.lines.close()).catch(() => undefined)
    return job.done.promise
  }

  #meansOf(context: PackageChartsContext): Omit<PackageContext, 'logger' | 'isComplete'> {
    const request = this.#request
    const { environment, folder, secrets, signal, read, sources } = context
    const { helmVersion: wanted, helmSha256: sha256, allowOutsideFiles } = request
    const likely = likelyHelm({ wanted, sha256, environment })
    const helm = { find: helmOnce(request, context), likely, warnOnce: warnOnce() }
    const means = { environment, folder, secrets, signal, helm }
    const pack: LocalChartsOptions['pack'] = (local, logger) => {
      return packageLocal(local, request, { ...means, dependencies, logger })
    }
    const named = this.#jobs.flatMap(({ chart }) => ('error' in chart ? [] : [chart]))
    const packaged = (chart: NamedChart) => this.#packaged(chart)
    const runCharts = new RunCharts({ charts: named, targets: request.targets, packaged })
    const local = { allowOutsideFiles, read, pack, signal }
    const dependencies = new DependencyBuilder({ ...local, sources, runCharts, folder })
    return { ...means, dependencies }
  }

  /** @throws Failure, when the chart is not valid */
  async #packaged({ source, name, version }: NamedChart): Promise<ReadyChart> {
    const job = this.#jobs.find(({ chart }) => chart.source === source)
    const chart = job && (await this.#run(job))
    if (chart && 'packed' in chart) return chart
    const message = `The dependency ${name} ${version} is the chart "${sourceText(source)}" of this run, which is not valid.`
    throw new Failure('chart', { message, fix: 'Correct that chart first.' })
  }
}

type OneContext = Omit<PackageContext, 'isComplete'> & { readonly lint: RunLint }

interface OnePackaging {
  readonly packaged: Promise<OrInvalid<ReadyChart>>
  /** When all is logged of it. */
  readonly logged: Promise<unknown>
}

/** Packages a chart, and lints it beside; it is kept waiting for that only where lint may fail it. */
function packageOne(
  chart: OrInvalid<ChartToPlan>,
  inputs: ChartInputs,
  context: OneContext
): OnePackaging {
  if ('error' in chart) return { packaged: Promise.resolve(chart), logged: Promise.resolve() }
  const { source } = chart
  const { lint, logger } = context
  const linting = deferred<LintResult | undefined>()
  const isComplete = (complete: CompleteChart) => linting.resolve(lint.begin(complete, logger))
  const packaging = attempt(() => packageInGroup(chart, inputs, { ...context, isComplete }))
  const reporting = packaging.then(async () => {
    linting.resolve(undefined)
    await lint.report(linting.promise, sourceText(source), logger)
  })
  reporting.catch(() => undefined)
  const packaged = packaging.then((done) =>
    resultOf(chart, done, lint.mayFail ? reporting : undefined)
  )
  return { packaged, logged: Promise.allSettled([packaged, reporting]) }
}

async function packageInGroup(
  chart: ChartToPlan,
  inputs: ChartInputs,
  context: PackageContext
): Promise<PackagedDirectory> {
  const { logger } = context
  const packaged = await logger.group(`Package ${sourceText(chart.source)}`, () => {
    return packagedChart(chart, inputs, context)
  })
  for (const { text, place } of packaged.packed.warnings) logger.warning(text, { place })
  return packaged
}

/** @param reporting what else may keep the chart from being published */
async function resultOf(
  chart: ChartToPlan,
  done: Attempt<PackagedDirectory>,
  reporting: Promise<void> | undefined
): Promise<OrInvalid<ReadyChart>> {
  const { source } = chart
  const linted = await attempt(async () => reporting)
  const seconds = chart.seconds + done.seconds
  if ('error' in done) return { source, error: done.error, seconds }
  if ('error' in linted) return { source, error: linted.error, seconds }
  const { packed, needs } = done.value
  const { name, version } = packed.archive.metadata
  return { source, name, version, packed, needs: needs.map((one) => one.source), seconds }
}

async function packagedChart(
  chart: ChartToPlan,
  inputs: ChartInputs,
  context: PackageContext
): Promise<PackagedDirectory> {
  if (chart.kind === 'packaged') return { packed: chart.packed, needs: [] }
  return packageDirectory(chart, inputs, context)
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
