import type { ChartArtifact } from '../../artifact/artifact.ts'
import type { RegistryClient } from '../../oci/client.ts'
import type { Digest } from '../../oci/spec/blob.ts'
import { type Reference, referenceText } from '../../oci/spec/reference.ts'
import type { SourceLocation } from '../../shared/failure.ts'
import type { Logger } from '../../shared/logger.ts'
import type { PushResult } from '../model/push-result.ts'
import type { IfExists } from '../model/request.ts'
import { isEquivalentArtifact } from './compare-charts.ts'
import { brokenChart, notAChart, otherContent } from './conflicts.ts'
import { pushVersion } from './push-version.ts'
import type { RemoteChart } from './remote-chart.ts'
import type { ComparedState } from './remote-state.ts'
import { restoreBlobs } from './restore-blobs.ts'

export interface PushOptions {
  readonly client: RegistryClient
  readonly reference: Reference
  readonly ifExists: IfExists
  /** Say what would be done, and change nothing. */
  readonly dryRun: boolean
  readonly signal: AbortSignal
  readonly logger: Logger
  /** Waits until manifests and tags may be written. @throws HeldBack, when they may not */
  readonly untilAllValid: () => Promise<void>
}

/** An artifact that is to lie under a reference, and what lies there. */
export interface PushPlan {
  readonly artifact: ChartArtifact
  readonly existing: ComparedState
  /** Looks once more at what lies there, in the course of a push. */
  readonly lookAgain: () => Promise<ComparedState>
  /** Whether it was absent when this run began. */
  readonly isOvertaken?: boolean
  /** Why packing the same source again would give other bytes, as a fix; undefined when it would not. */
  readonly toRepeat: string | undefined
  /** Where the version is written that would have to be another one. */
  readonly versionPlace?: SourceLocation | undefined
}

/**
 * Brings an artifact to its reference, by what lies there: nothing is pushed over the same content, over other
 * content and broken charts only when that is wanted, and over what is not a chart never.
 * @throws Failure conflict, when the version exists with other content, or the tag belongs to something else
 */
export async function settle(unsettled: PushPlan, options: PushOptions): Promise<PushResult> {
  const { artifact, existing } = unsettled
  const { logger, reference, ifExists } = options
  switch (existing.kind) {
    case 'absent':
      return write(unsettled, options)
    case 'same':
    case 'equivalent':
      return leave(artifact, existing, options)
    case 'different':
      if (ifExists === 'overwrite') return replace(unsettled, existing.remote.manifest, options)
      if (ifExists === 'fail') throw otherContent(reference, existing, conflictOf(unsettled))
      logger.info('The tag exists with other content, and is left unchanged.')
      return settled('skipped', existing.remote)
    case 'broken':
      if (ifExists === 'overwrite') return replace(unsettled, existing.manifest, options)
      throw brokenChart(reference, existing)
    case 'foreign':
      throw notAChart(reference, existing)
  }
}

function conflictOf({ artifact, toRepeat, versionPlace, isOvertaken = false }: PushPlan) {
  return { wanted: artifact.manifest.digest, isOvertaken, toRepeat, versionPlace }
}

/** Nothing has to be pushed, unless the registry has lost blobs. */
async function leave(
  artifact: ChartArtifact,
  existing: Extract<ComparedState, { kind: 'same' | 'equivalent' }>,
  options: PushOptions
): Promise<PushResult> {
  const { kind, remote } = existing
  const what = kind === 'same' ? 'with the same digest' : sameContent(artifact, remote)
  options.logger.info(`The tag already exists ${what}; nothing to push.`)
  const restored = await restoreBlobs(existing, options)
  const left = whatWasLeft(artifact, remote, options.reference)
  return settled('unchanged', remote, [...left, ...restored])
}

function sameContent({ chart }: ChartArtifact, remote: RemoteChart): string {
  return chart.digest === remote.chart.digest
    ? 'with the same archive (another manifest)'
    : 'with the same files (another archive)'
}

/** Same files and config, but not what this run would have written beside them. */
function whatWasLeft(
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
  unsettled: PushPlan,
  { digest }: { readonly digest: Digest },
  options: PushOptions
): Promise<PushResult> {
  const done = options.dryRun ? 'would be' : 'was'
  const place = referenceText(options.reference)
  const warning = `${place} had other content, ${digest}, which ${done} replaced.`
  return write(unsettled, options, [warning])
}

async function write(
  unsettled: PushPlan,
  options: PushOptions,
  warnings: readonly string[] = []
): Promise<PushResult> {
  const pushed = await pushVersion(unsettled, options)
  if ('warnings' in pushed) {
    const status = options.dryRun ? 'planned' : 'published'
    return settled(status, unsettled.artifact, [...warnings, ...pushed.warnings])
  }
  options.logger.info('Another run has published this version since this one began.')
  return settle({ ...unsettled, existing: pushed.obstacle, isOvertaken: true }, options)
}

/** The chart that the registry has, or is to have. */
interface Content {
  readonly manifest: { readonly digest: Digest; readonly bytes: Buffer }
  readonly chart: { readonly digest: Digest; readonly size: number }
  readonly config: { readonly digest: Digest }
}

function settled(
  status: PushResult['status'],
  { manifest, chart, config }: Content,
  warnings: readonly string[] = []
): PushResult {
  return {
    status,
    digest: manifest.digest,
    chartDigest: chart.digest,
    configDigest: config.digest,
    size: chart.size,
    manifest: manifest.bytes,
    warnings
  }
}
