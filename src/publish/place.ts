import type { FoundManifest } from '../oci/client.ts'
import { isManifest } from '../oci/manifest.ts'
import { pushArtifact } from '../oci/push.ts'
import { repositoryText } from '../oci/reference.ts'
import { Failure } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import { secondsSince } from '../shared/seconds.ts'
import type { Destination } from './destination.ts'
import type { PackedChart } from './pack.ts'
import { READ_BACK_PAUSES_MS, readBack } from './read-back.ts'

export interface Placed {
  readonly status: 'published' | 'unchanged'
  readonly warnings: readonly string[]
}

/**
 * Brings a packed chart to its destination: looks at the tag first, pushes when it is absent, and
 * reads it back. A tag with other content is left untouched.
 * @throws Failure conflict, when the version exists with other content
 */
export async function placeChart(
  packed: PackedChart,
  destination: Destination,
  logger: Logger
): Promise<Placed> {
  const started = performance.now()
  const { client, repository, tag } = destination
  const { digest } = packed.artifact.manifest
  const present = await client.getManifest(repository, tag)
  if (present.kind === 'refused') throw present.failure
  if (present.kind === 'found') {
    if (!isManifest(present.bytes)) throw noManifest(destination)
    if (present.digest !== digest) throw otherContent(packed, destination, present)
    logger.info(`The tag is there with the same digest; nothing had to be pushed.`)
    return { status: 'unchanged', warnings: [] }
  }
  logger.info(`The tag is not there yet; uploading ${packed.archive.bytes.length} bytes.`)
  await pushArtifact(client, destination, packed.artifact)
  const warnings = await readBack(destination, digest, READ_BACK_PAUSES_MS)
  logger.info(`Pushed and read back in ${secondsSince(started)} s.`)
  return { status: 'published', warnings }
}

function noManifest({ repository }: Destination): Failure {
  const message = `${repository.host} answered a request for a manifest with something else.`
  const fix = 'Check that `registry` names an OCI registry, with the right host and port.'
  return new Failure('registry', { message, fix })
}

function otherContent(
  { artifact, toRepeat }: PackedChart,
  { repository, tag }: Destination,
  present: FoundManifest
): Failure {
  const reference = `${repositoryText(repository)}:${tag}`
  const ours = artifact.manifest.digest
  const newVersion = 'Publish under a new `version`.'
  return new Failure('conflict', {
    message: `${reference} exists with other content: ${present.digest} is there, ${ours} was to be published; nothing was changed.`,
    fix: toRepeat === undefined ? newVersion : `${newVersion} If the chart is the same: ${toRepeat}`
  })
}
