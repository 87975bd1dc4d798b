// Without Jest, so that scripts can use it too.
import { buildArtifact, type ChartArtifact } from '../../../src/artifact/artifact.ts'
import { readArchive } from '../../../src/chart/archive.ts'
import type { RegistryClient } from '../../../src/oci/client.ts'
import { blobOf } from '../../../src/oci/spec/blob.ts'
import { signProvenance } from '../../../src/pgp/sign-provenance.ts'
import {
  PROVENANCE_PREDICATE,
  SIGNATURE_PREDICATE,
  type Statement,
  signatureStatement
} from '../../../src/sigstore/statement.ts'
import { archiveOf } from '../charts/archives.ts'
import { KEYS, signingKey } from '../pgp/pgp-keys.ts'
import type { TestRegistry } from '../registry/registry.ts'
import { attachBundle } from './attach.ts'

const NAME = 'charts/demo'
const TAG = '1.2.3'

/** A chart in a registry in memory, for statements to be attached to. */
export class SignedChart {
  readonly registry: TestRegistry
  readonly #client: RegistryClient
  readonly artifact: ChartArtifact

  private constructor(registry: TestRegistry, client: RegistryClient, artifact: ChartArtifact) {
    this.registry = registry
    this.#client = client
    this.artifact = artifact
    for (const { bytes } of [artifact.config, ...artifact.layers]) registry.store.setBlob(bytes)
    this.tagAs(TAG)
  }

  /** @param provenance of the archive, as `helm package --sign` writes it */
  static store(registry: TestRegistry, client: RegistryClient, provenance?: Buffer): SignedChart {
    const { archive } = readArchive(archiveOf())
    if (!archive) throw new Error('the archive is refused')
    const artifact = buildArtifact(archive, { created: '2024-01-02T03:04:05Z', provenance })
    return new SignedChart(registry, client, artifact)
  }

  get digest() {
    return this.artifact.manifest.digest
  }

  /** `oci://host/charts/demo` with a tag or a digest. */
  ref(pointer: string = TAG): string {
    const sign = pointer.includes(':') ? '@' : ':'
    return `oci://${this.registry.host}/${NAME}${sign}${pointer}`
  }

  tagAs(tag: string, name = NAME): void {
    const { mediaType: type, bytes } = this.artifact.manifest
    this.registry.store.setManifest(name, tag, { type, bytes })
  }

  /** That somebody signs this chart, or makes a statement with another predicate. */
  statement(predicateType = SIGNATURE_PREDICATE, digest: string = this.digest): Statement {
    const signature = signatureStatement({ name: NAME, digest })
    if (predicateType === SIGNATURE_PREDICATE) return signature
    const text = signature.payload.toString('utf8').replace(SIGNATURE_PREDICATE, predicateType)
    return { ...signature, predicateType, payload: Buffer.from(text) }
  }

  provenanceStatement(): Statement {
    return this.statement(PROVENANCE_PREDICATE)
  }

  async attach(bundle: Buffer, predicateType = SIGNATURE_PREDICATE): Promise<void> {
    const repository = { host: this.registry.host, name: NAME }
    const { manifest } = this.artifact
    await attachBundle(this.#client, repository, { manifest, bundle, predicateType })
  }

  /** The index of what is attached. */
  get index(): { manifests: { digest: string }[] } {
    const bytes = this.registry.store.manifest(NAME, this.digest.replace(':', '-'))
    return bytes ? JSON.parse(bytes.toString('utf8')) : { manifests: [] }
  }

  /** Lists in that index what may be anything. */
  setIndex(manifests: readonly object[]): void {
    const mediaType = 'application/vnd.oci.image.index.v1+json'
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }))
    const tag = this.digest.replace(':', '-')
    this.registry.store.setManifest(NAME, tag, { type: mediaType, bytes })
  }

  /** Puts a file for Artifact Hub into the repository. */
  setArtifactHub(text: string, type = LAYER_TYPE): void {
    const layer = blobOf(type, Buffer.from(text))
    const { digest, mediaType, size } = layer
    this.registry.store.setBlob(layer.bytes)
    const manifest = { schemaVersion: 2, layers: [{ mediaType, digest, size }] }
    const bytes = Buffer.from(JSON.stringify(manifest))
    const of = 'application/vnd.oci.image.manifest.v1+json'
    this.registry.store.setManifest(NAME, 'artifacthub.io', { type: of, bytes })
  }
}

const LAYER_TYPE = 'application/vnd.cncf.artifacthub.repository-metadata.layer.v1.yaml'

/** Provenance of the archive of such a chart, by the key `rsa2048` of the fixtures. */
export async function provenanceOf(
  fileName = 'demo-1.2.3.tgz',
  digest: string = blobOf('', archiveOf()).digest
): Promise<Buffer> {
  const key = await signingKey(KEYS.rsa2048.secret)
  const text = `name: demo\nversion: 1.2.3\n\n...\nfiles:\n  ${fileName}: ${digest}\n`
  const { provenance } = await signProvenance(key, text, new Date('2024-06-01T00:00:00Z'))
  return provenance
}
