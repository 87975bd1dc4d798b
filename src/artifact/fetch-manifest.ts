import type { RegistryClient } from '../oci/client.ts'
import type { FetchedManifest } from '../oci/fetched-manifest.ts'
import type { ArtifactReference } from '../oci/spec/artifact-reference.ts'
import { Failure } from '../shared/failure.ts'

type ManifestClient = Pick<RegistryClient, 'getManifestAt'>

/**
 * Reads what a reference leads to: by its digest when it has one, else by its tag.
 * @throws Failure usage or auth, when it is not there or cannot be read
 */
export async function fetchManifest(
  client: ManifestClient,
  { repository, tag, digest }: ArtifactReference
): Promise<FetchedManifest> {
  const answer = await client.getManifestAt(repository, digest ?? tag ?? '')
  if (answer.kind === 'found') return answer
  const { message, kind } = answer.failure
  if (answer.kind === 'refused') {
    const fix =
      'Use a login that may pull it, or check whether a policy of the registry forbids it.'
    throw new Failure('auth', { message, fix })
  }
  const fix = 'Check the repository and the tag; `publish-helm-chart list` shows those that exist.'
  throw new Failure(kind === 'auth' ? 'auth' : 'usage', { message, fix })
}

/**
 * Where the tag points that was given beside a digest; undefined where there is no such tag, or not both were given.
 * @throws Failure
 */
export async function fetchTaggedDigest(
  client: ManifestClient,
  { repository, tag, digest }: ArtifactReference
): Promise<string | undefined> {
  if (tag === undefined || digest === undefined) return undefined
  const answer = await client.getManifestAt(repository, tag)
  return answer.kind === 'found' ? answer.digest : undefined
}

export const USE_DIGEST = 'Use only the digest, or the digest of the tag.'

/** That the tag beside a digest points elsewhere, as a sentence; undefined where it does not, or not both were given. */
export function tagMismatch(
  { tag, digest }: Pick<ArtifactReference, 'tag' | 'digest'>,
  taggedDigest: string | undefined
): string | undefined {
  if (tag === undefined || digest === undefined || taggedDigest === digest) return undefined
  const where = taggedDigest === undefined ? 'does not exist' : `points to ${taggedDigest}`
  return `The tag "${tag}" ${where}; the digest is used.`
}
