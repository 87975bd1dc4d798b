import { attachTo } from '../../oci/push.ts'
import { OCI_MANIFEST } from '../../oci/spec/media-types.ts'
import { Failure } from '../../shared/failure.ts'
import type { MatchingChart } from './compared-state.ts'
import { confirmAttached } from './confirm-attached.ts'
import type { PushOptions } from './push-plan.ts'
import { fetchArtifact } from './remote-chart.ts'
import { type PreparedStatements, prepareStatements, type Stating } from './state-artifact.ts'
import { cannotAttach, notStated, type Stated, statedBy } from './stated.ts'
import { whyNotTrue } from './true-statements.ts'

/** Is not said: that a dry run makes none is no news. */
const NOT_MADE = 'this is a dry run.'

/** Has what exists already signed and attested, where it is not; what fails is an error beside it. */
export async function stateExisting(
  { remote }: MatchingChart,
  options: PushOptions
): Promise<Stated> {
  const { statements } = options.stating
  if (statements.wanted.length === 0) return notStated(statements, 'off')
  try {
    return await state(remote, options)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    // A tag that stands where the index of referrers belongs is no other version of the chart.
    const failure = error.kind === 'conflict' ? cannotAttach(error, options.reference) : error
    return { ...notStated(statements, 'absent'), error: failure }
  }
}

async function state(remote: MatchingChart['remote'], options: PushOptions): Promise<Stated> {
  const { client, reference, stating, logger, dryRun } = options
  const { repository } = reference
  const { digest, bytes } = remote.manifest
  await options.untilAllValid()
  const whole = () => fetchArtifact(client, repository, remote)
  const manifest = { mediaType: OCI_MANIFEST, digest, size: bytes.length }
  const { statements, subjectName: name } = stating
  const subject = { name, manifest }
  const whyNot = dryRun ? async () => NOT_MADE : whyNotTrue({ digest, whole }, stating)
  const signing = signingApart(options)
  const prepared = await prepareStatements({ statements: signing, subject, whyNot }, options)
    .prepared
  if (dryRun) return inDryRun(prepared, options)
  const { attachments } = prepared
  const stated = statedBy(prepared, statements)
  if (attachments.manifests.length === 0) return stated
  await attachTo({ client, repository }, attachments).catch((error: unknown) => {
    throw error instanceof Failure ? cannotAttach(error, reference) : error
  })
  logger.info(`Signed ${digest}, which already existed.`)
  const error = await confirmAttached(attachments, { client, reference, digest })
  return { ...stated, ...(error && { error }) }
}

/** To sign has nothing to do with the registry, and takes none of its time. */
function signingApart({ stating: { statements }, pausedFor }: PushOptions): Stating['statements'] {
  return {
    wanted: statements.wanted,
    find: (...args) => statements.find(...args),
    make: (...args) => pausedFor(statements.make(...args))
  }
}

/** What is there is told; whether the rest would be signed depends on a certificate that a dry run does not ask for. */
function inDryRun(prepared: PreparedStatements, { logger, stating }: PushOptions): Stated {
  const stated = statedBy({ ...prepared, absent: [] }, stating.statements)
  const { signature } = stated.trust
  if (signature === 'absent') logger.info('It would be signed, unless it is already signed.')
  const known = signature === 'absent' ? undefined : signature
  return { ...stated, provenance: undefined, trust: { ...stated.trust, signature: known } }
}
