import { keepInLayout } from '../artifact/layout-charts.ts'
import { isChartVersion } from '../chart/metadata/chart-version.ts'
import { accessWarnings } from '../oci/access.ts'
import { RegistryPool } from '../oci/registry-pool.ts'
import { isRepositoryName } from '../oci/spec/reference.ts'
import { LogQueue, mapConcurrent, QueueLogger } from '../shared/concurrency.ts'
import type { RunContext } from './model/context.ts'
import { type Outcome, packedPublication, targetText, withWarnings } from './model/outcome.ts'
import {
  type NamedChart,
  type PlannedChart,
  type PlannedPublication,
  planCharts,
  planPublications
} from './model/plan.ts'
import type { PublishRequest, ReleaseRequest } from './model/request.ts'
import {
  beginPacking,
  type ChartToPack,
  loadCharts,
  type Packing,
  type Unless,
  unpublished
} from './package/package-charts.ts'
import { withStaged } from './package/save-archives.ts'
import { AllValid } from './push/all-valid.ts'
import { LookUps } from './push/look-ups.ts'
import { publishChart } from './push/publish-chart.ts'
import { TargetTurns } from './push/target-turns.ts'
import { annotationsFor, versionText } from './source/ci-environment.ts'
import { findCharts } from './source/find-charts.ts'
import { refuseUntrustedCheckout } from './source/untrusted-checkout.ts'

/**
 * Publishes all charts of a request to all of its targets, or only packages them. No manifest and no tag is written
 * before every chart is valid, and no blob of a chart before that chart is. Without outcomes where there are no charts,
 * and `if-no-charts-found` allows that.
 * @throws Failure, when there is no plan; what goes wrong with a chart stands in its outcomes
 */
export async function publishCharts(
  given: PublishRequest,
  context: RunContext
): Promise<readonly Outcome[]> {
  const request = withSurroundings(given, context)
  for (const notice of request.notices) context.logger.notice(notice)
  for (const warning of accessWarnings(request)) context.logger.warning(warning)
  const outcomes = await release(request, context)
  // What is not safe about the request stands in the results as well, in those that it is about.
  return outcomes.map((outcome) => {
    return withWarnings(outcome, accessWarnings(request, outcome.publication.target))
  })
}

async function release(request: ReleaseRequest, context: RunContext): Promise<readonly Outcome[]> {
  // What is said to registries while helm packages comes after that in the log.
  const lines = new LogQueue()
  const later = { ...context, logger: new QueueLogger(lines) }
  const access = { ...later, progress: context.logger }
  // First of all, since it finds logins of proxies that must not be printed, and proxies that cannot be used.
  const clients = new RegistryPool(request, access, 'pull,push')
  clients.preconnect(request.targets.map(({ host }) => host))
  const allValid = new AllValid()
  try {
    const paths = await findAll(request, context)
    const loaded = await loadCharts(paths, request, context)
    const plan = planAhead(loaded, request)
    const packing = beginPacking(loaded, request, context)
    const begin = (plan: readonly PlannedPublication<NamedChart>[]) => {
      return publishAll({ plan, packing }, request, { ...later, clients, allValid })
    }
    const publishing = plan && begin(plan)
    publishing?.catch(() => undefined)
    const packed = await packing.all
    const ready = packed.flatMap((chart) => ('packed' in chart ? [chart] : []))
    if (ready.length < packed.length) return packed.flatMap((chart) => unpublished(chart, request))
    const planned = planCharts(ready, request.tags)
    return await withStaged(planned, request, async () => {
      if (request.targets.length === 0) return keep(planned, request, context)
      allValid.confirm()
      const log = lines.writeTo(context.logger)
      const outcomes = await (publishing ?? begin(planPublications(planned, request.targets)))
      lines.close()
      await log
      return outcomes
    })
  } finally {
    allValid.refuse()
    await clients.close()
  }
}

/**
 * What goes where, by names and versions alone; undefined where nothing is to be pushed, and where a chart is not sound:
 * then packaging says what is wrong with it.
 * @throws Failure usage, when two charts would bear one tag, or a template makes none
 */
function planAhead(
  loaded: readonly Unless<ChartToPack>[],
  { tags, targets }: ReleaseRequest
): readonly PlannedPublication<NamedChart>[] | undefined {
  const charts = loaded.flatMap((chart) => ('error' in chart ? [] : [chart]))
  const areSound = charts.every(({ name, version }) => {
    return isRepositoryName(name) && isChartVersion(version)
  })
  if (targets.length === 0 || charts.length < loaded.length || !areSound) return undefined
  return planPublications(planCharts(charts, tags), targets)
}

function withSurroundings(request: PublishRequest, { environment }: RunContext): ReleaseRequest {
  const version = versionText(request.version, environment)
  return { ...request, version, annotations: annotationsFor(request.annotations, environment) }
}

async function findAll(request: ReleaseRequest, context: RunContext): Promise<readonly string[]> {
  const paths = await findCharts(request.charts, { ...request, logger: context.logger })
  if (!request.allowUntrustedCheckout) await refuseUntrustedCheckout(paths, context)
  return paths
}

interface Work {
  readonly plan: readonly PlannedPublication<NamedChart>[]
  readonly packing: Packing
}

interface PublishContext extends RunContext {
  readonly clients: RegistryPool
  readonly allValid: AllValid
}

/** Publishes each chart as soon as it is packaged, as far as that goes before all are valid. */
function publishAll(
  { plan, packing }: Work,
  request: ReleaseRequest,
  context: PublishContext
): Promise<readonly (readonly Outcome[])[]> {
  const { targets, concurrency, dryRun } = request
  // With several, charts that are valid would wait with open sessions for the others.
  const opensUploads = plan.length === 1 && !dryRun
  const lookUps = new LookUps({ clients: context.clients, concurrency, opensUploads })
  for (const publication of plan) lookUps.of(publication)
  const turns = new TargetTurns(concurrency)
  // Among several targets each has its own turns, so that a slow one does not keep charts from the others.
  const sideBySide = {
    concurrency: targets.length > 1 ? packing.charts.length : concurrency,
    logger: context.logger
  }
  return mapConcurrent(packing.charts, sideBySide, async (packaging, logger) => {
    const chart = await packaging
    if ('error' in chart) return unpublished(chart, request)
    // Nothing goes out before it is known that the archives can be saved.
    if (request.destination !== undefined) await context.allValid.wait()
    const own = plan
      .filter((publication) => publication.chart.path === chart.path)
      .map((publication) => ({ ...publication, chart }))
    const options = { ...request, ...context, lookUps, turns, logger }
    return logger.group(titleOf(own), () => publishChart(chart, own, options))
  })
}

async function keep(
  charts: readonly PlannedChart[],
  { ociLayout, dryRun }: ReleaseRequest,
  { logger }: RunContext
): Promise<readonly (readonly Outcome[])[]> {
  if (ociLayout !== undefined && !dryRun) {
    const artifacts = charts.map(({ chart: { name, packed }, tags }) => {
      return { title: name, artifact: packed.artifact, tags }
    })
    await keepInLayout(ociLayout, artifacts, logger)
  }
  return charts.map(({ chart: { path, packed, seconds } }) => {
    const publication = packedPublication(path, undefined, packed)
    return [{ publication: { ...publication, status: 'packaged' as const }, seconds }]
  })
}

function titleOf(planned: readonly PlannedPublication[]): string {
  const [first, ...others] = planned
  const { name, version } = first?.chart ?? { name: '', version: '' }
  const place =
    first && others.length === 0 ? targetText(first.target) : `${planned.length} targets`
  return `Push ${name} ${version} to ${place}`
}
