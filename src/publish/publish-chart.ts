import type { RegistryClient } from '../oci/client.ts'
import { referenceText } from '../oci/reference.ts'
import { inLanes } from '../shared/lanes.ts'
import type { Logger } from '../shared/logger.ts'
import type { ChartArtifact } from './artifact.ts'
import { repeatedName } from './chart-reference.ts'
import type { Clients } from './clients.ts'
import { differentDigests } from './one-digest.ts'
import { failedOutcome, type Outcome, plannedPublication, settledPublication } from './outcome.ts'
import type { PlannedPublication, ReadyChart } from './plan.ts'
import { fetchArtifact } from './remote-chart.ts'
import {
  type IfExists,
  type Settled,
  type SettleOptions,
  settle,
  type Unsettled
} from './settle.ts'
import { type Standing, standingOf } from './standing.ts'
import { moveTags } from './tags.ts'

export interface PublishOptions {
  readonly clients: Clients
  readonly ifExists: IfExists
  readonly dryRun: boolean
  readonly signal: AbortSignal
  readonly logger: Logger
}

/**
 * Publishes one chart to all of its targets, each for itself: what fails at one keeps it from no other.
 * Where one of them has the same content already, packed otherwise, the others get that very artifact.
 */
export async function publishChart(
  { packed }: ReadyChart,
  planned: readonly PlannedPublication[],
  options: PublishOptions
): Promise<readonly Outcome[]> {
  const lanes = { concurrency: planned.length, logger: options.logger }
  const standings = await inLanes(planned, lanes, ({ reference }) => {
    return attempt(() => {
      return options.clients.with(reference.repository, (client) => {
        return standingOf(packed, reference, client)
      })
    })
  })
  const artifact = await sharedArtifact(planned, standings, options)
  const outcomes = await inLanes(
    [...planned.entries()],
    lanes,
    async ([index, publication], logger) => {
      const known = plannedPublication(publication)
      const standing = standings[index]
      if (!standing || 'error' in standing) return failedOutcome(known, standing?.error)
      const wanted = { ...packed, artifact: artifact ?? packed.artifact }
      const { reference } = publication
      const settled = await attempt(() => {
        return options.clients.with(reference.repository, (client) => {
          const lookAgain = () => standingOf(wanted, reference, client)
          const unsettled = { ...wanted, standing: standing.value, lookAgain }
          return settleAt(publication, unsettled, { ...options, client, logger })
        })
      })
      if ('error' in settled) return failedOutcome(known, settled.error)
      return { publication: settledPublication(known, settled.value) }
    }
  )
  const warning = differentDigests(outcomes)
  if (warning !== undefined) options.logger.warning(warning)
  return warning === undefined ? outcomes : outcomes.map((one) => withWarning(one, warning))
}

function withWarning({ publication, ...outcome }: Outcome, warning: string): Outcome {
  return {
    ...outcome,
    publication: { ...publication, warnings: [...publication.warnings, warning] }
  }
}

type Attempt<T> = { readonly value: T } | { readonly error: unknown }

async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await work() }
  } catch (error) {
    return { error }
  }
}

async function settleAt(
  { target, reference, chart, extraTags }: PlannedPublication,
  unsettled: Unsettled,
  options: PublishOptions & { readonly client: RegistryClient }
): Promise<Settled> {
  const slip = repeatedName(target, chart.packed.archive.metadata.name)
  const place: SettleOptions = { ...options, reference }
  const settled = await settle(unsettled, place)
  const { version } = chart.packed.archive.metadata
  const moved = await moveTags({ settled, version }, extraTags, place)
  const warnings = [...(slip ? [slip] : []), ...settled.warnings, ...moved]
  for (const warning of warnings) options.logger.warning(warning)
  return { ...settled, warnings }
}

/** The artifact that a target has over the same files, when another target has none yet; so all get one digest. */
async function sharedArtifact(
  planned: readonly PlannedPublication[],
  standings: readonly Attempt<Standing>[],
  { clients, logger }: PublishOptions
): Promise<ChartArtifact | undefined> {
  const isAbsent = (standing: Attempt<Standing>) =>
    'value' in standing && standing.value.kind === 'absent'
  if (!standings.some(isAbsent)) return undefined
  for (const [index, { reference }] of planned.entries()) {
    const standing = standings[index]
    if (!standing || 'error' in standing || standing.value.kind !== 'same-content') continue
    const { remote } = standing.value
    const { repository } = reference
    const fetched = await attempt(() => {
      return clients.with(repository, (client) => fetchArtifact(client, repository, remote))
    })
    if ('error' in fetched || !fetched.value) continue
    logger.info(`The artifact of ${referenceText(reference)} is taken for the other registries.`)
    return fetched.value
  }
  return undefined
}
