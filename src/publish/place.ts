import type { RegistryClient } from '../oci/client.ts'
import type { FoundManifest } from '../oci/found-manifest.ts'
import { isManifest } from '../oci/manifest.ts'
import { pushArtifact } from '../oci/push.ts'
import { type Reference, referenceText } from '../oci/reference.ts'
import { Failure } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import { secondsSince } from '../shared/seconds.ts'
import type { PackedChart } from './packed-chart.ts'
import { READ_BACK_PAUSES_MS, readBack } from './read-back.ts'

export interface Placed {
  readonly status: 'published' | 'unchanged'
  readonly warnings: readonly string[]
}

export interface PlaceOptions {
  readonly client: RegistryClient
  readonly reference: Reference
  readonly signal: AbortSignal
  readonly logger: Logger
}

/**
 * Brings a packed chart to its place in a registry: looks at the tag first, pushes when it is absent, and
 * reads it back. A tag with other content is left untouched.
 * @throws Failure conflict, when the version exists with other content
 */
export async function placeChart(packed: PackedChart, options: PlaceOptions): Promise<Placed> {
  const started = performance.now()
  const { client, reference, signal, logger } = options
  const { digest } = packed.artifact.manifest
  const present = await client.getManifest(reference)
  if (present.kind === 'refused') throw present.failure
  if (present.kind === 'found') {
    if (!isManifest(present.bytes)) throw noManifest(reference)
    if (present.digest !== digest) throw otherContent(packed, reference, present)
    logger.info(`The tag is there with the same digest; nothing had to be pushed.`)
    return { status: 'unchanged', warnings: [] }
  }
  logger.info(`The tag is not there yet; uploading ${packed.archive.bytes.length} bytes.`)
  await pushArtifact(client, reference, packed.artifact)
  const warnings = await readBack(
    { client, reference, signal, pausesMs: READ_BACK_PAUSES_MS },
    digest
  )
  logger.info(`Pushed and read back in ${secondsSince(started)} s.`)
  return { status: 'published', warnings }
}

function noManifest({ repository }: Reference): Failure {
  const message = `${repository.host} answered a request for a manifest with something else.`
  const fix = 'Check that `registry` names an OCI registry, with the right host and port.'
  return new Failure('registry', { message, fix })
}

function otherContent(
  { artifact, toRepeat }: PackedChart,
  reference: Reference,
  present: FoundManifest
): Failure {
  const ours = artifact.manifest.digest
  const newVersion = 'Publish under a new `version`.'
  return new Failure('conflict', {
    message: `${referenceText(reference)} exists with other content: ${present.digest} is there, ${ours} was to be published; nothing was changed.`,
    fix: toRepeat === undefined ? newVersion : `${newVersion} If the chart is the same: ${toRepeat}`
  })
}
