import { type AttachedBundles, readAttachedBundles } from '../artifact/attached-bundles.ts'
import { fetchManifest, fetchTaggedDigest } from '../artifact/fetch-manifest.ts'
import type { RegistryClient } from '../oci/client.ts'
import type { FetchedManifest } from '../oci/fetched-manifest.ts'
import type { ArtifactReference } from '../oci/spec/artifact-reference.ts'
import { manifestText } from '../oci/spec/reference.ts'
import { Failure } from '../shared/failure.ts'
import { type ArtifactHubAnswer, fetchArtifactHub } from './fetch-artifact-hub.ts'
import { type FetchedProvenance, fetchProvenance } from './fetch-provenance.ts'
import { ForgivingClient } from './forgiving-client.ts'

/** Everything that a registry shows of the trust in an artifact; nothing of it is verified. */
export interface FetchedTrust {
  readonly reference: ArtifactReference
  readonly root: FetchedManifest
  /** Where the tag points, when it was given beside a digest; undefined where there is no such tag. */
  readonly taggedDigest: string | undefined
  readonly attached: AttachedBundles
  /** Undefined where the manifest has no such layer. */
  readonly provenance: FetchedProvenance | undefined
  readonly artifactHub: ArtifactHubAnswer
  /** Why something that is attached could not be read. */
  readonly failures: readonly Failure[]
}

/** Reads all that vouches for an artifact. @throws Failure, when the artifact itself is not there or cannot be read */
export async function fetchTrust(
  client: RegistryClient,
  reference: ArtifactReference
): Promise<FetchedTrust> {
  const { repository } = reference
  const root = await fetchManifest(client, reference)
  requireDigest(root, reference)
  const forgiving = new ForgivingClient(client)
  const [attached, provenance, artifactHub, taggedDigest] = await Promise.all([
    readAttachedBundles(forgiving, repository, root.digest),
    fetchProvenance(forgiving, reference, root),
    fetchArtifactHub(client, repository),
    fetchTaggedDigest(client, reference)
  ])
  const { failures } = forgiving
  return { reference, root, taggedDigest, attached, provenance, artifactHub, failures }
}

/** Statements are about bytes, whatever a registry calls them. */
function requireDigest(
  { digest: found }: FetchedManifest,
  { repository, digest }: ArtifactReference
): void {
  if (digest === undefined || digest === found) return
  const message = `${manifestText(repository, digest)} was requested, but the registry returned other content: ${found}.`
  throw new Failure('registry', { message, fix: 'Check the registry and the proxies in between.' })
}
