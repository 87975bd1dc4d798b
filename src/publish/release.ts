import { isChartVersion } from '../chart/metadata/chart-version.ts'
import { isRepositoryName } from '../oci/spec/reference.ts'
import { mapConcurrent } from '../shared/concurrency.ts'
import { HeldLogger } from '../shared/held-logger.ts'
import type { RunContext } from './context.ts'
import { annotationsFor } from './inputs/annotations-input.ts'
import type { PublishRequest } from './inputs/inputs.ts'
import { withStaged } from './keeping.ts'
import { keepInLayout } from './layout/keep-layout.ts'
import { type Outcome, packedPublication, targetText, withWarnings } from './outcome.ts'
import { findCharts } from './pack/find-charts.ts'
import type { ReleaseRequest } from './pack/pack-request.ts'
import { versionText } from './pack/triggering-tag.ts'
import { refuseUntrustedCheckout } from './pack/untrusted-checkout.ts'
import { loadCharts, type NamedChart, packCharts, type Unless, unpublished } from './pack-charts.ts'
import { Clients } from './place/clients.ts'
import { type Destination, LookUps } from './place/look-ups.ts'
import { publishChart } from './place/publish-chart.ts'
import { TargetTurns } from './place/target-turns.ts'
import { type PlannedChart, type PlannedPublication, planCharts, planPublications } from './plan.ts'

/**
 * Publishes all charts of a request to all of its targets, or only packages them. Nothing is pushed before
 * every chart is packaged and found fit, and the whole is planned. Without outcomes where there are no charts, and
 * `if-no-charts-found` allows that.
 * @throws Failure, when there is no plan; what goes wrong with a chart stands in its outcomes
 */
export async function releaseCharts(
  given: PublishRequest,
  context: RunContext
): Promise<readonly Outcome[]> {
  const request = withSurroundings(given, context)
  for (const notice of request.notices) context.logger.notice(notice)
  for (const warning of request.warnings) context.logger.warning(warning)
  const outcomes = await release(request, context)
  // What is not safe about the request stands in each of its results too.
  return outcomes.map((outcome) => withWarnings(outcome, request.warnings))
}

async function release(request: ReleaseRequest, context: RunContext): Promise<readonly Outcome[]> {
  // What is said to registries while helm packages comes after that in the log.
  const logger = new HeldLogger(context.logger)
  // First of all, since it finds logins of proxies that must not be printed, and proxies that cannot be used.
  const clients = new Clients(request, { ...context, logger }, 'pull,push')
  try {
    const paths = await findAll(request, context)
    const loaded = await loadCharts(paths, request, context)
    const publications = foreseen(loaded, request)
    const { concurrency, dryRun } = request
    // With several, charts that are valid would wait with open sessions for the others.
    const opensUploads = publications.length === 1 && !dryRun
    const lookUps = new LookUps({ clients, concurrency, opensUploads })
    for (const publication of publications) lookUps.of(publication)
    const packed = await packCharts(loaded, request, context)
    logger.release()
    const ready = packed.flatMap((chart) => ('packed' in chart ? [chart] : []))
    if (ready.length < packed.length) return packed.flatMap((chart) => unpublished(chart, request))
    const planned = planCharts(ready, request.tags)
    const settle = () => settleAll(planned, request, { ...context, clients, lookUps })
    return await withStaged(planned, request, settle)
  } finally {
    logger.release()
    await clients.close()
  }
}

/** The publications of charts that were read, where all can be planned; helm and the plan say what is wrong with others. */
function foreseen(
  loaded: readonly Unless<NamedChart>[],
  { tags, targets }: ReleaseRequest
): readonly Destination[] {
  const charts = loaded.flatMap((chart) => ('error' in chart ? [] : [chart]))
  const isSound = ({ name, version }: NamedChart) => {
    return isRepositoryName(name) && isChartVersion(version)
  }
  if (charts.length < loaded.length || !charts.every(isSound)) return []
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

/** Publishes the charts, or keeps them for later. */
async function settleAll(
  charts: readonly PlannedChart[],
  request: ReleaseRequest,
  context: RunContext & { readonly clients: Clients; readonly lookUps: LookUps }
): Promise<readonly (readonly Outcome[])[]> {
  const { targets, concurrency } = request
  if (targets.length === 0) return keep(charts, request, context)
  const plan = planPublications(charts, targets)
  const turns = new TargetTurns(concurrency)
  // Among several targets each has its own turns, so that a slow one does not keep charts from the others.
  const sideBySide = {
    concurrency: targets.length > 1 ? charts.length : concurrency,
    logger: context.logger
  }
  return mapConcurrent(charts, sideBySide, ({ chart }, logger) => {
    const own = plan.filter((publication) => publication.chart === chart)
    const options = { ...request, ...context, turns, logger }
    return logger.group(titleOf(own), () => publishChart(chart, own, options))
  })
}

async function keep(
  charts: readonly PlannedChart[],
  { ociLayout, dryRun }: ReleaseRequest,
  { logger }: RunContext
): Promise<readonly (readonly Outcome[])[]> {
  if (ociLayout !== undefined && !dryRun) await keepInLayout(ociLayout, charts, logger)
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
