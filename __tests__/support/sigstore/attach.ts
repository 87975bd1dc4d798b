// Without Jest, so that scripts can use it too.
import { RegistryClient } from '../../../src/oci/client.ts'
import { type Artifact, blobOf } from '../../../src/oci/spec/blob.ts'
import type { Repository } from '../../../src/oci/spec/reference.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { BUNDLE_TYPE } from '../../../src/sigstore/bundle.ts'
import { bundleManifest, EMPTY_CONFIG } from '../../../src/sigstore/bundle-manifest.ts'
import { RecordingLogger } from '../log.ts'

/** Pushes an artifact under a tag. */
export async function pushArtifact(
  client: RegistryClient,
  repository: Repository,
  { config, layers, manifest }: Artifact
): Promise<void> {
  for (const blob of [config, ...layers]) await client.pushBlob(repository, blob)
  await client.putManifest({ repository, tag: manifest.digest.slice(7, 19) }, manifest)
}

/** Attaches a bundle to an artifact. */
export async function attachBundle(
  client: RegistryClient,
  repository: Repository,
  {
    manifest: subject,
    bundle,
    predicateType
  }: {
    readonly manifest: Artifact['manifest']
    readonly bundle: Buffer
    readonly predicateType: string
  }
): Promise<void> {
  await client.pushBlob(repository, blobOf(EMPTY_CONFIG.mediaType, EMPTY_CONFIG.bytes))
  await client.pushBlob(repository, blobOf(BUNDLE_TYPE, bundle))
  const described = { subject, bundle, predicateType, created: new Date() }
  const { keptBy } = await client.listReferrers(repository, subject.digest)
  const manifests = [blobOf(subject.mediaType, bundleManifest(described))]
  await client.attach(repository, { manifests, keptBy })
}

/** A registry, and how the artifacts of tests get there. */
export interface SignedRegistry {
  readonly host: string
  readonly push: (artifact: Artifact) => Promise<void>
  readonly attach: (artifact: Artifact, bundle: Buffer, predicateType: string) => Promise<void>
  /** `host/team/demo@sha256:…` */
  readonly refOf: (artifact: Artifact) => string
  readonly close: () => Promise<void>
}

export function openRegistry(host: string): SignedRegistry {
  const client = new RegistryClient({
    host,
    plainHttp: true,
    credential: undefined,
    userAgent: 'publish-helm-chart/test',
    secrets: new SecretRegistry(() => undefined),
    logger: new RecordingLogger(),
    signal: new AbortController().signal
  })
  const repository = { host, name: 'team/demo' }
  return {
    host,
    push: (artifact) => pushArtifact(client, repository, artifact),
    attach: async ({ manifest }, bundle, predicateType) => {
      await attachBundle(client, repository, { manifest, bundle, predicateType })
    },
    refOf: ({ manifest }) => `${host}/team/demo@${manifest.digest}`,
    close: () => client.close()
  }
}
