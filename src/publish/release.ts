import { findHelm, type Helm } from '../helm/find.ts'
import { Failure } from '../shared/failure.ts'
import { inLanes } from '../shared/lanes.ts'
import type { Logger } from '../shared/logger.ts'
import { elapsedSeconds } from '../shared/seconds.ts'
import { Clients } from './clients.ts'
import type { RunContext } from './context.ts'
import { type StagedArchive, stageArchive } from './delivery.ts'
import { refuseForks } from './fork-gate.ts'
import type { PublishRequest } from './inputs.ts'
import { failedOutcome, type Outcome, packedPublication, targetText } from './outcome.ts'
import { packChart } from './pack.ts'
import { type PlannedPublication, planPublications, type ReadyChart } from './plan.ts'
import { unknownPublication } from './publication.ts'
import { publishChart } from './publish-chart.ts'
import { findCharts } from './selection.ts'
import { versionText } from './triggering-tag.ts'

/**
 * Publishes all charts of a request to all of its targets, or only packages them. Nothing is pushed before
 * every chart is packaged and found fit, and the whole is planned.
 * @throws Failure, when there is no plan; what goes wrong with a chart stands in its outcomes
 */
export async function releaseCharts(
  request: PublishRequest,
  context: RunContext
): Promise<readonly Outcome[]> {
  const release = new Release(
    { ...request, version: versionText(request.version, context.environment) },
    context
  )
  for (const notice of request.notices) context.logger.notice(notice)
  for (const warning of request.warnings) context.logger.warning(warning)
  const paths = await findSome(request)
  if (!request.allowPullRequestTarget) await refuseForks(paths, context.environment)
  const packed = await release.pack(paths)
  if (packed.some((chart) => 'error' in chart))
    return packed.flatMap((chart) => release.unpublished(chart))
  const ready = packed.flatMap((chart) => ('packed' in chart ? [chart] : []))
  return release.deliver(ready, await release.stage(ready))
}

async function findSome({ charts }: PublishRequest): Promise<readonly string[]> {
  const paths = await findCharts(charts)
  if (paths.length > 0) return paths
  const message = 'All charts that `chart` names are left out by its lines with `!`.'
  throw new Failure('usage', { message, fix: 'Leave out fewer.' })
}

interface UnfitChart {
  readonly path: string
  readonly error: unknown
  /** How long packaging took. */
  readonly seconds: number
}

class Release {
  readonly #request: PublishRequest
  readonly #context: RunContext
  readonly #clients: Clients
  #helm: Promise<Helm> | undefined

  constructor(request: PublishRequest, context: RunContext) {
    this.#request = request
    this.#context = context
    this.#clients = new Clients(request, context, 'pull,push')
  }

  /** Packages every chart, or says why it is not fit. */
  async pack(paths: readonly string[]): Promise<readonly (ReadyChart | UnfitChart)[]> {
    const lanes = { concurrency: this.#request.concurrency, logger: this.#context.logger }
    return inLanes(paths, lanes, (path, logger) => this.#packOne(path, logger))
  }

  async #packOne(path: string, logger: Logger): Promise<ReadyChart | UnfitChart> {
    const started = performance.now()
    try {
      const helm = (own: Logger) => this.#findHelm(own)
      const context = { ...this.#context, logger, helm }
      const pack = () => packChart({ ...this.#request, chart: path }, context)
      const packed = await logger.group(`Package ${path}`, pack)
      for (const { text, place } of packed.warnings) logger.warning(text, { place })
      return { path, packed, seconds: elapsedSeconds(started) }
    } catch (error) {
      return { path, error, seconds: elapsedSeconds(started) }
    }
  }

  /** Found when the first chart needs it. */
  #findHelm(logger: Logger): Promise<Helm> {
    const { helmVersion: wanted, helmSha256: sha256, helmDownloadUrl: downloadUrl } = this.#request
    this.#helm ??= findHelm({ ...this.#context, logger, wanted, sha256, downloadUrl })
    return this.#helm
  }

  /** The outcomes of a chart when nothing is pushed, since it or another is not fit. */
  unpublished(chart: ReadyChart | UnfitChart): readonly Outcome[] {
    const targets = this.#request.targets.length === 0 ? [undefined] : this.#request.targets
    return targets.map((target) => {
      if ('packed' in chart) {
        const publication = packedPublication(chart.path, target, chart.packed)
        return { publication: { ...publication, status: 'planned' }, seconds: chart.seconds }
      }
      const text = target && targetText(target)
      return failedOutcome(unknownPublication(chart.path, text), chart.error, chart.seconds)
    })
  }

  /** Copies the archives to where they are to be kept, under temporary names. */
  async stage(charts: readonly ReadyChart[]): Promise<ReadonlyMap<ReadyChart, StagedArchive>> {
    const { destination, targets, dryRun } = this.#request
    const staged = new Map<ReadyChart, StagedArchive>()
    if (dryRun) return staged
    for (const chart of charts) {
      const isKept = targets.length > 0 || chart.packed.given !== undefined
      const folder = destination ?? (isKept ? undefined : '.')
      if (folder !== undefined) staged.set(chart, await stageArchive(chart.packed.path, folder))
    }
    return staged
  }

  /** Publishes, and gives each archive its name when its chart has gone well everywhere. */
  async deliver(
    charts: readonly ReadyChart[],
    staged: ReadonlyMap<ReadyChart, StagedArchive>
  ): Promise<readonly Outcome[]> {
    try {
      const outcomes = await this.#publish(charts)
      const delivered = await Promise.all(
        charts.map(async (chart, index) => {
          const own = outcomes[index] ?? []
          const isFit = own.every(({ error }) => error === undefined)
          const archive = isFit ? await staged.get(chart)?.deliver() : undefined
          return own.map((outcome) => withArchive(outcome, archive ?? chart.packed.given ?? null))
        })
      )
      return delivered.flat()
    } finally {
      await Promise.all([...staged.values()].map((archive) => archive.discard()))
    }
  }

  async #publish(charts: readonly ReadyChart[]): Promise<readonly (readonly Outcome[])[]> {
    const { targets, tags, concurrency } = this.#request
    if (targets.length === 0) return charts.map((chart) => [packagedOutcome(chart)])
    const plan = planPublications(charts, targets, tags)
    const clients = this.#clients
    const lanes = { concurrency, logger: this.#context.logger }
    try {
      return await inLanes(charts, lanes, (chart, logger) => {
        const own = plan.filter((publication) => publication.chart === chart)
        const options = { ...this.#request, ...this.#context, clients, logger }
        return logger.group(titleOf(own), () => publishChart(chart, own, options))
      })
    } finally {
      await clients.close()
    }
  }
}

function titleOf(planned: readonly PlannedPublication[]): string {
  const [first, ...others] = planned
  const { name, version } = first?.chart.packed.archive.metadata ?? { name: '', version: '' }
  const place =
    first && others.length === 0 ? targetText(first.target) : `${planned.length} targets`
  return `Push ${name} ${version} to ${place}`
}

function packagedOutcome({ path, packed, seconds }: ReadyChart): Outcome {
  const publication = packedPublication(path, undefined, packed)
  return { publication: { ...publication, status: 'packaged' }, seconds }
}

function withArchive({ publication, ...outcome }: Outcome, archive: string | null): Outcome {
  return { ...outcome, publication: { ...publication, archive } }
}
