import type { PackedChart } from '../../artifact/packed-chart.ts'
import type { Deadline } from '../../http/deadline.ts'
import type { RegistryPool } from '../../oci/registry-pool.ts'
import type { Artifact } from '../../oci/spec/blob.ts'
import { attempt } from '../../shared/attempt.ts'
import { Failure } from '../../shared/failure.ts'
import type { Logger } from '../../shared/logger.ts'
import type { SecretRegistry } from '../../shared/secret-registry.ts'
import {
  contentOf,
  failedPublication,
  plannedFacts,
  pushedPublication
} from '../model/make-publication.ts'
import { type PlannedPublication, targetText } from '../model/plan.ts'
import type { Publication } from '../model/publication.ts'
import type { IfExists } from '../model/request.ts'
import { NOTHING_STATED, type Statements } from '../model/statements.ts'
import type { AllValid } from './all-valid.ts'
import { readComparedState } from './compare-state.ts'
import type { ComparedState } from './compared-state.ts'
import { otherTime } from './digest-mismatch.ts'
import type { LookUps } from './look-ups.ts'
import type { ManifestOrder } from './manifest-order.ts'
import type { AnonymousClients } from './public-check.ts'
import type { PushClient } from './push-client.ts'
import type { PushPlan, PushResult } from './push-plan.ts'
import { pushPublication } from './push-publication.ts'
import { storedArtifact } from './remote-chart.ts'
import type { ComparedPublication } from './reuse-artifact.ts'
import type { TargetTurns } from './target-turns.ts'

/** Metadata for the repository of a chart, by its name; undefined where there are none. */
export interface RepositoryMetadata {
  readonly of: (chart: string) => Promise<Artifact | undefined>
}

export interface PublishOptions {
  readonly clients: Pick<RegistryPool, 'with'>
  readonly allValid: Pick<AllValid, 'wait' | 'isConfirmed'>
  readonly lookUps: Pick<LookUps, 'of'>
  readonly turns: TargetTurns
  readonly order: ManifestOrder
  /** Asks whether everybody can pull; undefined where that is not required. */
  readonly anonymous: AnonymousClients | undefined
  /** Metadata for the repositories of charts. */
  readonly artifactHub: RepositoryMetadata
  readonly statements: Statements
  readonly annotations: ReadonlyMap<string, string>
  readonly ifExists: IfExists
  readonly requireGenuine: boolean
  readonly dryRun: boolean
  /** Whether this is a dry run that GitHub gives no secrets. */
  readonly lacksSecrets: boolean
  /** Where archives are saved; undefined where they are not. */
  readonly destination: string | undefined
  readonly secrets: SecretRegistry
  readonly signal: AbortSignal
  readonly logger: Logger
}

/** A publication with what is to be pushed. */
interface PublicationToPush extends ComparedPublication {
  readonly wanted: PackedChart
  /** The repository at the first target. */
  readonly subjectName: string
}

/** Pushes a chart to one target, by what exists there. What fails is in the publication. */
export async function pushOne(
  { publication, compared, deadline, wanted, subjectName }: PublicationToPush,
  options: PublishOptions
): Promise<Publication> {
  const { chart, reference } = publication
  const known = plannedFacts(publication)
  const before = chart.seconds + compared.seconds
  if ('error' in compared) {
    const { error } = compared
    return options.lacksSecrets && isRefusedLogin(error)
      ? notChecked(publication, error, before)
      : failedPublication(known, error, before)
  }
  const existing = compared.value
  const untilAllValid = () => waitForOthers(publication, deadline, options)
  const done = await attempt(() => {
    const converse = async (client: PushClient) => {
      const conversation = { client, untilAllValid, deadline }
      await deadline.pausedFor(options.statements.ready())
      return pushAndFetch({ publication, wanted, existing, subjectName }, conversation, options)
    }
    return options.clients.with(reference.repository, converse, deadline)
  })
  const seconds = before + done.seconds
  if ('error' in done) return failedPublication(known, done.error, seconds)
  const time = otherTime(done.value, chart.packed)
  if (time !== undefined) options.logger.info(time)
  const { trust, error } = done.value.stated
  return pushedPublication(known, { ...done.value, trust, error }, seconds)
}

function isRefusedLogin(error: unknown): error is Failure {
  return error instanceof Failure && error.kind === 'auth'
}

/** Of a dry run for a fork, whose login GitHub keeps from it. */
function notChecked(
  publication: PlannedPublication,
  { message }: Failure,
  seconds: number
): Publication {
  const { packed } = publication.chart
  const warning = `What exists in the registry was not checked: not available to forks. ${message}`
  const nothing = { stored: undefined, trust: NOTHING_STATED, warnings: [warning] }
  const content = contentOf(packed.artifact)
  return pushedPublication(
    plannedFacts(publication),
    { status: 'planned', content, ...nothing },
    seconds
  )
}

type Gates = Pick<PublishOptions, 'allValid' | 'turns' | 'order' | 'dryRun'>

function mayGoOut(publication: PlannedPublication, { allValid, order, dryRun }: Gates): boolean {
  return allValid.isConfirmed && (dryRun || order.isFree(publication))
}

/**
 * Waits until all charts are valid, and those that are dependencies of this one are published; that takes neither time
 * nor the turn of other charts at the target.
 */
async function waitForOthers(
  publication: PlannedPublication,
  deadline: Deadline,
  gates: Gates
): Promise<void> {
  if (mayGoOut(publication, gates)) return
  const { allValid, order, turns, dryRun } = gates
  const wait = async () => {
    await allValid.wait()
    if (!dryRun) await order.wait(publication)
  }
  await deadline.pausedFor(turns.yieldFor(targetText(publication.target), wait()))
}

/** What is to be pushed where. */
interface OnePush {
  readonly publication: PlannedPublication
  readonly wanted: PackedChart
  readonly existing: ComparedState
  readonly subjectName: string
}

interface Conversation {
  readonly client: PushClient
  readonly untilAllValid: () => Promise<void>
  readonly deadline: Deadline
}

/** Pushes, and fetches the archive of the registry, where that is the one to be saved. */
async function pushAndFetch(
  { publication, wanted, existing, subjectName }: OnePush,
  { client, untilAllValid, deadline }: Conversation,
  options: PublishOptions
) {
  const { reference, chart } = publication
  const { ifExists, dryRun, secrets, signal, logger } = options
  const plan: PushPlan = {
    artifact: wanted.artifact,
    existing,
    recheck: () => readComparedState(wanted, { client, reference, signal }),
    toRepeat: wanted.toRepeat,
    versionPlace: wanted.versionPlace
  }
  const isAllValid = () => mayGoOut(publication, options)
  const pausedFor = <T>(other: Promise<T>) => deadline.pausedFor(other)
  const gate = { isAllValid, untilAllValid, pausedFor }
  const { statements, annotations, requireGenuine } = options
  const stating = {
    statements,
    subjectName,
    produced: chart.packed.artifact.manifest.digest,
    annotations,
    requireGenuine
  }
  const metadata = await options.artifactHub.of(chart.name)
  const rest = { ifExists, dryRun, secrets, signal, logger }
  const { copied } = chart.packed
  const push = { client, reference, metadata, stating, copied, ...rest, ...gate }
  const pushed: PushResult = await pushPublication(publication, plan, push)
  if (options.destination === undefined || dryRun) return { ...pushed, stored: undefined }
  const { artifact: packaged } = chart.packed
  const place = { client, reference, packaged, wanted: wanted.artifact, logger }
  return { ...pushed, stored: await storedArtifact(pushed, place) }
}
