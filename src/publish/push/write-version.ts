import type { ChartArtifact } from '../../artifact/artifact.ts'
import { bundlesIn } from '../../artifact/chart-attachments.ts'
import { type Attachments, pushArtifact, pushAttached, pushUntagged } from '../../oci/push.ts'
import { referenceText } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { attachmentsOf, copiesAttached, withCopied, writeTagged } from './copy-attachments.ts'
import type { PushOptions } from './push-plan.ts'
import { type Preparation, type PreparedStatements, prepareStatements } from './state-artifact.ts'
import { cannotAttach } from './stated.ts'
import { whyNotTrue } from './true-statements.ts'

/** What went out together with a version. */
interface Written {
  readonly prepared?: PreparedStatements | undefined
  readonly attachments?: Attachments | undefined
}

/** Writes blobs, manifest and tag, and before the tag what is attached to them, if anything is. */
export async function writeVersion(
  artifact: ChartArtifact,
  shouldWrite: () => Promise<boolean>,
  options: PushOptions
): Promise<Written> {
  const { client, reference, isAllValid } = options
  // To wait for other charts gives the turn away, and stops the time: not while blobs are sent.
  const asksBesideBlobs = isAllValid()
  const isStated = options.stating.statements.wanted.length > 0
  if (!isStated && !copiesAttached(options)) {
    await pushArtifact(artifact, { client, reference, shouldWrite, asksBesideBlobs })
    return {}
  }
  let begun: Preparation | undefined
  const begin = () => {
    begun ??= stateNew(artifact, options)
    return begun
  }
  if (isStated && asksBesideBlobs) begin()
  let all: Attachments | undefined
  const attachments = async () => {
    await options.untilAllValid()
    const own = isStated && requireSignature(await preparedBy(begin(), options), options)
    all = await allAttachments(own ? own.attachments : undefined, artifact, options)
    return all
  }
  const refusal = refusalOf(options)
  await pushAttached(artifact, { client, reference, refusal, attachments, shouldWrite })
  return { prepared: await begun?.prepared, attachments: all }
}

function refusalOf(options: PushOptions): (failure: Failure) => Failure {
  const purpose = copiesAttached(options) ? 'copied' : 'signed'
  return (failure) => cannotAttach(failure, options.reference, purpose)
}

/** What this run states, and what it copies; of the latter, cosign's tags are written at once. */
async function allAttachments(
  own: Attachments | undefined,
  { manifest }: ChartArtifact,
  options: PushOptions
): Promise<Attachments> {
  const { client, reference } = options
  const { referrers, tagged } = attachmentsOf(options)
  try {
    await writeTagged(tagged, options)
    return await withCopied(own, { referrers }, async () => {
      return (await client.listReferrers(reference.repository, manifest.digest)).keptBy
    })
  } catch (error) {
    throw error instanceof Failure ? refusalOf(options)(error) : error
  }
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
  const refusal = refusalOf(options)
  await options.untilAllValid()
  const attachments = async () => {
    const isStated = options.stating.statements.wanted.length > 0
    const own = isStated ? await preparedBy(stateNew(artifact, options), options) : undefined
    return allAttachments(own?.attachments, artifact, options)
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
  const known = bundlesIn(attachmentsOf(options).referrers)
  const stating = { statements, subject: { name, manifest }, whyNot, known }
  return prepareStatements(stating, options)
}
