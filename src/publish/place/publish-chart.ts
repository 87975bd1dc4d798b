import type { RegistryClient } from '../../oci/client.ts'
import type { Digest } from '../../oci/spec/digest.ts'
import { referenceText } from '../../oci/spec/reference.ts'
import { inLanes } from '../../shared/lanes.ts'
import type { Logger } from '../../shared/logger.ts'
import type { SecretKeeper } from '../../shared/secret-keeper.ts'
import type { PackedChart } from '../artifact/packed-chart.ts'
import { refuseLaterSecrets } from '../artifact/run-secrets.ts'
import { repeatedName } from '../chart-reference.ts'
import type { IfExists } from '../inputs/if-exists.ts'
import {
  failedOutcome,
  type Outcome,
  plannedPublication,
  settledPublication,
  withWarnings
} from '../outcome.ts'
import type { PlannedPublication, ReadyChart } from '../plan.ts'
import { attempt } from './attempt.ts'
import type { Clients } from './clients.ts'
import { differentDigests } from './one-digest.ts'
import { type Settled, settle, type Unsettled } from './settle.ts'
import { type Surveyed, sharedArtifact } from './shared-artifact.ts'
import { standingOf } from './standing.ts'
import { moveTags, refuseTakenTags } from './tags.ts'

export interface PublishOptions {
  readonly clients: Clients
  readonly ifExists: IfExists
  readonly dryRun: boolean
  readonly secrets: SecretKeeper
  readonly signal: AbortSignal
  readonly logger: Logger
}

/**
 * Publishes one chart to all of its targets, each for itself: what fails at one keeps it from no other.
 * Where one of them has the same content already, packed otherwise, the others get that very artifact.
 */
export async function publishChart(
  { packed, seconds }: ReadyChart,
  planned: readonly PlannedPublication[],
  options: PublishOptions
): Promise<readonly Outcome[]> {
  const lanes = { concurrency: planned.length, logger: options.logger }
  const surveyed = await inLanes(planned, lanes, async (publication): Promise<Surveyed> => {
    const { reference } = publication
    const look = (client: RegistryClient) => standingOf(packed, reference, client)
    const survey = await attempt(() => options.clients.with(reference.repository, look))
    return { publication, survey }
  })
  const artifact = (await sharedArtifact(surveyed, packed.artifact, options)) ?? packed.artifact
  const outcomes = await inLanes(surveyed, lanes, async (one, logger) => {
    if (planned.length > 1) logger.info(`${referenceText(one.publication.reference)}:`)
    const outcome = await settleOne(one, { ...packed, artifact }, { ...options, logger })
    if (outcome.error !== undefined) logger.info('This failed; the error is told at the end.')
    return { ...outcome, seconds: seconds + outcome.seconds }
  })
  const warning = differentDigests(outcomes)
  if (warning === undefined) return outcomes
  options.logger.warning(warning)
  return outcomes.map((outcome) => withWarnings(outcome, [warning]))
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
  // Before anything is sent: by now all logins are known.
  const held = refuseLaterSecrets(unsettled.artifact, chart.packed, options.secrets.search())
  const place = { ...options, reference }
  // Of other content under the version itself `settle` tells.
  if (unsettled.standing.kind !== 'different') {
    await refuseTakenTags(digestToBe(unsettled), extraTags, place)
  }
  const settled = await settle(unsettled, place)
  const moved = await moveTags({ settled, version }, extraTags, place)
  const warnings = [...held, ...(slip ? [slip] : []), ...settled.warnings, ...moved]
  for (const warning of warnings) options.logger.warning(warning)
  return { ...settled, warnings }
}

/** Of the manifest that the reference is to show, unless another run comes first. */
function digestToBe({ standing, artifact }: Unsettled): Digest {
  return standing.kind === 'same-content'
    ? standing.remote.manifest.digest
    : artifact.manifest.digest
}
