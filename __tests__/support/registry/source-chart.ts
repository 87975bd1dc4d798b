import { buildArtifact, type ChartArtifact } from '../../../src/artifact/artifact.ts'
import { readArchive } from '../../../src/chart/archive.ts'
import { type Artifact, type Blob, blobOf } from '../../../src/oci/spec/blob.ts'
import { archiveOf } from '../charts/archives.ts'
import { descriptorOf, manifestOf } from './clients.ts'
import { indexAnswer } from './referrers-api.ts'
import type { TestRegistry } from './registry.ts'

export const SBOM = 'application/vnd.cyclonedx+json'
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'

interface SourceOptions {
  /** Without the host. */
  readonly name?: string
  readonly tag?: string
  readonly archive?: Buffer
  readonly provenance?: Buffer
}

/** A chart in a registry in memory that has no referrers API, to be copied, with what is attached to it. */
export class SourceChart {
  readonly registry: TestRegistry
  readonly name: string
  readonly artifact: ChartArtifact
  readonly #index: object[] = []

  constructor(registry: TestRegistry, options: SourceOptions = {}) {
    const { name = 'staging/demo', tag = '1.2.3', archive: bytes = archiveOf() } = options
    const { archive } = readArchive(bytes)
    if (!archive) throw new Error('the archive is refused')
    const { provenance } = options
    this.registry = registry
    this.name = name
    this.artifact = buildArtifact(archive, { created: '2024-01-02T03:04:05Z', provenance })
    this.#store(this.artifact, tag)
  }

  get digest() {
    return this.artifact.manifest.digest
  }

  /** `oci://host/name` with a tag or a digest. */
  ref(pointer = '1.2.3'): string {
    return `oci://${this.registry.host}/${this.name}${pointer.includes(':') ? '@' : ':'}${pointer}`
  }

  /** The tag that lists what is attached. */
  get indexTag(): string {
    return this.digest.replace(':', '-')
  }

  /** Attaches something to the chart, or to what is given. */
  attach(text: string, { type = SBOM, subject = this.artifact.manifest } = {}): Blob {
    const attached = attachedTo(subject, text, type)
    this.#store(attached, attached.manifest.digest)
    const { manifest } = attached
    this.list({ ...descriptorOf(manifest), artifactType: type })
    return manifest
  }

  /** Lists what may be anything, and has it, without its blobs. */
  attachManifest(manifest: Blob): void {
    const { mediaType: type, bytes, digest } = manifest
    this.registry.store.setManifest(this.name, digest, { type, bytes })
    this.list(descriptorOf(manifest))
  }

  /** Lists what may be anything. */
  list(entry: object): void {
    this.#index.push(entry)
    this.listAll(this.#index)
  }

  listAll(entries: unknown, type = OCI_INDEX): void {
    const bytes = Buffer.from(indexAnswer(entries).body)
    this.registry.store.setManifest(this.name, this.indexTag, { type, bytes })
  }

  /** As cosign before 3.0 attaches a signature. */
  tagAsCosign(suffix: string, ...texts: readonly string[]): Blob {
    const config = blobOf('application/vnd.oci.image.config.v1+json', Buffer.from('{"cosign":1}'))
    const layers = texts.map((text) => {
      return blobOf('application/vnd.dev.cosign.simplesigning.v1+json', Buffer.from(text))
    })
    const manifest = manifestOf({
      schemaVersion: 2,
      config: descriptorOf(config),
      layers: layers.map(descriptorOf)
    })
    this.#store({ config, layers, manifest }, `${this.indexTag}${suffix}`)
    return manifest
  }

  /** Puts a manifest of any content under the tag of the chart. */
  replace(content: unknown, type: string = this.artifact.manifest.mediaType): void {
    const bytes = Buffer.from(JSON.stringify(content))
    this.registry.store.setManifest(this.name, '1.2.3', { type, bytes })
  }

  #store({ config, layers, manifest }: Artifact, pointer: string): void {
    const { store } = this.registry
    for (const { bytes } of [config, ...layers]) store.setBlob(bytes)
    store.setManifest(this.name, pointer, { type: manifest.mediaType, bytes: manifest.bytes })
  }
}

/** An artifact with one layer that names a subject. */
export function attachedTo(subject: Blob, text: string, artifactType = SBOM): Artifact {
  const config = blobOf('application/vnd.oci.empty.v1+json', Buffer.from('{}'))
  const layer = blobOf(artifactType, Buffer.from(text))
  const manifest = manifestOf({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    artifactType,
    config: descriptorOf(config),
    layers: [descriptorOf(layer)],
    subject: descriptorOf(subject)
  })
  return { config, layers: [layer], manifest }
}
