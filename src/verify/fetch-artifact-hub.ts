import {
  ARTIFACT_HUB_LAYER_TYPE,
  ARTIFACT_HUB_TAG,
  type ArtifactHubMetadata,
  LARGEST_METADATA_BYTES,
  readArtifactHubMetadata
} from '../artifact/artifact-hub-metadata.ts'
import type { RegistryClient } from '../oci/client.ts'
import { parseManifest } from '../oci/spec/manifest.ts'
import type { Repository } from '../oci/spec/reference.ts'
import { Failure } from '../shared/failure.ts'

/** What the tag of Artifact Hub has in a repository. */
export type ArtifactHubAnswer =
  | { readonly kind: 'present'; readonly metadata: ArtifactHubMetadata }
  | { readonly kind: 'absent' }
  /** `why` is a sentence, or reads after the name of the tag. */
  | { readonly kind: 'unreadable'; readonly why: string }

type TagClient = Pick<RegistryClient, 'getManifestAt' | 'getBlob'>

/** Reads what a repository has for Artifact Hub. Never fails: it decides nothing. */
export async function fetchArtifactHub(
  client: TagClient,
  repository: Repository
): Promise<ArtifactHubAnswer> {
  try {
    return await read(client, repository)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { kind: 'unreadable', why: error.message }
  }
}

async function read(client: TagClient, repository: Repository): Promise<ArtifactHubAnswer> {
  const answer = await client.getManifestAt(repository, ARTIFACT_HUB_TAG)
  if (answer.kind === 'absent') return { kind: 'absent' }
  if (answer.kind === 'refused') return unreadable(answer.failure.message)
  const reading = parseManifest(answer.bytes)
  if ('fault' in reading) return unreadable(`its manifest cannot be read: ${reading.fault}`)
  // Artifact Hub reads the first of them.
  const layer = reading.manifest.layers.find(
    ({ mediaType }) => mediaType === ARTIFACT_HUB_LAYER_TYPE
  )
  if (!layer) return unreadable('it is not metadata')
  if (layer.size > LARGEST_METADATA_BYTES) return unreadable(`its file has ${layer.size} bytes`)
  const blob = await client.getBlob(repository, layer)
  if (blob.kind !== 'found') return unreadable('its file is damaged, or not in the registry')
  const metadata = readArtifactHubMetadata(blob.bytes)
  if (typeof metadata === 'string') return unreadable(`its file ${metadata}`)
  return { kind: 'present', metadata }
}

function unreadable(why: string): ArtifactHubAnswer {
  return { kind: 'unreadable', why }
}
