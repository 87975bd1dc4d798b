import type { RegistryClient } from '../oci/client.ts'
import type { Referrer, ReferrerList } from '../oci/referrers.ts'
import { type Digest, isDigest } from '../oci/spec/blob.ts'
import type { Repository } from '../oci/spec/reference.ts'
import { bundleOfManifest, isBundleType } from '../sigstore/bundle-manifest.ts'
import { LARGEST_BUNDLE_BYTES } from '../sigstore/parse-bundle.ts'
import { EMPTY_CONFIG_TYPE } from './media-types.ts'

/** A bundle of Sigstore that is attached to an artifact; nothing of it is verified. */
export interface AttachedBundle {
  /** Of the manifest that attaches it. */
  readonly digest: Digest
  readonly bundle: Buffer
}

/** The bundles of an artifact, and what stands in the list in their place. */
export interface AttachedBundles extends Pick<ReferrerList, 'keptBy'> {
  readonly bundles: readonly AttachedBundle[]
  /** How many referrers there are, of whatever kind. */
  readonly total: number
  /** Digests that are listed, and not in the registry any more. */
  readonly gone: readonly string[]
  /** Digests of what should be a bundle, and cannot be read as one. */
  readonly unreadable: readonly string[]
  /** Digests of what may be bundles beyond `MOST_REFERRERS`. */
  readonly unread: readonly string[]
}

export type ReferrerClient = Pick<RegistryClient, 'listReferrers' | 'getManifestAt' | 'getBlob'>

/** Kyverno reads as many, and no more (kyverno, pkg/image/verifiers/cpol/cosign/sigstore.go). */
export const MOST_REFERRERS = 50

/** Reads the bundles that are attached to an artifact, `MOST_REFERRERS` at most. @throws Failure */
export async function readAttachedBundles(
  client: ReferrerClient,
  repository: Repository,
  subject: Digest
): Promise<AttachedBundles> {
  const { referrers, keptBy } = await client.listReferrers(repository, subject)
  const candidates = referrers.filter(mayBeBundle)
  const read = await Promise.all(
    candidates.slice(0, MOST_REFERRERS).map(async ({ digest }) => ({
      digest,
      found: await readOne(client, repository, digest)
    }))
  )
  const digestsOf = (kind: string) => {
    return read.filter(({ found }) => found === kind).map(({ digest }) => digest)
  }
  return {
    keptBy,
    total: referrers.length,
    bundles: read.flatMap(({ found }) => (typeof found === 'string' ? [] : [found])),
    gone: digestsOf('gone'),
    unreadable: digestsOf('unreadable'),
    unread: candidates.slice(MOST_REFERRERS).map(({ digest }) => digest)
  }
}

/** cosign 3.0 gives the type of the config in place of that of the bundle (measured with 3.0.6). */
function mayBeBundle({ artifactType }: Referrer): boolean {
  return artifactType === '' || artifactType === EMPTY_CONFIG_TYPE || isBundleType(artifactType)
}

async function readOne(
  client: ReferrerClient,
  repository: Repository,
  digest: string
): Promise<AttachedBundle | 'gone' | 'unreadable' | 'other'> {
  if (!isDigest(digest)) return 'unreadable'
  const manifest = await client.getManifestAt(repository, digest)
  if (manifest.kind === 'absent') return 'gone'
  if (manifest.kind === 'refused' || manifest.digest !== digest) return 'unreadable'
  const layer = bundleOfManifest(manifest.bytes)
  if (!layer) return 'other'
  if (!isDigest(layer.digest) || layer.size > LARGEST_BUNDLE_BYTES) return 'unreadable'
  const blob = await client.getBlob(repository, { digest: layer.digest, size: layer.size })
  if (blob.kind === 'found') return { digest, bundle: blob.bytes }
  return blob.kind === 'absent' ? 'gone' : 'unreadable'
}
