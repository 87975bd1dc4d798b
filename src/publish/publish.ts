import { isChartVersion } from '../chart/metadata/chart-version.ts'
import { RunSources } from '../dependencies/run-sources.ts'
import { accessWarnings } from '../oci/access.ts'
import { isRepositoryName } from '../oci/spec/reference.ts'
import { LogQueue, QueueLogger } from '../shared/concurrency.ts'
import { TerseLogger } from '../shared/terse-logger.ts'
import type { ChartSource } from './model/chart-source.ts'
import { planCharts, planPublications } from './model/plan.ts'
import { type Publication, withWarnings } from './model/publication.ts'
import type { PublishRequest, ReleaseRequest, RunContext } from './model/request.ts'
import { NO_STATEMENTS, type Statements } from './model/statements.ts'
import { type ChartToPlan, loadCharts, type OrInvalid, unpublished } from './package/load-charts.ts'
import {
  beginPackaging,
  type PackageChartsContext,
  type Packaging
} from './package/packaging-run.ts'
import { packageOnly, withStaged } from './package/save-archives.ts'
import { type Plan, type PushContext, publishAll } from './publish-all.ts'
import { AllValid } from './push/all-valid.ts'
import { RunRegistries } from './run-registries.ts'
import { ArtifactHubFiles } from './sign/artifact-hub.ts'
import { pgpSigning } from './sign/pgp-signer.ts'
import { annotationsFor, versionText } from './source/ci-environment.ts'
import { findCharts } from './source/find-charts.ts'
import { readLocal } from './source/read-local.ts'
import { refuseUntrustedCheckout } from './source/untrusted-checkout.ts'

/**
 * Publishes all charts of a request to all of its targets, or only packages them. No manifest and no tag is written
 * before every chart is valid, and no blob of a chart before that chart is. Without publications where there are no
 * charts, and `if-no-charts-found` allows that.
 * @throws Failure, when there is no plan; what goes wrong with a chart stands in its publications
 */
export async function publishCharts(
  given: PublishRequest,
  context: RunContext
): Promise<readonly Publication[]> {
  const request = withEnvironment(given, context)
  for (const notice of request.notices) context.logger.notice(notice)
  for (const warning of accessWarnings(request)) context.logger.warning(warning)
  const publications = await release(request, context)
  // What is not safe about the request stands in the results as well, in those that it is about.
  return publications.map((publication) => {
    return withWarnings(publication, accessWarnings(request, publication.target ?? null))
  })
}

async function release(
  request: ReleaseRequest,
  context: RunContext
): Promise<readonly Publication[]> {
  // What is said to registries while helm packages comes after that in the log.
  const lines = new LogQueue()
  const logger = new QueueLogger(lines)
  const { environment, homeFolder, secrets, signal } = context
  const access = { environment, homeFolder, secrets, signal, logger, progress: context.logger }
  // First of all, since it finds logins of proxies that must not be printed, and proxies that cannot be used.
  const registries = new RunRegistries(request, access)
  const { clients, anonymous } = registries
  const allValid = new AllValid()
  const { folder } = context
  const { targets } = registries
  const ownHosts = { ...request, targets }
  const sources = new RunSources(ownHosts, { ...access, logger: context.logger, folder })
  const repositories = () => sources.repositories()
  let statements: Awaited<ReturnType<typeof runStatements>> | undefined
  try {
    const found = await findAll(request, context)
    const run = found.length < 2 ? context : { ...context, logger: new TerseLogger(context.logger) }
    const sign = await pgpSigning(request.gpg, { ...request, logger: context.logger })
    statements = await runStatements(request, { ...context, logger })
    const means = { inputs: request, repositories, sign, registries: registries.copied }
    const loaded = await loadCharts(found, means, run)
    const push = { clients, allValid, statements, anonymous, secrets, signal, logger, lines }
    const read = (path: string) => readLocal(path, { inputs: request, repositories }, context)
    const packaging = { ...run, read, sign, sources: () => sources.open() }
    return await packageAndPublish(loaded, request, { run: packaging, push })
  } finally {
    allValid.refuse()
    await Promise.all([registries.close(), sources.close(), statements?.close()])
  }
}

