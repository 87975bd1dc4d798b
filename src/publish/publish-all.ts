import type { RegistryPool } from '../oci/registry-pool.ts'
import { mapConcurrent } from '../shared/concurrency.ts'
import { type NamedChart, type PlannedPublication, targetText } from './model/plan.ts'
import type { Publication } from './model/publication.ts'
import type { ReleaseRequest, RunContext } from './model/request.ts'
import type { Statements } from './model/statements.ts'
import { unpublished } from './package/load-charts.ts'
import type { Packaging } from './package/packaging-run.ts'
import type { AllValid } from './push/all-valid.ts'
import { LookUps } from './push/look-ups.ts'
import { ManifestOrder } from './push/manifest-order.ts'
import { publishChart } from './push/publish-chart.ts'
import { TargetTurns } from './push/target-turns.ts'
import type { ArtifactHubFiles } from './sign/artifact-hub.ts'

/** What goes where, by names and versions alone. */
export type Plan = readonly PlannedPublication<NamedChart>[]

interface Work {
  readonly plan: Plan
  readonly packaging: Packaging
}

type PushRequest = Pick<
  ReleaseRequest,
  | 'targets'
  | 'concurrency'
  | 'ifExists'
  | 'requireGenuine'
  | 'dryRun'
  | 'destination'
  | 'annotations'
  | 'lacksSecrets'
>

export interface PushContext extends Pick<RunContext, 'secrets' | 'signal' | 'logger'> {
  readonly clients: RegistryPool
  readonly allValid: AllValid
  readonly artifactHub: ArtifactHubFiles
  readonly statements: Statements
  /** Without any login; undefined where nobody is to be asked so. */
  readonly anonymous: RegistryPool | undefined
}

/** Publishes each chart as soon as it is packaged, as far as that goes before all are valid. */
export function publishAll(
  { plan, packaging }: Work,
  request: PushRequest,
  context: PushContext
): Promise<readonly (readonly Publication[])[]> {
  const { targets, concurrency, ifExists, requireGenuine, dryRun, destination } = request
  const { clients, allValid, artifactHub, statements, anonymous, secrets, signal } = context
  // With several, charts that are valid would wait with open sessions for the others.
  const opensUploads = plan.length === 1 && !dryRun
  const lookUps = new LookUps({ clients, concurrency, opensUploads })
  for (const publication of plan) lookUps.of(publication)
  const turns = new TargetTurns(concurrency)
  const { annotations, lacksSecrets } = request
  const rules = { ifExists, requireGenuine, annotations, dryRun, lacksSecrets, destination }
  const order = new ManifestOrder()
  const means = {
    clients,
    allValid,
    artifactHub,
    statements,
    anonymous,
    lookUps,
    turns,
    order,
    secrets,
    signal
  }
  // Each target has its own turns, so that a slow one, or charts that wait for all to be valid, keep no chart from others.
  const sideBySide = { concurrency: packaging.charts.length, logger: context.logger }
  return mapConcurrent(packaging.charts, sideBySide, async (packaged, logger) => {
    const chart = await packaged
    if ('error' in chart) return unpublished(chart, targets)
    // Nothing goes out before it is known that the archives can be saved.
    if (destination !== undefined) await allValid.wait()
    else if (packaging.charts.length === 1) allValid.confirm()
    const own = plan
      .filter((publication) => publication.chart.source === chart.source)
      .map((publication) => ({ ...publication, chart }))
    const options = { ...rules, ...means, logger }
    return logger.group(titleOf(own), () => publishChart(chart, own, options))
  })
}

function titleOf(planned: readonly PlannedPublication[]): string {
  const [first, ...others] = planned
  const { name, version } = first?.chart ?? { name: '', version: '' }
  const place =
    first && others.length === 0 ? targetText(first.target) : `${planned.length} targets`
  return `Push ${name} ${version} to ${place}`
}
