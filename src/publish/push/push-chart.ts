import type { ChartArtifact } from '../../artifact/artifact.ts'
import type { Digest } from '../../oci/spec/blob.ts'
import { type Reference, referenceText } from '../../oci/spec/reference.ts'
import { contentOf } from '../model/make-publication.ts'
import { restoreBlobs } from './blob-check.ts'
import { isEquivalentArtifact } from './compare-charts.ts'
import type { MatchingChart } from './compared-state.ts'
import { brokenChart, hiddenVersion, notAChart, otherContent } from './conflicts.ts'
import { copiesAttached } from './copy-attachments.ts'
import { copyToExisting } from './copy-to-existing.ts'
import type { PushOptions, PushPlan, PushResult } from './push-plan.ts'
import { planVersion, pushVersion } from './push-version.ts'
import type { RemoteChart } from './remote-chart.ts'
import type { Hidden } from './remote-state.ts'
import { stateExisting } from './state-existing.ts'
import { notStated, type Stated } from './stated.ts'
import { stateUntagged } from './write-version.ts'

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
      logger.info('The tag already exists with different content; left unchanged.')
      return pushResult('skipped', existing.remote, {
        stated: notStated(options.stating.statements, 'absent')
      })
    case 'broken':
      if (ifExists === 'overwrite') return replace(plan, existing.manifest, options)
      throw brokenChart(reference, existing)
    case 'foreign':
      throw notAChart(reference, existing)
    case 'hidden':
      return signHidden(plan, existing, options)
  }
}

function conflictOf({ artifact, toRepeat, versionPlace, isOvertaken = false }: PushPlan) {
  return { wanted: artifact.manifest.digest, isOvertaken, toRepeat, versionPlace }
}

/** What a policy hides until it is signed may be ours: then it is unchanged once it is signed. */
async function signHidden(
  plan: PushPlan,
  hidden: Hidden,
  options: PushOptions
): Promise<PushResult> {
  const { reference, dryRun, stating } = options
  const attaches = stating.statements.wanted.length > 0 || copiesAttached(options)
  if (dryRun || !attaches) throw hiddenVersion(reference, hidden)
  await stateUntagged(plan.artifact, options)
  const existing = await plan.recheck()
  if (existing.kind === 'hidden') throw hiddenVersion(reference, existing)
  return pushChart({ ...plan, existing }, options)
}

/** Nothing has to be pushed, unless the registry has lost blobs. */
async function leaveUnchanged(
  artifact: ChartArtifact,
  existing: MatchingChart,
  options: PushOptions
): Promise<PushResult> {
  const { kind, remote } = existing
  const what = kind === 'same' ? 'with the same digest' : sameContent(artifact, remote)
  options.logger.detail(`The tag already exists ${what}; nothing to push.`)
  const restored = await restoreBlobs(existing, options)
  const left = differentParts(artifact, remote, options.reference)
  const copied = await copyToExisting(existing, options)
  const stated = await stateExisting(existing, options)
  const error = stated.error ?? copied.error
  return pushResult('unchanged', remote, {
    stated: { ...stated, ...(error !== undefined && { error }) },
    warnings: [...left, ...restored, ...copied.warnings]
  })
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
    `${place} was left unchanged. Its annotations or layers differ from those that this run would write.`
  ]
}

async function replace(
  plan: PushPlan,
  { digest }: { readonly digest: Digest },
  options: PushOptions
): Promise<PushResult> {
  const done = options.dryRun ? 'would be' : 'was'
  const place = referenceText(options.reference)
  const warning = `${place} had different content, ${digest}, which ${done} replaced.`
  return write(plan, options, [warning])
}

async function write(
  plan: PushPlan,
  options: PushOptions,
  warnings: readonly string[] = []
): Promise<PushResult> {
  const pushed = options.dryRun ? planVersion(plan, options) : await pushVersion(plan, options)
  if ('stated' in pushed) {
    const status = options.dryRun ? 'planned' : 'published'
    const { stated } = pushed
    return pushResult(status, plan.artifact, {
      stated,
      warnings: [...warnings, ...pushed.warnings]
    })
  }
  options.logger.info('Another run published this version after this run started.')
  return pushChart({ ...plan, existing: pushed.obstacle, isOvertaken: true }, options)
}

function pushResult(
  status: PushResult['status'],
  chart: ChartArtifact | RemoteChart,
  { stated, warnings = [] }: { readonly stated: Stated; readonly warnings?: readonly string[] }
): PushResult {
  const { bytes: manifest } = chart.manifest
  return { status, content: contentOf(chart), manifest, warnings, stated }
}