/** What is stated about charts, which begins now; what that needs is loaded only where it is wanted. */
async function runStatements(
  { trust, ca, dryRun, lacksSecrets }: ReleaseRequest,
  { environment, secrets, signal, logger, identity }: RunContext
): Promise<Statements & { readonly close: () => Promise<void> }> {
  if (trust.sign === 'off' && trust.attest === 'off') {
    return { ...NO_STATEMENTS, close: async () => undefined }
  }
  const { statementsOfRun } = await import('./sign/statements-of-run.ts')
  const access = { ca, environment, secrets, signal, logger }
  return statementsOfRun(trust, { access, environment, identity, dryRun, lacksSecrets })
}

interface ReleaseContext {
  readonly run: RunContext & PackageChartsContext
  /** `lines` has what is logged there. */
  readonly push: Omit<PushContext, 'artifactHub'> & { readonly lines: LogQueue }
}

/** Plans, packages beside the conversation with the registries, and when all charts are valid, saves and pushes them. */
async function packageAndPublish(
  loaded: readonly OrInvalid<ChartToPlan>[],
  request: ReleaseRequest,
  { run, push: given }: ReleaseContext
): Promise<readonly Publication[]> {
  const plan = planAhead(loaded, request)
  const artifactHub = new ArtifactHubFiles(request.artifacthubRepo, run.signal)
  await artifactHub.check(plan?.map(({ chart }) => chart.name) ?? [])
  const packaging = beginPackaging(loaded, request, run)
  try {
    const push = { ...given, artifactHub }
    return await publishPackaged({ plan, packaging }, request, { run, push })
  } finally {
    // helm may still lint.
    await packaging.logged.catch(() => undefined)
  }
}

interface Begun {
  /** Undefined where it is made once the charts are packaged. */
  readonly plan: Plan | undefined
  readonly packaging: Packaging
}

interface PackagedContext extends Pick<ReleaseContext, 'run'> {
  readonly push: PushContext & { readonly lines: LogQueue }
}

async function publishPackaged(
  { plan, packaging }: Begun,
  request: ReleaseRequest,
  { run, push }: PackagedContext
): Promise<readonly Publication[]> {
  const begin = (all: Plan) => publishAll({ plan: all, packaging }, request, push)
  const publishing = plan && begin(plan)
  publishing?.catch(() => undefined)
  const packaged = await packaging.all
  const ready = packaged.flatMap((chart) => ('packed' in chart ? [chart] : []))
  if (ready.length < packaged.length) {
    await packaging.logged
    return packaged.flatMap((chart) => unpublished(chart, request.targets))
  }
  const planned = planCharts(ready, request.tags)
  return withStaged(planned, request, async () => {
    if (request.targets.length === 0) {
      await packaging.logged
      return packageOnly(planned, request, run)
    }
    push.allValid.confirm()
    const log = packaging.logged.then(() => push.lines.writeTo(run.logger))
    const publications = await (publishing ?? begin(planPublications(planned, request.targets)))
    push.lines.close()
    await log
    return publications
  })
}

function withEnvironment(request: PublishRequest, { environment }: RunContext): ReleaseRequest {
  const version = versionText(request.version, environment)
  return { ...request, version, annotations: annotationsFor(request.annotations, environment) }
}

async function findAll(
  { charts, ifNoChartsFound, allowOutsideFiles, allowUntrustedCheckout }: ReleaseRequest,
  context: RunContext
): Promise<readonly ChartSource[]> {
  const { logger, folder, signal } = context
  const options = { ifNoChartsFound, allowOutsideFiles, logger, folder, signal }
  const sources = await findCharts(charts, options)
  if (!allowUntrustedCheckout) await refuseUntrustedCheckout(sources, context)
  return sources
}

/**
 * What goes where, by names and versions alone; undefined where nothing is to be pushed, and where a chart is not valid:
 * then packaging says what is wrong with it.
 * @throws Failure usage, when two charts would get one tag, or a template makes none
 */
function planAhead(
  loaded: readonly OrInvalid<ChartToPlan>[],
  { tags, targets }: Pick<ReleaseRequest, 'tags' | 'targets'>
): Plan | undefined {
  const charts = loaded.flatMap((chart) => ('error' in chart ? [] : [chart]))
  const areValid = charts.every(({ name, version }) => {
    return isRepositoryName(name) && isChartVersion(version)
  })
  if (targets.length === 0 || charts.length < loaded.length || !areValid) return undefined
  return planPublications(planCharts(charts, tags), targets)
}
