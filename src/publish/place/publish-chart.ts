import type { RegistryClient } from '../../oci/client.ts'
import type { Digest } from '../../oci/spec/digest.ts'
import { referenceText } from '../../oci/spec/reference.ts'
import { inLanes } from '../../shared/lanes.ts'
import type { Logger } from '../../shared/logger.ts'
import type { PackedChart } from '../artifact/packed-chart.ts'
import { repeatedName } from '../chart-reference.ts'
import type { IfExists } from '../inputs/if-exists.ts'
import {
  failedOutcome,
  type Outcome,
  plannedPublication,
  settledPublication,
  targetText,
  withWarnings
} from '../outcome.ts'
import type { PlannedPublication, ReadyChart } from '../plan.ts'
import { ArtifactChoice } from './artifact-choice.ts'
import { attempt } from './attempt.ts'
import type { Clients } from './clients.ts'
import { differentDigests } from './one-digest.ts'
import { type Settled, settle, type Unsettled } from './settle.ts'
import type { Surveyed } from './shared-artifact.ts'
import { standingOf } from './standing.ts'
import { moveTags, refuseTakenTags } from './tags.ts'
import type { TargetTurns } from './target-turns.ts'

export interface PublishOptions {
  readonly clients: Clients
  readonly turns: TargetTurns
  readonly ifExists: IfExists
  readonly dryRun: boolean
  readonly signal: AbortSignal
  readonly logger: Logger
}

/**
 * Publishes one chart to all of its targets, each for itself: what fails at one does not affect the others, and does
 * not delay them. Where one of them has the same content already, packed otherwise, the others get that very artifact.
 */
export async function publishChart(
  { packed, seconds }: ReadyChart,
  planned: readonly PlannedPublication[],
  options: PublishOptions
): Promise<readonly Outcome[]> {
  const lanes = { concurrency: planned.length, logger: options.logger }
  const choice = new ArtifactChoice(packed.artifact, planned, options)
  const publishAt = async (publication: PlannedPublication, logger: Logger) => {
    const { reference } = publication
    if (planned.length > 1) logger.info(`${referenceText(reference)}:`)
    const look = (client: RegistryClient) => standingOf(packed, reference, client)
    const survey = await attempt(() => options.clients.with(reference.repository, look))
    const one = { publication, survey }
    const artifact = await choice.join(one)
    const outcome = await settleOne(one, { ...packed, artifact }, { ...options, logger })
    const line = failureLine(outcome)
    if (line !== undefined) logger.info(line)
    return { ...outcome, seconds: seconds + outcome.seconds }
  }
  const outcomes = await inLanes(planned, lanes, (publication, logger) => {
    const target = targetText(publication.target)
    return options.turns.at(target, () => publishAt(publication, logger))
  })
  const warning = differentDigests(outcomes)
  if (warning === undefined) return outcomes
  options.logger.warning(warning)
  return outcomes.map((outcome) => withWarnings(outcome, [warning]))
}

function failureLine({ error, publication }: Outcome): string | undefined {
  if (error === undefined) return undefined
  return publication.status === 'not-attempted'
    ? 'Not attempted: the registry did not answer before.'
    : 'This failed; the error is told at the end.'
}

async function settleOne(
  { publication, survey }: Surveyed,
  wanted: PackedChart,
  options: PublishOptions
): Promise<Outcome> {
  const known = plannedPublication(publication)
  if ('error' in survey) return failedOutcome(known, survey.error, survey.seconds)
  const { reference } = publication
  const settled = await attempt(() => {
    return options.clients.with(reference.repository, (client) => {
      const lookAgain = () => standingOf(wanted, reference, client)
      const unsettled = { ...wanted, standing: survey.value, lookAgain }
      return settleAt(publication, unsettled, { ...options, client })
    })
  })
  const seconds = survey.seconds + settled.seconds
  if ('error' in settled) return failedOutcome(known, settled.error, seconds)
  const isLibrary = wanted.archive.metadata.type === 'library'
  return { publication: settledPublication(known, settled.value), seconds, isLibrary }
}

async function settleAt(
  { target, reference, chart, extraTags }: PlannedPublication,
  unsettled: Unsettled,
  options: PublishOptions & { readonly client: RegistryClient }
): Promise<Settled> {
  const { name, version } = chart.packed.archive.metadata
  const slip = repeatedName(target, name)
  const place = { ...options, reference }
  // Of other content under the version itself `settle` tells.
  if (unsettled.standing.kind !== 'different') {
    await refuseTakenTags(digestToBe(unsettled), extraTags, place)
  }
  const settled = await settle(unsettled, place)
  const moved = await moveTags({ settled, version }, extraTags, place)
  const warnings = [...(slip ? [slip] : []), ...settled.warnings, ...moved]
  for (const warning of warnings) options.logger.warning(warning)
  return { ...settled, warnings }
}

/** Of the manifest that the reference is to show, unless another run comes first. */
function digestToBe({ standing, artifact }: Unsettled): Digest {
  return standing.kind === 'same-content'
    ? standing.remote.manifest.digest
    : artifact.manifest.digest
}
