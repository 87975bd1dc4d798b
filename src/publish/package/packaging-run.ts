import type { SignArchive } from '../../artifact/packed-chart.ts'
import type { DependencySources } from '../../dependencies/dependency-sources.ts'
import type { ChartDirectory } from '../../directory/chart-directory.ts'
import { LogQueue, mapConcurrent, QueueLogger } from '../../shared/concurrency.ts'
import { type Deferred, deferred } from '../../shared/deferred.ts'
import { Failure } from '../../shared/failure.ts'
import { elapsedSeconds, timeText } from '../../shared/format.ts'
import type { Logger } from '../../shared/logger.ts'
import { sourceText } from '../model/chart-source.ts'
import type { NamedChart, ReadyChart } from '../model/plan.ts'
import type { ChartInputs, ReleaseRequest, RunContext } from '../model/request.ts'
import { DependencyBuilder } from './dependencies/dependency-builder.ts'
import type { LocalChartsOptions } from './dependencies/local-charts.ts'
import { RunCharts } from './dependencies/run-charts.ts'
import { helmOfRun } from './helm-of-run.ts'
import type { ChartToPlan, OrInvalid } from './load-charts.ts'
import { packageLocal } from './package-chart.ts'
import { type OneContext, packageOne } from './package-one.ts'
import { RunLint } from './run-lint.ts'

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
  /** Makes the provenance of an archive; undefined where nothing is signed. */
  readonly sign: SignArchive | undefined
  /** Where dependencies are fetched from; opened when the first one is needed. */
  readonly sources: () => Promise<DependencySources>
}

/**
 * Begins to package every chart that was read, or says why it is not valid. Helm is found when the first one needs it,
 * once; as many run side by side as there are cores, and as `concurrency` allows, while others fetch their dependencies. A
 * chart that others of the run depend on is packaged when they need it.
 */
export function beginPackaging(
  charts: readonly OrInvalid<ChartToPlan>[],
  request: PackageRequest,
  context: PackageChartsContext
): Packaging {
  const run = new PackagingRun(charts, request, context)
  return { charts: run.charts, all: run.all, logged: run.logged }
}

/** Of ways in which archives were made; dates of many commits would say little. */
const MOST_DESCRIBED = 3

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
  readonly #means: Omit<OneContext, 'logger' | 'lint'>
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
      ...{ mode: request.lint, values: request.lintValues },
      allowOutsideFiles: request.allowOutsideFiles
    })
    const { concurrency } = request
    const started = performance.now()
    const directories = charts.filter((chart) => !('error' in chart) && chart.kind !== 'packaged')
    if (directories.length > 1) logger.info(`Packaging ${directories.length} charts.`)
    const running = mapConcurrent(this.#jobs, { concurrency, logger }, async (job, inTurn) => {
      await Promise.all([this.#run(job), job.lines.writeTo(inTurn)])
    })
    this.logged = running.then(async () => {
      // A chart that was not linted may have what an entry names.
      const areAllValid = (await this.all).every((chart) => 'packed' in chart)
      if (!areAllValid) return
      this.#lint.reportUnused(logger)
      if (directories.length > 1) this.#reportPackaged(directories.length, started, logger)
    })
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

  /** What a run of one chart says of it. */
  #reportPackaged(count: number, started: number, logger: Logger): void {
    logger.info(`Packaged ${count} charts in ${timeText(elapsedSeconds(started))}.`)
    const { described } = this.#means.helm
    if (described.size <= MOST_DESCRIBED) for (const text of described) logger.info(text)
  }

  #meansOf(context: PackageChartsContext): Omit<OneContext, 'logger' | 'lint'> {
    const request = this.#request
    const { environment, folder, secrets, signal, read, sign, sources } = context
    const { allowOutsideFiles } = request
    const helm = helmOfRun(request, context)
    const means = { environment, folder, secrets, signal, helm }
    const pack: LocalChartsOptions['pack'] = (local, logger) => {
      return packageLocal(local, request, { ...means, dependencies, logger })
    }
    const named = this.#jobs.flatMap(({ chart }) => ('error' in chart ? [] : [chart]))
    const packaged = (chart: NamedChart) => this.#packaged(chart)
    const runCharts = new RunCharts({ charts: named, targets: request.targets, packaged })
    const local = { allowOutsideFiles, read, pack, signal }
    const dependencies = new DependencyBuilder({ ...local, sources, runCharts, folder })
    return { ...means, sign, dependencies }
  }

  /** @throws Failure, when the chart is not valid */
  async #packaged({ source, name, version }: NamedChart): Promise<ReadyChart> {
    const job = this.#jobs.find(({ chart }) => chart.source === source)
    const chart = job && (await this.#run(job))
    if (chart && 'packed' in chart) return chart
    const message = `The dependency ${name} ${version} is the chart "${sourceText(source)}" of this run, which is not valid.`
    throw new Failure('chart', { message, fix: 'Fix that chart first.' })
  }
}
