import type { RegistryClient } from '../oci/client.ts'
import type { FetchedManifest } from '../oci/fetched-manifest.ts'
import type { Referrer } from '../oci/referrers.ts'
import { type Blob, blobOf, type Digest, isDigest } from '../oci/spec/blob.ts'
import { type Descriptor, type ParsedManifest, parseManifest } from '../oci/spec/manifest.ts'
import { mediaTypeOf, OCI_MANIFEST } from '../oci/spec/media-types.ts'
import { manifestText, type Repository } from '../oci/spec/reference.ts'
import { Failure } from '../shared/failure.ts'
import { shorten } from '../shared/printable.ts'
import { MOST_REFERRERS } from './attached-bundles.ts'
import type { AttachedArtifact, ChartAttachments, TaggedArtifact } from './chart-attachments.ts'
import { typesOf } from './media-types.ts'

export type AttachmentClient = Pick<RegistryClient, 'listReferrers' | 'getManifestAt' | 'getBlob'>

/** A bundle has some 10 KiB, an SBOM up to a few MiB; they are held in memory until they are written. */
export const MOST_ATTACHED_BYTES = 10 * 1024 * 1024
/** cosign before 3.0, "Tag based discovery" (sigstore/cosign, specs/SIGNATURE_SPEC.md). */
const COSIGN_SUFFIXES = ['.sig', '.att', '.sbom']
/** RFC 6838, 4.2. */
const LONGEST_TYPE = 255

export interface ReadAttachments extends ChartAttachments {
  readonly warnings: readonly string[]
}

/**
 * Reads what is attached to a chart, one level of it: referrers by the API or the tag that stands in for it, and cosign's
 * tags. What no longer exists, and what names another subject, is left out, with a warning.
 * @throws Failure signing, when it is more than is copied, or is not what it is listed as
 */
export async function readAttachments(
  client: AttachmentClient,
  repository: Repository,
  subject: Digest
): Promise<ReadAttachments> {
  const reader = new AttachmentReader(client, repository, subject)
  return reader.read()
}

/** One of cosign's tags, and what stands there. */
interface FoundTag {
  readonly tag: string
  readonly found: FetchedManifest
}

class AttachmentReader {
  readonly #client: AttachmentClient
  readonly #repository: Repository
  readonly #subject: Digest
  readonly #counted = new Set<string>()
  readonly #blobs = new Map<string, Buffer>()
  readonly #warnings: string[] = []
  #bytes = 0

  constructor(client: AttachmentClient, repository: Repository, subject: Digest) {
    this.#client = client
    this.#repository = repository
    this.#subject = subject
  }

