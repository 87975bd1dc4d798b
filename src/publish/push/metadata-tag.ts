import { pushArtifact } from '../../oci/push.ts'
import type { Artifact } from '../../oci/spec/blob.ts'
import { type Reference, referenceText } from '../../oci/spec/reference.ts'
import { Failure, messageAndWhy, problemOf } from '../../shared/failure.ts'
import type { Logger } from '../../shared/logger.ts'
import type { PushClient } from './push-client.ts'
import { requireManifest } from './remote-state.ts'

export interface MetadataOptions {
  readonly client: PushClient
  /** The tag that is to have it, in the repository of the chart. */
  readonly reference: Reference
  readonly dryRun: boolean
  readonly signal: AbortSignal
  readonly logger: Logger
}

/**
 * Pushes the metadata of a repository to a tag of their own, where it has others. What goes wrong is a warning: the chart
 * is published without them.
 * @param mediaType of the layer, by which those are known that may be replaced
 * @throws the signal's reason on abort
 */
export async function pushMetadata(
  artifact: Artifact,
  mediaType: string,
  options: MetadataOptions
): Promise<readonly string[]> {
  try {
    return await write(artifact, mediaType, options)
  } catch (error) {
    options.signal.throwIfAborted()
    if (!(error instanceof Failure)) throw error
    const { fix, ...said } = problemOf(error)
    return [`${referenceText(options.reference)} was not written: ${messageAndWhy(said)} ${fix}`]
  }
}

async function write(
  artifact: Artifact,
  mediaType: string,
  { client, reference, dryRun, logger }: MetadataOptions
): Promise<readonly string[]> {
  const place = referenceText(reference)
  const found = await client.getManifest(reference)
  if (found.kind === 'refused') throw found.failure
  if (found.kind === 'found') {
    if (found.digest === artifact.manifest.digest) return []
    requireManifest(found, reference)
    if (!found.bytes.includes(mediaType)) {
      return [`${place} is not metadata for Artifact Hub, and was left unchanged.`]
    }
  }
  if (dryRun) {
    logger.info(`${place} would be written.`)
    return []
  }
  await pushArtifact(artifact, { client, reference })
  logger.info(`Wrote ${place}.`)
  return []
}
