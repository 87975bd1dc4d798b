import { pushArtifact } from '../../oci/push.ts'
import type { Artifact } from '../../oci/spec/blob.ts'
import { secondsSince } from '../../shared/format.ts'
import { READ_BACK_PAUSES_MS } from './blob-check.ts'
import type { ComparedState } from './compared-state.ts'
import type { PushOptions, PushPlan } from './push-plan.ts'
import { readBack } from './read-back.ts'
import { type Foreign, readRemoteState } from './remote-state.ts'

/** `obstacle` is what another run has put there meanwhile, and what keeps the tag from being written. */
export type PushedVersion =
  | { readonly warnings: readonly string[] }
  | { readonly obstacle: ComparedState }

/**
 * Pushes an artifact to the tag of its version, and reads it back. OCI knows no conditional write, so the tag is checked
 * once more when only the manifest is left to be sent, before each attempt at that. A window of one round trip is left.
 * @throws Failure
 */
export async function pushVersion(plan: PushPlan, options: PushOptions): Promise<PushedVersion> {
  const { artifact } = plan
  const { client, reference, dryRun, signal, logger } = options
  if (dryRun) {
    logger.info(`It would be pushed: ${sizeOf(artifact)} bytes.`)
    return { warnings: [] }
  }
  const started = performance.now()
  logger.info(`Uploading ${sizeOf(artifact)} bytes.`)
  const seen: { obstacle?: ComparedState | undefined } = {}
  const shouldWrite = async () => {
    await options.untilAllValid()
    seen.obstacle = await obstacleTo(plan, options)
    return seen.obstacle === undefined
  }
  await pushArtifact(artifact, { client, reference, shouldWrite })
  if (seen.obstacle) return { obstacle: seen.obstacle }
  const warnings = await readBack(artifact, {
    client,
    reference,
    signal,
    pausesMs: READ_BACK_PAUSES_MS
  })
  const what = warnings.length === 0 ? 'Pushed and read back' : 'Pushed'
  logger.info(`${what} in ${secondsSince(started)} s.`)
  return { warnings }
}

/** What keeps a tag from being written: anything that exists, or with `overwrite` what is not a chart. */
async function obstacleTo(
  { recheck }: PushPlan,
  options: PushOptions
): Promise<ComparedState | undefined> {
  if (options.ifExists === 'overwrite') return foreignAt(options)
  const existing = await recheck()
  return existing.kind === 'absent' ? undefined : existing
}

async function foreignAt({ client, reference }: PushOptions): Promise<Foreign | undefined> {
  const state = await readRemoteState(client, reference)
  return state.kind === 'foreign' ? state : undefined
}

function sizeOf({ config, layers }: Artifact): number {
  return [config, ...layers].reduce((sum, { size }) => sum + size, 0)
}
