import { allAttached } from '../../artifact/chart-attachments.ts'
import type { Artifact } from '../../oci/spec/blob.ts'
import { secondsSince, sizeText } from '../../shared/format.ts'
import { READ_BACK_PAUSES_MS } from './blob-check.ts'
import type { ComparedState } from './compared-state.ts'
import { confirmAttached } from './confirm-attached.ts'
import { attachmentsOf, COPIED, copiesAttached, listAttached } from './copy-attachments.ts'
import type { PushOptions, PushPlan } from './push-plan.ts'
import { readBack } from './read-back.ts'
import { type Foreign, type Hidden, readRemoteState } from './remote-state.ts'
import { notStated, type Stated, statedBy } from './stated.ts'
import { writeVersion } from './write-version.ts'

/** `obstacle` is what another run has put there meanwhile, and what keeps the tag from being written. */
export type PushedVersion =
  | { readonly warnings: readonly string[]; readonly stated: Stated }
  | { readonly obstacle: ComparedState }

/** What a push would do. */
export function planVersion({ artifact }: PushPlan, options: PushOptions): PushedVersion {
  const { logger, stating } = options
  const { statements } = stating
  logger.info(`It would be pushed: ${sizeText(sizeOf(artifact))}.`)
  listAttached('With it:', allAttached(attachmentsOf(options)), logger)
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
  listAttached('With it:', allAttached(attachmentsOf(options)), logger)
  const seen: { obstacle?: ComparedState | undefined } = {}
  const shouldWrite = async () => {
    await options.untilAllValid()
    // First what takes a while, so that nothing comes between the look at the tag and its writing.
    await options.beforeTag?.()
    seen.obstacle = await obstacleTo(plan, options)
    return seen.obstacle === undefined
  }
  const { prepared, attachments } = await writeVersion(artifact, shouldWrite, options)
  if (seen.obstacle) return { obstacle: seen.obstacle }
  const what = copiesAttached(options) ? { what: COPIED } : {}
  const confirm = { client, reference, digest: artifact.manifest.digest, ...what }
  const [warnings, error] = await Promise.all([
    readBack(artifact, { client, reference, signal, pausesMs: READ_BACK_PAUSES_MS }),
    attachments && confirmAttached(attachments, confirm)
  ])
  const done = warnings.length === 0 ? 'Pushed and read back' : 'Pushed'
  logger.info(`${done} in ${secondsSince(started)} s.`)
  const { statements } = options.stating
  const stated = prepared ? statedBy(prepared, statements) : notStated(statements, 'off')
  return { warnings, stated: { ...stated, ...(error && { error }) } }
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
