import { allAttached, type ChartAttachments } from '../../artifact/chart-attachments.ts'
import { attachTo } from '../../oci/push.ts'
import { referenceText } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'
import type { MatchingChart } from './compared-state.ts'
import { confirmAttached } from './confirm-attached.ts'
import {
  attachmentsOf,
  COPIED,
  copiesAttached,
  listAttached,
  missingTags,
  withCopied,
  writeTagged
} from './copy-attachments.ts'
import type { PushOptions } from './push-plan.ts'
import { cannotAttach } from './stated.ts'

/** What became of what is attached to a chart whose copy exists already. */
interface CopiedToExisting {
  readonly warnings: readonly string[]
  /** What failed beside the version, which is in its place. */
  readonly error?: unknown
}

const NOTHING: CopiedToExisting = { warnings: [] }

/**
 * Attaches to a copy that exists what it lacks of its source; to another manifest over the same files nothing, since what is
 * attached is about the digest. What fails is an error beside it.
 */
export async function copyToExisting(
  { kind, remote }: MatchingChart,
  options: PushOptions
): Promise<CopiedToExisting> {
  const { copied, reference } = options
  if (!copied) return NOTHING
  if (kind === 'equivalent') {
    const warning = `${referenceText(reference)} has the same files under another digest, ${remote.manifest.digest}: nothing that is attached to ${copied.source} was copied.`
    return { warnings: [warning] }
  }
  if (!copiesAttached(options)) return NOTHING
  try {
    return await addMissing(remote.manifest.digest, options)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { warnings: [], error: cannotAttach(error, reference, 'copied') }
  }
}

async function addMissing(
  digest: MatchingChart['remote']['manifest']['digest'],
  options: PushOptions
): Promise<CopiedToExisting> {
  const { client, reference, dryRun, logger } = options
  const { repository } = reference
  await options.untilAllValid()
  const list = await client.listReferrers(repository, digest)
  const listed = new Set(list.referrers.map((referrer) => referrer.digest))
  const { referrers, tagged } = attachmentsOf(options)
  const missing: ChartAttachments = {
    referrers: referrers.filter(({ manifest }) => !listed.has(manifest.digest)),
    tagged: await missingTags(tagged, options)
  }
  const all = allAttached(missing)
  listAttached(dryRun ? 'It would get' : 'It does not have yet', all, logger)
  if (dryRun || all.length === 0) return NOTHING
  const attachments = await withCopied(undefined, missing, async () => list.keptBy)
  await attachTo({ client, repository }, attachments)
  await writeTagged(missing.tagged, options)
  logger.info(`It was attached to ${digest}, which existed already.`)
  const error = await confirmAttached(attachments, { client, reference, digest, what: COPIED })
  return { warnings: [], ...(error && { error }) }
}
