import type { ManifestAnswer } from '../../../src/oci/fetched-manifest.ts'
import type { Referrer, ReferrerList } from '../../../src/oci/referrers.ts'
import { type Artifact, type Blob, type Digest, digestOf } from '../../../src/oci/spec/blob.ts'
import { OCI_MANIFEST } from '../../../src/oci/spec/media-types.ts'
import type { PushClient } from '../../../src/publish/push/push-client.ts'
import { Failure } from '../../../src/shared/failure.ts'

interface FakeManifest {
  readonly bytes: Buffer
  readonly type: string
}

/** What other runs do, and what a registry does of itself. */
export interface Meanwhile {
  /** When the first blob has been pushed, before the tag of the version is checked again. */
  readonly whileUploading?: () => void
  /** Right before a manifest is written, when the tag has been checked. */
  readonly beforeManifest?: (tag: string) => void
  /** Right after a manifest was written. */
  readonly afterManifest?: (tag: string) => void
  /** Right after something was attached. */
  readonly afterAttach?: () => void
  /** While it is asked what is attached. */
  readonly whileListing?: () => void
}

const ABSENT = new Failure('registry', { message: 'It is absent.', fix: 'Push it.' })
const HIDDEN = new Failure('conflict', { message: 'It is not signed.', fix: 'Sign it.' })
const MISSING = new Failure('registry', { message: 'A blob is missing.', fix: 'Push it.' })

/** A registry with one repository, without a network: it keeps what is written, in order. */
export class FakeRegistry {
  /** What was written: names of blobs, `manifest TAG`. */
  readonly written: string[] = []
  readonly #names = new Map<Digest, string>()
  readonly #blobs = new Map<Digest, Buffer>()
  readonly #tags = new Map<string, FakeManifest>()
  readonly #attached = new Map<string, readonly Referrer[]>()
  #hidesUnsigned = false
  keptBy: ReferrerList['keptBy'] = 'api'
  meanwhile: Meanwhile = {}

  /** Names the blobs of an artifact in `written`. */
  nameBlobs({ config, layers }: Artifact): void {
    this.#names.set(config.digest, 'config')
    for (const { digest } of layers) this.#names.set(digest, 'archive')
  }

  /** Has an artifact under a tag, without the blobs that were lost. */
  has(
    tag: string,
    { config, layers, manifest }: Artifact,
    { type = OCI_MANIFEST, lost = [] as readonly Digest[] } = {}
  ): void {
    for (const { digest, bytes } of [config, ...layers]) this.#blobs.set(digest, bytes)
    for (const digest of lost) this.#blobs.delete(digest)
    this.hasManifest(tag, manifest.bytes, type)
  }

  hasManifest(tag: string, bytes: Buffer, type = OCI_MANIFEST): void {
    this.#tags.set(tag, { bytes, type })
  }

  lose(digest: Digest): void {
    this.#blobs.delete(digest)
  }

  /** The digest that a tag shows. */
  shown(tag: string): Digest | undefined {
    const manifest = this.#tags.get(tag)
    return manifest && digestOf(manifest.bytes)
  }

  client(): PushClient {
    const pushBlob: PushClient['pushBlob'] = async (_, { digest, bytes }) => {
      this.#blobs.set(digest, bytes)
      this.written.push(this.#names.get(digest) ?? digest)
      if (this.written.length === 1) this.meanwhile.whileUploading?.()
    }
    return {
      pushBlob,
      openUploads: () => undefined,
      getManifest: async ({ tag }) => this.#answer(tag),
      getManifestAfterPush: async (_, pointer) => this.#answer(pointer),
      getBlob: async (_, { digest }) => {
        const bytes = this.#blobs.get(digest)
        return bytes ? { kind: 'found', bytes } : { kind: 'absent' }
      },
      blobPresence: async (_, { digest }) => (this.#blobs.has(digest) ? 'present' : 'absent'),
      pushMissing: async (repository, blobs) => {
        for (const blob of blobs) {
          if (!this.#blobs.has(blob.digest)) await pushBlob(repository, blob)
        }
      },
      putManifest: async ({ tag }, { bytes, mediaType }, shouldWrite) => {
        if (shouldWrite && !(await shouldWrite())) return { kind: 'skipped' }
        this.meanwhile.beforeManifest?.(tag)
        if (!this.#isComplete(bytes)) return { kind: 'missing-blobs', failure: MISSING }
        this.written.push(`manifest ${tag}`)
        this.hasManifest(tag, bytes, mediaType)
        this.meanwhile.afterManifest?.(tag)
        return { kind: 'stored' }
      },
      getManifestAt: async (_, pointer) => this.#answer(pointer),
      putUntagged: async (_, { digest, bytes, mediaType }) => {
        if (!this.#isComplete(bytes)) return { kind: 'missing-blobs', failure: MISSING }
        this.written.push('manifest without a tag')
        this.hasManifest(digest, bytes, mediaType)
        return { kind: 'stored' }
      },
      listReferrers: async (_, subject) => {
        const { keptBy } = this
        await new Promise((resolve) => setImmediate(resolve))
        this.meanwhile.whileListing?.()
        return { keptBy, referrers: this.#attached.get(subject) ?? [] }
      },
      attach: async (_, { manifests }) => {
        for (const manifest of manifests) this.attach(manifest)
        if (manifests.length > 0) this.written.push(`${manifests.length} attached`)
        this.meanwhile.afterAttach?.()
      },
      wait: async () => undefined
    }
  }

  /** Has a manifest that names a subject. */
  attach({ bytes, mediaType, digest, size }: Blob): void {
    const { subject, artifactType } = JSON.parse(String(bytes))
    this.hasManifest(digest, bytes, mediaType)
    const others = (this.#attached.get(subject.digest) ?? []).filter((one) => one.digest !== digest)
    this.#attached.set(subject.digest, [...others, { mediaType, digest, size, artifactType }])
  }

  /** Has a blob. */
  hasBlob({ digest, bytes }: Blob): void {
    this.#blobs.set(digest, bytes)
  }

  /** Shows no tag whose manifest has nothing attached, as Harbor's policy does. */
  hideUnsigned(): void {
    this.#hidesUnsigned = true
  }

  /** Drops what is attached to a manifest. */
  detach(subject: Digest): void {
    this.#attached.delete(subject)
  }

  #answer(tag: string): ManifestAnswer {
    const found = this.#tags.get(tag)
    if (!found) return { kind: 'absent', failure: ABSENT }
    const { bytes, type } = found
    const digest = digestOf(bytes)
    if (this.#hidesUnsigned && !this.#attached.has(digest) && !tag.startsWith('sha256:')) {
      return { kind: 'refused', failure: HIDDEN, isHidden: true }
    }
    const headers = { contentType: type, contentLength: String(bytes.length), digest }
    return { kind: 'found', bytes, digest, headers }
  }

  #isComplete(manifest: Buffer): boolean {
    const { config, layers } = JSON.parse(String(manifest))
    return [config, ...layers].every(({ digest }) => this.#blobs.has(digest))
  }
}
