import type { PackedChart } from '../../artifact/packed-chart.ts'
import { refuseLaterSecrets } from '../../artifact/run-secrets.ts'
import type { RegistryClient } from '../../oci/client.ts'
import type { RegistryPool } from '../../oci/registry-pool.ts'
import { referenceText } from '../../oci/spec/reference.ts'
import { mapConcurrent } from '../../shared/concurrency.ts'
import type { Logger } from '../../shared/logger.ts'
import type { SecretRegistry } from '../../shared/secret-registry.ts'
import { repeatedName } from '../model/chart-reference.ts'
import {
  failedOutcome,
  type Outcome,
  plannedPublication,
  pushedPublication,
  targetText,
  withWarnings
} from '../model/outcome.ts'
import type { PlannedPublication, ReadyChart } from '../model/plan.ts'
import type { PushResult } from '../model/push-result.ts'
import type { IfExists } from '../model/request.ts'
import type { AllValid } from './all-valid.ts'
import { attempt, resultOf } from './attempt.ts'
import { differentDigests, otherTime } from './digest-mismatch.ts'
import type { LookUps } from './look-ups.ts'
import { type PushOptions, type PushPlan, settle } from './push-chart.ts'
import { storedArtifact } from './remote-chart.ts'
import { compareState, readComparedState } from './remote-state.ts'
import { ArtifactChoice, type Surveyed } from './reuse-artifact.ts'
import { NOTHING, type Tagged } from './tag-state.ts'
import { checkTags, moveTags } from './tags.ts'
import type { TargetTurns } from './target-turns.ts'

export interface PublishOptions {
  readonly clients: Pick<RegistryPool, 'with'>
  readonly allValid: Pick<AllValid, 'wait'>
  readonly lookUps: Pick<LookUps, 'of'>
  readonly turns: TargetTurns
  readonly ifExists: IfExists
  readonly requireGenuine: boolean
  readonly dryRun: boolean
  /** Where archives are saved; undefined where they are not. */
  readonly destination: string | undefined
  readonly secrets: SecretRegistry
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
  const sideBySide = { concurrency: planned.length, logger: options.logger }
  const choice = new ArtifactChoice(packed, planned, options)
  const publishAt = async (publication: PlannedPublication, logger: Logger) => {
    const { reference } = publication
    if (planned.length > 1) logger.info(`${referenceText(reference)}:`)
    const { deadline, state } = options.lookUps.of(publication)
    const compare = async () => {
      const found = resultOf(await state)
      const compared = (client: RegistryClient) => {
        return compareState(packed, found, { ...options, client, reference })
      }
      return options.clients.with(reference.repository, compared, deadline)
    }
    const one = { publication, survey: await attempt(compare), deadline }
    const artifact = await choice.join(one)
    const outcome = await pushOne(one, { ...packed, artifact }, { ...options, logger })
    const line = failureLine(outcome)
    if (line !== undefined) logger.info(line)
    return { ...outcome, seconds: seconds + outcome.seconds }
  }
  const outcomes = await mapConcurrent(planned, sideBySide, (publication, logger) => {
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
    : 'Failed. See the error at the end of the log.'
}

async function pushOne(
  { publication, survey, deadline }: Surveyed,
  wanted: PackedChart,
  options: PublishOptions
): Promise<Outcome> {
  const known = plannedPublication(publication)
  if ('error' in survey) return failedOutcome(known, survey.error, survey.seconds)
  const { reference } = publication
  const settled = await attempt(() => {
    const finish = async (client: RegistryClient) => {
      const lookAgain = () => readComparedState(wanted, { ...options, client, reference })
      const unsettled = { ...wanted, existing: survey.value, lookAgain }
      const untilAllValid = () => deadline.pausedFor(options.allValid.wait())
      const means = { ...options, client, untilAllValid }
      const settled = await pushAt(publication, unsettled, means)
      if (options.destination === undefined || options.dryRun) return { settled }
      const packaged = publication.chart.packed.artifact
      const place = { ...options, reference, packaged, wanted: wanted.artifact, client }
      return { settled, stored: await storedArtifact(settled, place) }
    }
    return options.clients.with(reference.repository, finish, deadline)
  })
  const seconds = survey.seconds + settled.seconds
  if ('error' in settled) return failedOutcome(known, settled.error, seconds)
  const isLibrary = wanted.archive.metadata.type === 'library'
  const { value } = settled
  const time = otherTime(value.settled, publication.chart.packed)
  if (time !== undefined) options.logger.info(time)
  const done = pushedPublication(known, value.settled)
  return { publication: done, seconds, isLibrary, stored: value.stored }
}

async function pushAt(
  { target, reference, chart, extraTags }: PlannedPublication,
  unsettled: PushPlan,
  options: PublishOptions & Pick<PushOptions, 'client' | 'untilAllValid'>
): Promise<PushResult> {
  const { name, version } = chart
  const slip = repeatedName(target, name)
  const { logger } = options
  // Before anything is sent: by now all logins are known.
  const held = refuseLaterSecrets(unsettled.artifact, chart.packed, options.secrets.search())
  const place = { ...options, reference }
  const tagged = taggedBy(unsettled, version, options.ifExists)
  const states = tagged ? await checkTags(extraTags, tagged, place) : []
  const settled = await settle(unsettled, place)
  await options.untilAllValid()
  const isSkipped = settled.status === 'skipped'
  if (isSkipped && extraTags.length > 0) logger.info(`Not tagged ${extraTags.join(', ')} either.`)
  const moved = isSkipped ? NOTHING : await moveTags({ settled, version }, states, place)
  const warnings = [...held, ...(slip ? [slip] : []), ...settled.warnings, ...moved.warnings]
  for (const warning of warnings) logger.warning(warning)
  for (const notice of moved.notices) logger.notice(notice)
  return { ...settled, warnings: [...warnings, ...moved.notices] }
}

/** What the extra tags are to point at, unless another run comes first; undefined where nothing is to be tagged. */
function taggedBy(
  { existing, artifact }: PushPlan,
  version: string,
  ifExists: IfExists
): Tagged | undefined {
  const { digest } = artifact.manifest
  switch (existing.kind) {
    case 'absent':
      return { digest, version, isNew: true }
    case 'same':
    case 'equivalent':
      return { digest: existing.remote.manifest.digest, version, isNew: false }
    case 'different':
    case 'broken':
      return ifExists === 'overwrite' ? { digest, version, isNew: true } : undefined
    case 'foreign':
      return undefined
  }
}
