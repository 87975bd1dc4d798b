import type { ChartArtifact } from '../../artifact/artifact.ts'
import { pushArtifact } from '../../oci/push.ts'
import type { Artifact, Digest } from '../../oci/spec/blob.ts'
import { type Reference, referenceText } from '../../oci/spec/reference.ts'
import { secondsSince } from '../../shared/format.ts'
import { contentOf } from '../model/make-publication.ts'
import { READ_BACK_PAUSES_MS, restoreBlobs } from './blob-check.ts'
import { isEquivalentArtifact } from './compare-charts.ts'
import type { ComparedState, MatchingChart } from './compared-state.ts'
import { brokenChart, notAChart, otherContent } from './conflicts.ts'
import type { PushOptions, PushPlan, PushResult } from './push-plan.ts'
import { readBack } from './read-back.ts'
import type { RemoteChart } from './remote-chart.ts'
import { type Foreign, readRemoteState } from './remote-state.ts'

/**
 * Pushes an artifact to its reference, or not, by what exists there: nothing is pushed over the same content; over
 * different content and broken charts only when `if-exists` says so; and never over what is not a chart.
 * @throws Failure conflict, when the version exists with other content, or the tag belongs to something else
 */
export async function pushChart(plan: PushPlan, options: PushOptions): Promise<PushResult> {
  const { artifact, existing } = plan
  const { logger, reference, ifExists } = options
  switch (existing.kind) {
    case 'absent':
      return write(plan, options)
    case 'same':
    case 'equivalent':
      return leaveUnchanged(artifact, existing, options)
    case 'different':
      if (ifExists === 'overwrite') return replace(plan, existing.remote.manifest, options)
      if (ifExists === 'fail') throw otherContent(reference, existing, conflictOf(plan))
      logger.info('The tag exists with other content, and is left unchanged.')
      return pushResult('skipped', existing.remote)
    case 'broken':
      if (ifExists === 'overwrite') return replace(plan, existing.manifest, options)
      throw brokenChart(reference, existing)
    case 'foreign':
      throw notAChart(reference, existing)
  }
}

function conflictOf({ artifact, toRepeat, versionPlace, isOvertaken = false }: PushPlan) {
  return { wanted: artifact.manifest.digest, isOvertaken, toRepeat, versionPlace }
}

/** Nothing has to be pushed, unless the registry has lost blobs. */
async function leaveUnchanged(
  artifact: ChartArtifact,
  existing: MatchingChart,
  options: PushOptions
): Promise<PushResult> {
  const { kind, remote } = existing
  const what = kind === 'same' ? 'with the same digest' : sameContent(artifact, remote)
  options.logger.info(`The tag already exists ${what}; nothing to push.`)
  const restored = await restoreBlobs(existing, options)
  const left = differentParts(artifact, remote, options.reference)
  return pushResult('unchanged', remote, [...left, ...restored])
}

function sameContent({ chart }: ChartArtifact, remote: RemoteChart): string {
  return chart.digest === remote.chart.digest
    ? 'with the same archive (another manifest)'
    : 'with the same files (another archive)'
}

/** Same files and config, but not what this run would have written with them. */
function differentParts(
  artifact: ChartArtifact,
  remote: RemoteChart,
  reference: Reference
): readonly string[] {
  if (isEquivalentArtifact(remote, artifact)) return []
  const place = referenceText(reference)
  return [
    `${place} was left unchanged, with other annotations or layers than this run would have written.`
  ]
}

async function replace(
  plan: PushPlan,
  { digest }: { readonly digest: Digest },
  options: PushOptions
): Promise<PushResult> {
  const done = options.dryRun ? 'would be' : 'was'
  const place = referenceText(options.reference)
  const warning = `${place} had other content, ${digest}, which ${done} replaced.`
  return write(plan, options, [warning])
}

async function write(
  plan: PushPlan,
  options: PushOptions,
  warnings: readonly string[] = []
): Promise<PushResult> {
  const pushed = await pushVersion(plan, options)
  if ('warnings' in pushed) {
    const status = options.dryRun ? 'planned' : 'published'
    return pushResult(status, plan.artifact, [...warnings, ...pushed.warnings])
  }
  options.logger.info('Another run has published this version since this one began.')
  return pushChart({ ...plan, existing: pushed.obstacle, isOvertaken: true }, options)
}

function pushResult(
  status: PushResult['status'],
  chart: ChartArtifact | RemoteChart,
  warnings: readonly string[] = []
): PushResult {
  return { status, content: contentOf(chart), manifest: chart.manifest.bytes, warnings }
}

/** `obstacle` is what another run has put there meanwhile, and what keeps the tag from being written. */
type PushedVersion = { readonly warnings: readonly string[] } | { readonly obstacle: ComparedState }

/**
 * Pushes an artifact to the tag of its version, and reads it back. OCI knows no conditional write, so the tag is checked
 * once more when only the manifest is left to be sent, before each attempt at that. A window of one round trip is left.
 * @throws Failure
 */
async function pushVersion(plan: PushPlan, options: PushOptions): Promise<PushedVersion> {
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
    if (seen.obstacle === undefined) await options.beforeTag?.()
    return seen.obstacle === undefined
  }
  // To wait for other charts gives the turn away, and stops the time: not while blobs are sent.
  const asksBesideBlobs = options.isAllValid()
  await pushArtifact(artifact, { client, reference, shouldWrite, asksBesideBlobs })
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
