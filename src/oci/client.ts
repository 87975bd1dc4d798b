import type { Watch } from '../http/message.ts'
import { type BlobPresence, blobPresence } from './blob-presence.ts'
import { type ClientOptions, Connection } from './connection.ts'
import { type BlobAnswer, type BlobRequest, downloadBlob, type WantedBlob } from './download.ts'
import { type ManifestAnswer, readManifest } from './fetched-manifest.ts'
import { type ManifestPut, type Precondition, writeManifest } from './manifest-push.ts'
import { type Attaching, attachManifests, listReferrers, type ReferrerList } from './referrers.ts'
import type { RequestContext } from './request-context.ts'
import type { Blob, Digest } from './spec/blob.ts'
import type { Reference, Repository } from './spec/reference.ts'
import { listExistingTags, listTags } from './tags.ts'
import { uploadBlob } from './upload.ts'
import { preopenSessions } from './upload-session.ts'

/** A client of the OCI distribution spec v1.1 for one registry host: the verbs that publishing needs. */
export class RegistryClient {
  readonly #options: ClientOptions
  readonly #connection: Connection
  readonly #context: RequestContext

  constructor(options: ClientOptions, connection = new Connection(options), watch?: Watch) {
    this.#options = options
    this.#connection = connection
    this.#context = watch ? connection.contextFor(watch) : connection.context
  }

  /** A client for one conversation, on the same connections, with the same login. */
  during(watch: Watch): RegistryClient {
    return new RegistryClient(this.#options, this.#connection, watch)
  }

  /** Reads what the tag points at. @throws Failure */
  async getManifest({ repository, tag }: Reference): Promise<ManifestAnswer> {
    return this.getManifestAt(repository, tag)
  }

  /** Reads a tag or a digest after a push, when every 404 means that the registry lags behind. @throws Failure */
  async getManifestAfterPush(repository: Repository, tagOrDigest: string): Promise<ManifestAnswer> {
    return readManifest(this.#context, { repository, tagOrDigest }, 'any')
  }

  /** Reads a manifest by its tag or its digest (spec, "Pulling manifests"). @throws Failure */
  async getManifestAt(repository: Repository, tagOrDigest: string): Promise<ManifestAnswer> {
    return readManifest(this.#context, { repository, tagOrDigest }, 'said')
  }

  /** Reads a blob, one byte more than wanted at most. @throws Failure */
  async getBlob(repository: Repository, wanted: BlobRequest): Promise<BlobAnswer> {
    return downloadBlob(this.#context, repository, wanted)
  }

  /** Whether the registry has a blob. @throws Failure verification, when it shows another length for it */
  async blobPresence(repository: Repository, blob: WantedBlob): Promise<BlobPresence> {
    return blobPresence(this.#context, repository, blob)
  }

  /** Opens sessions for uploads that are likely to come. Those that are not used are cancelled at the end. Never fails. */
  openUploads(repository: Repository, count: number): void {
    preopenSessions(this.#context, repository, count)
  }

  /** Uploads a blob, whatever happens on the way. @throws Failure */
  async pushBlob(repository: Repository, blob: Blob): Promise<void> {
    await uploadBlob(this.#context, repository, blob)
  }

  /** Uploads those blobs that the registry does not say it has. @throws Failure */
  async pushMissing(repository: Repository, blobs: readonly Blob[]): Promise<void> {
    for (const blob of blobs) {
      const presence = await blobPresence(this.#context, repository, blob)
      if (presence !== 'present') await this.pushBlob(repository, blob)
    }
  }

  /** Writes `manifest` under the tag. @throws Failure conflict, when the tag is there and frozen */
  async putManifest(
    { repository, tag }: Reference,
    manifest: Blob,
    shouldWrite?: Precondition
  ): Promise<ManifestPut> {
    const write = { manifest, shouldWrite }
    return writeManifest(this.#context, { repository, tagOrDigest: tag }, write)
  }

  /** Writes `manifest` only under its digest, so that no tag shows it. @throws Failure */
  async putUntagged(repository: Repository, manifest: Blob): Promise<ManifestPut> {
    const place = { repository, tagOrDigest: manifest.digest }
    return writeManifest(this.#context, place, { manifest })
  }

  /** All tags of a repository, in the order of the registry; none when there is no such repository. @throws Failure */
  async listTags(repository: Repository): Promise<readonly string[]> {
    return listTags(this.#context, repository)
  }

  /** As `listTags`. @throws Failure, also when there is no such repository */
  async listExistingTags(repository: Repository): Promise<readonly string[]> {
    return listExistingTags(this.#context, repository)
  }

  /** What is attached to a manifest: by the referrers API, or by the tag that stands in for it. @throws Failure */
  async listReferrers(repository: Repository, subject: Digest): Promise<ReferrerList> {
    return listReferrers(this.#context, repository, subject)
  }

  /** Writes manifests that name one `subject`, so that they are listed among the referrers of that one. @throws Failure */
  async attach(repository: Repository, attaching: Attaching): Promise<void> {
    await attachManifests(this.#context, repository, attaching)
  }

  /** How many bytes of answers have come so far, also from token services and storage. */
  get received(): number {
    return this.#connection.received
  }

  /** Waits, unless the run is aborted. */
  async wait(ms: number): Promise<void> {
    await this.#context.retrier.wait(ms)
  }

  /** Whether the registry says anything at all, within `ms`; its login is not asked for. */
  async isAlive(ms: number): Promise<boolean> {
    return this.#connection.isAlive(ms)
  }

  /** Ends what is still under way, cancels uploads that were begun, and closes all connections. */
  async close(): Promise<void> {
    await this.#connection.close()
  }
}
