import { ARTIFACT_HUB_TAG } from '../../artifact/artifact-hub-metadata.ts'
import { refuseLaterSecrets } from '../../artifact/run-secrets.ts'
import type { Artifact } from '../../oci/spec/blob.ts'
import { type Reference, referenceText } from '../../oci/spec/reference.ts'
import { attempt } from '../../shared/attempt.ts'
import { Failure, isInterruption, problemOf } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import type { Logger } from '../../shared/logger.ts'
import type { SecretRegistry } from '../../shared/secret-registry.ts'
import { type PlannedPublication, repeatedName } from '../model/plan.ts'
import type { IfExists } from '../model/request.ts'
import { pushMetadata } from './metadata-tag.ts'
import { pushChart } from './push-chart.ts'
import type { PushOptions, PushPlan, PushResult } from './push-plan.ts'
import type { Stated } from './stated.ts'
import { NO_TAG_REPORT, type Tagged, type TagReport } from './tag-state.ts'
import { checkTags, moveTags } from './tags.ts'

export interface PushPublicationOptions extends PushOptions {
  readonly secrets: SecretRegistry
  /** Goes to a tag of its own in the repository, before the version. */
  readonly metadata?: Artifact | undefined
}

/**
 * Pushes a chart to one target: checks the extra tags, pushes the version, and moves the extra tags to it.
 * @throws Failure
 */
export async function pushPublication(
  { target, chart, extraTags }: PlannedPublication,
  plan: PushPlan,
  options: PushPublicationOptions
): Promise<PushResult> {
  const { name, version, packed } = chart
  const { logger, ifExists } = options
  // Before anything is sent: by now all logins are known.
  const found = refuseLaterSecrets(plan.artifact, packed, options.secrets.search())
  const metadata = metadataOnce(options)
  const repeated = repeatedName(target, name)
  const tagged = taggedBy(plan, version, ifExists)
  const states = tagged ? await checkTags(extraTags, tagged, options) : []
  const beforeTag = async () => void (await metadata())
  const pushed = await pushChart(plan, { ...options, beforeTag })
  await options.untilAllValid()
  const { stated } = pushed
  const isSkipped = pushed.status === 'skipped'
  // What follows a moving tag must not come upon a version that lacks the signature that it is to have.
  const isLeft = isSkipped || stated.error !== undefined
  // Owners change without a new version.
  const hub = isSkipped ? [] : await metadata()
  if (isLeft && extraTags.length > 0) logger.info(`Not tagged ${extraTags.join(', ')} either.`)
  const moved = isLeft ? NO_TAG_REPORT : await moveTags({ pushed, version }, states, options)
  const own = [...found, ...(repeated ? [repeated] : []), ...hub, ...pushed.warnings]
  const all = { warnings: [...own, ...stated.warnings], notices: stated.notices }
  const warnings = logReport(all, moved, logger)
  return { ...pushed, stated: await storedAtGitHub(pushed, options), warnings }
}

/** With the page of the provenance at GitHub; that it is not there is an error beside what is published. */
async function storedAtGitHub(
  { stated, content: { digest } }: PushResult,
  { stating, pausedFor, logger, reference }: PushPublicationOptions
): Promise<Stated> {
  const { provenance, trust } = stated
  if (!provenance) return stated
  const done = await attempt(() => pausedFor(stating.statements.store(digest, provenance)))
  if ('error' in done) {
    if (!(done.error instanceof Failure)) throw done.error
    return { ...stated, error: stated.error ?? notStored(done.error, reference) }
  }
  const { value: attestationUrl } = done
  if (attestationUrl !== undefined) logger.info(`The provenance is at ${attestationUrl}.`)
  return { ...stated, trust: { ...trust, attestationUrl } }
}

function notStored(failure: Failure, reference: Reference): Failure {
  if (isInterruption(failure)) return failure
  const { message, why, fix } = problemOf(failure)
  const about = `${referenceText(reference)} was published, but: ${message}`
  return new Failure('signing', { message: about, why, fix }, failure)
}

/** Pushes the metadata of the repository when it is called for the first time. @throws Failure usage, for a secret in them */
function metadataOnce(options: PushPublicationOptions): () => Promise<readonly string[]> {
  const { metadata, reference, secrets } = options
  const layer = metadata?.layers[0]
  if (!metadata || !layer) return async () => []
  if (secrets.search().find(layer.bytes)?.isLong) {
    const message = `The file of ${input('artifacthub-repo')} contains a secret of this run.`
    throw new Failure('usage', { message, fix: 'Remove it from the file, and replace the secret.' })
  }
  const place = { ...options, reference: { ...reference, tag: ARTIFACT_HUB_TAG } }
  let pushing: Promise<readonly string[]> | undefined
  return () => {
    pushing ??= pushMetadata(metadata, layer.mediaType, place)
    return pushing
  }
}

/** Returns what stands in the results. */
function logReport(own: TagReport, moved: TagReport, logger: Logger): readonly string[] {
  const warnings = [...own.warnings, ...moved.warnings]
  const notices = [...own.notices, ...moved.notices]
  for (const warning of warnings) logger.warning(warning)
  for (const notice of notices) logger.notice(notice)
  return [...warnings, ...notices]
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
    case 'hidden':
      return undefined
  }
}
