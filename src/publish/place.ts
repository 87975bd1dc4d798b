import type { ManifestAnswer } from '../oci/client.ts'
import { pushArtifact } from '../oci/push.ts'
import { repositoryText } from '../oci/reference.ts'
import { Failure } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import type { Destination } from './destination.ts'
import type { PackedChart } from './pack.ts'
import { readBack } from './read-back.ts'

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
  const { client, repository, tag } = destination
  const { manifest } = packed.artifact
  const present = await client.getManifest(repository, tag)
  if (present.kind === 'refused') throw present.failure
  if (present.kind === 'found') {
    requireSame(packed, `${repositoryText(repository)}:${tag}`, present)
    return { status: 'unchanged', warnings: [] }
  }
  await pushArtifact(client, destination, packed.artifact)
  logger.info(
    `Pushed ${1 + packed.artifact.layers.length} blobs and the manifest ${manifest.digest}.`
  )
  return { status: 'published', warnings: await readBack(destination, manifest.digest) }
}

function requireSame(
  packed: PackedChart,
  reference: string,
  present: ManifestAnswer & { kind: 'found' }
): void {
  const ours = packed.artifact.manifest.digest
  if (present.digest === ours) return
  const again = packed.reproducible
    ? ''
    : ' If the chart is the same: only Helm 4.3 or newer packs it with the same digest again.'
  throw new Failure('conflict', {
    message: `${reference} exists with other content: ${present.digest} is there, ${ours} was to be published; nothing was changed.`,
    fix: `Publish under a new \`version\`.${again}`
  })
}
