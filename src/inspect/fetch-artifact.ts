import { LARGEST_ARCHIVE_BYTES } from '../artifact/archive-file.ts'
import { fetchManifest, fetchTaggedDigest } from '../artifact/fetch-manifest.ts'
import type { FetchedBlob } from '../artifact/part-problems.ts'
import { LARGEST_CONFIG_BYTES } from '../artifact/size-limits.ts'
import type { RegistryClient } from '../oci/client.ts'
import type { FetchedManifest } from '../oci/fetched-manifest.ts'
import type { ArtifactReference } from '../oci/spec/artifact-reference.ts'
import { type Descriptor, linkedManifests, parseManifest } from '../oci/spec/manifest.ts'
import { mediaTypeOf } from '../oci/spec/media-types.ts'
import { chartManifest, type LinkedManifest, partsOf } from './chart-manifest.ts'

/** Everything that a registry shows of an artifact and that decides whether Helm could use it. */
export interface FetchedArtifact {
  readonly reference: ArtifactReference
  readonly root: FetchedManifest
  readonly linked: readonly LinkedManifest[]
  /** Whether more manifests are linked than were looked at. */
  readonly hasMore: boolean
  /** Where the tag points, when it was given beside a digest; undefined where there is no such tag. */
  readonly taggedDigest: string | undefined
  readonly config: FetchedBlob | undefined
  readonly chart: FetchedBlob | undefined
  readonly provenance: FetchedBlob | undefined
}

/** The index of an image for many platforms has about twenty manifests, attestations included. */
const MOST_LINKED_MANIFESTS = 50
/** Reads all that is needed to judge an artifact. @throws Failure, when there is none or it cannot be read */
export async function fetchArtifact(
  client: RegistryClient,
  reference: ArtifactReference
): Promise<FetchedArtifact> {
  const { repository } = reference
  const root = await fetchManifest(client, reference)
  const taggedDigest = await fetchTaggedDigest(client, reference)
  const { linked, hasMore } = await fetchLinked(client, reference, root)
  const manifest = chartManifest(root, linked)
  const parts = manifest && partsOf(manifest)
  const fetchBlob = (wanted: Descriptor | undefined, limit: number) => {
    if (!wanted) return undefined
    return wanted.size > limit
      ? { kind: 'too-large' as const, limit }
      : client.getBlob(repository, wanted)
  }
  const [config, chart, provenance] = await Promise.all([
    fetchBlob(parts?.config, LARGEST_CONFIG_BYTES),
    fetchBlob(parts?.chart, LARGEST_ARCHIVE_BYTES),
    fetchBlob(parts?.provenance, LARGEST_ARCHIVE_BYTES)
  ])
  return { reference, root, linked, hasMore, taggedDigest, config, chart, provenance }
}

async function fetchLinked(
  client: RegistryClient,
  { repository }: ArtifactReference,
  root: FetchedManifest
): Promise<Pick<FetchedArtifact, 'linked' | 'hasMore'>> {
  const linked: LinkedManifest[] = []
  const queue = [...linksIn(root)]
  const seen = new Set<string>([root.digest])
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (seen.has(next.digest)) continue
    if (linked.length === MOST_LINKED_MANIFESTS) return { linked, hasMore: true }
    seen.add(next.digest)
    const answer = await client.getManifestAt(repository, next.digest)
    linked.push({ descriptor: next, answer })
    if (answer.kind === 'found') queue.push(...linksIn(answer))
  }
  return { linked, hasMore: false }
}

function linksIn({ bytes, headers }: FetchedManifest): readonly Descriptor[] {
  const reading = parseManifest(bytes)
  if ('fault' in reading) return []
  return linkedManifests(reading.manifest, mediaTypeOf(headers.contentType) ?? '')
}
