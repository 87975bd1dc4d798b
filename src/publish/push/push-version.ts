import type { ChartArtifact } from '../../artifact/artifact.ts'
import { pushArtifact, pushAttached, pushUntagged } from '../../oci/push.ts'
import type { Artifact } from '../../oci/spec/blob.ts'
import { referenceText } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'
import { secondsSince, sizeText } from '../../shared/format.ts'
import { input } from '../../shared/input-name.ts'
import { READ_BACK_PAUSES_MS } from './blob-check.ts'
import type { ComparedState } from './compared-state.ts'
import { confirmAttached } from './confirm-attached.ts'
import type { PushOptions, PushPlan } from './push-plan.ts'
import { readBack } from './read-back.ts'
import { type Foreign, type Hidden, readRemoteState } from './remote-state.ts'
import { type Preparation, type PreparedStatements, prepareStatements } from './state-artifact.ts'
import { cannotAttach, notStated, type Stated, statedBy } from './stated.ts'
import { whyNotTrue } from './true-statements.ts'

/** `obstacle` is what another run has put there meanwhile, and what keeps the tag from being written. */
export type PushedVersion =
  | { readonly warnings: readonly string[]; readonly stated: Stated }
  | { readonly obstacle: ComparedState }

/** What a push would do. */
export function planVersion(
  { artifact }: PushPlan,
  { logger, stating }: PushOptions
): PushedVersion {
  const { statements } = stating
  logger.info(`It would be pushed: ${sizeText(sizeOf(artifact))}.`)
  if (statements.wanted.length > 0) logger.info(`With it: ${statements.wanted.join(' and ')}.`)
  return { warnings: [], stated: notStated(statements, 'signed') }
}

/**
 * Pushes an artifact to the tag of its version, and reads it back. OCI knows no conditional write, so the tag is checked
 * once more when only the manifest is left to be sent, before each attempt at that. A window of one round trip is left.
 * @throws Failure
 */
export async function pushVersion(plan: PushPlan, options: PushOptions): Promise<PushedVersion> {
  const { artifact } = plan
  const { client, reference, signal, logger } = options
  const started = performance.now()
  logger.info(`Uploading ${sizeText(sizeOf(artifact))}.`)
  const seen: { obstacle?: ComparedState | undefined } = {}
  const shouldWrite = async () => {
    await options.untilAllValid()
    // First what takes a while, so that nothing comes between the look at the tag and its writing.
    await options.beforeTag?.()
    seen.obstacle = await obstacleTo(plan, options)
    return seen.obstacle === undefined
  }
  const prepared = await writeVersion(artifact, shouldWrite, options)
  if (seen.obstacle) return { obstacle: seen.obstacle }
  const confirm = { client, reference, digest: artifact.manifest.digest }
  const [warnings, error] = await Promise.all([
    readBack(artifact, { client, reference, signal, pausesMs: READ_BACK_PAUSES_MS }),
    prepared && confirmAttached(prepared.attachments, confirm)
  ])
  const what = warnings.length === 0 ? 'Pushed and read back' : 'Pushed'
  logger.info(`${what} in ${secondsSince(started)} s.`)
  const { statements } = options.stating
  const stated = prepared ? statedBy(prepared, statements) : notStated(statements, 'off')
  return { warnings, stated: { ...stated, ...(error && { error }) } }
}

/** Writes blobs, manifest and tag, and before the tag what is stated about them, if anything is. */
async function writeVersion(
  artifact: ChartArtifact,
  shouldWrite: () => Promise<boolean>,
  options: PushOptions
): Promise<PreparedStatements | undefined> {
  const { client, reference, isAllValid } = options
  // To wait for other charts gives the turn away, and stops the time: not while blobs are sent.
  const asksBesideBlobs = isAllValid()
  if (options.stating.statements.wanted.length === 0) {
    await pushArtifact(artifact, { client, reference, shouldWrite, asksBesideBlobs })
    return undefined
  }
  let begun: Preparation | undefined
  const begin = () => {
    begun ??= stateNew(artifact, options)
    return begun
  }
  if (asksBesideBlobs) begin()
  const attachments = async () => {
    await options.untilAllValid()
    const { attachments } = requireSignature(await preparedBy(begin(), options), options)
    return attachments
  }
  const refusal = (failure: Failure) => cannotAttach(failure, reference)
  await pushAttached(artifact, { client, reference, refusal, attachments, shouldWrite })
  return begun?.prepared
}

/** Waits for statements: what the registry has to say counts as its time, what follows does not. */
async function preparedBy(
  { read, prepared }: Preparation,
  { pausedFor, reference }: PushOptions
): Promise<PreparedStatements> {
  try {
    await read
    return await pausedFor(prepared)
  } catch (error) {
    const isTaken = error instanceof Failure && error.kind === 'conflict'
    throw isTaken ? cannotAttach(error, reference) : error
  }
}

/** A version gets no tag without the signature that is wanted. @throws Failure signing */
function requireSignature(
  prepared: PreparedStatements,
  { reference }: PushOptions
): PreparedStatements {
  const missing = prepared.absent.find(({ kind }) => kind === 'signature')
  if (missing === undefined) return prepared
  const message = `${referenceText(reference)} was not published, because it may not be signed: ${missing.why}`
  const fix = `Publish only to this registry, or leave out ${input('sign')}.`
  throw new Failure('signing', { message, fix })
}

/** Puts an artifact and what is stated about it under its digest, where a tag is there already. @throws Failure */
export async function stateUntagged(artifact: ChartArtifact, options: PushOptions): Promise<void> {
  const { client, reference } = options
  const refusal = (failure: Failure) => cannotAttach(failure, reference)
  await options.untilAllValid()
  const attachments = async () => {
    return (await preparedBy(stateNew(artifact, options), options)).attachments
  }
  await pushUntagged(artifact, { client, reference, refusal, attachments })
}

/** The statements about an artifact that this run writes. */
function stateNew(artifact: ChartArtifact, options: PushOptions): Preparation {
  const { statements, subjectName: name } = options.stating
  const { manifest } = artifact
  const whyNot = whyNotTrue(
    { digest: manifest.digest, whole: async () => artifact },
    options.stating
  )
  const stating = { statements, subject: { name, manifest }, whyNot }
  return prepareStatements(stating, options)
}

/** What keeps a tag from being written: anything that exists, or with `overwrite` what is not known to be a chart. */
async function obstacleTo(
  { recheck }: PushPlan,
  options: PushOptions
): Promise<ComparedState | undefined> {
  if (options.ifExists === 'overwrite') return noChartAt(options)
  const existing = await recheck()
  return existing.kind === 'absent' ? undefined : existing
}

async function noChartAt({
  client,
  reference
}: PushOptions): Promise<Foreign | Hidden | undefined> {
  const state = await readRemoteState(client, reference)
  return state.kind === 'foreign' || state.kind === 'hidden' ? state : undefined
}

function sizeOf({ config, layers }: Artifact): number {
  return [config, ...layers].reduce((sum, { size }) => sum + size, 0)
}