  async read(): Promise<ReadAttachments> {
    const [listed, tags] = await Promise.all([this.#list(), this.#cosignTags()])
    const count = listed.length + tags.length
    if (count > MOST_REFERRERS) {
      throw this.#refusal(`it has ${count} of them, and ${MOST_REFERRERS} are copied at most`)
    }
    const referrers: AttachedArtifact[] = []
    // One after the other: whoever wrote the list could fill the memory otherwise.
    for (const one of listed) referrers.push(...(await this.#referrer(one)))
    const tagged: TaggedArtifact[] = []
    for (const one of tags) tagged.push(...(await this.#tagged(one)))
    return { referrers, tagged, warnings: this.#warnings }
  }

  /** If the tag has something other than an index, the referrers are unknown. */
  async #list(): Promise<readonly Referrer[]> {
    try {
      return (await this.#client.listReferrers(this.#repository, this.#subject)).referrers
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'conflict') throw error
      this.#warnings.push(`${error.message} They are not copied.`)
      return []
    }
  }

  async #cosignTags(): Promise<readonly FoundTag[]> {
    const asked = COSIGN_SUFFIXES.map(async (suffix) => {
      const tag = `${this.#subject.replace(':', '-')}${suffix}`
      const answer = await this.#client.getManifestAt(this.#repository, tag)
      if (answer.kind === 'refused') throw answer.failure
      return answer.kind === 'found' ? [{ tag, found: answer }] : []
    })
    return (await Promise.all(asked)).flat()
  }

  async #referrer({ digest, size }: Referrer): Promise<readonly AttachedArtifact[]> {
    if (!isDigest(digest)) throw this.#refusal('the list has an entry that is not a SHA-256 digest')
    const answer = await this.#client.getManifestAt(this.#repository, digest)
    if (answer.kind === 'refused') throw answer.failure
    if (answer.kind === 'absent') return this.#leaveOut(digest, 'the registry no longer has it')
    if (answer.digest !== digest) {
      throw this.#refusal(`the registry has other bytes for ${digest}: ${answer.digest}`)
    }
    if (size > 0 && answer.bytes.length !== size) {
      throw this.#refusal(`${digest} has ${answer.bytes.length} bytes, and is listed with ${size}`)
    }
    const manifest = manifestOf(answer)
    if (manifest && manifest.subject?.digest !== this.#subject) {
      return this.#leaveOut(digest, 'it names another subject, or none')
    }
    return [await this.#artifact(answer, manifest)]
  }

  /** Under the tag of one chart there may be what attaches itself to another. */
  async #tagged({ tag, found }: FoundTag): Promise<readonly TaggedArtifact[]> {
    const manifest = manifestOf(found)
    const subject = manifest?.subject?.digest ?? this.#subject
    if (subject === this.#subject) return [{ tag, ...(await this.#artifact(found, manifest)) }]
    return this.#leaveOut(found.digest, `the tag ${tag} points to it, but it names another subject`)
  }

  #leaveOut(digest: Digest, why: string): readonly [] {
    this.#warnings.push(`${this.#place} lists ${digest} as attached, which is not copied: ${why}.`)
    return []
  }

  /** The artifact with all of its blobs. */
  async #artifact(
    { bytes, digest }: FetchedManifest,
    manifest: ParsedManifest | undefined
  ): Promise<AttachedArtifact> {
    if (!manifest?.config) throw this.#refusal(`${digest} is not an OCI image manifest`)
    const { config, layers } = manifest
    this.#count({ digest, size: bytes.length })
    for (const blob of [config, ...layers]) this.#count(blob)
    const read: Blob[] = []
    for (const blob of layers) read.push(await this.#blob(blob))
    return {
      type: shorten(typesOf(manifest).find(Boolean) ?? '', LONGEST_TYPE),
      manifest: blobOf(OCI_MANIFEST, bytes),
      config: await this.#blob(config),
      layers: read
    }
  }

  #count({ digest, size }: Pick<Descriptor, 'digest' | 'size'>): void {
    const key = `${digest} ${size}`
    if (this.#counted.has(key)) return
    this.#counted.add(key)
    this.#bytes += size
    if (this.#bytes > MOST_ATTACHED_BYTES) {
      throw this.#refusal(`it is more than 10 MiB (${MOST_ATTACHED_BYTES} bytes) together`)
    }
  }

  /** Each once: the configs of most are the same. */
  async #blob(wanted: Descriptor): Promise<Blob> {
    const key = `${wanted.digest} ${wanted.size}`
    const known = this.#blobs.get(key)
    if (known) return { ...wanted, bytes: known }
    const answer = await this.#client.getBlob(this.#repository, wanted)
    if (answer.kind === 'found') {
      this.#blobs.set(key, answer.bytes)
      return { ...wanted, bytes: answer.bytes }
    }
    const fault = answer.kind === 'absent' ? 'does not exist' : 'has other bytes in the registry'
    throw this.#refusal(`its blob ${wanted.digest} of ${wanted.size} bytes ${fault}`)
  }

  get #place(): string {
    return manifestText(this.#repository, this.#subject)
  }

  #refusal(why: string): Failure {
    const message = `What is attached to ${this.#place} cannot be copied: ${why}.`
    const fix = 'Remove from the source what is not needed, or damaged, and run it again.'
    return new Failure('signing', { message, fix })
  }
}

/** Undefined for anything other than an image manifest of OCI. */
function manifestOf({ bytes, headers }: FetchedManifest): ParsedManifest | undefined {
  if (mediaTypeOf(headers.contentType) !== OCI_MANIFEST) return undefined
  const reading = parseManifest(bytes)
  return 'manifest' in reading ? reading.manifest : undefined
}
