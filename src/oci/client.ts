import { Failure } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import type { SecretKeeper } from '../shared/secret-keeper.ts'
import { Authenticator } from './authenticator.ts'
import type { Blob } from './blob.ts'
import { blobPresence } from './blob-presence.ts'
import { cancelUploads } from './cancel.ts'
import type { Credential } from './credential.ts'
import type { Digest } from './digest.ts'
import { type BlobAnswer, downloadBlob, storageRefusal, type WantedBlob } from './download.ts'
import type { ManifestAnswer } from './found-manifest.ts'
import { type ManifestPut, writeManifest } from './manifest-push.ts'
import { isNotFound, readManifest } from './manifest-read.ts'
import { originOf, type Reference, type Repository } from './reference.ts'
import { attachManifest, listReferrers, type Referrer } from './referrers.ts'
import { refusal, saysAbsent } from './refusal.ts'
import { Retrier, type RetryOptions } from './retrier.ts'
import type { Access } from './scope.ts'
import { listTags } from './tags.ts'
import {
  type HttpRequest,
  type HttpResponse,
  Transport,
  type TransportOptions
} from './transport.ts'
import { uploadBlob } from './upload.ts'
import { explain } from './verdict.ts'
import type { Wire } from './wire.ts'

export interface ClientOptions {
  /** Host of the registry, with its port; every credential is for it alone. */
  readonly host: string
  readonly plainHttp: boolean
  readonly credential: Credential | undefined
  /** What to ask a token service for; `pull,push` unless given. */
  readonly access?: Access
  /** Hosts of token services that may get the credential; every one that may be trusted unless given. */
  readonly tokenHosts?: readonly string[]
  /** GITHUB_SERVER_URL, where there is one. */
  readonly githubServer?: string | undefined
  readonly userAgent: string
  readonly secrets: SecretKeeper
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly retry?: RetryOptions | undefined
  /** How connections are made; directly and with Node's defaults unless given. */
  readonly connection?: ConnectionOptions
}

export type ConnectionOptions = Pick<
  TransportOptions,
  'tls' | 'proxies' | 'environment' | 'track' | 'limits'
>

/** A client of the OCI distribution spec v1.1 for one registry host: the verbs that publishing needs. */
export class RegistryClient {
  readonly #options: ClientOptions
  readonly #origin: URL
  readonly #connection: TransportOptions
  readonly #transport: Transport
  readonly #authenticator: Authenticator
  readonly #retrier: Retrier
  readonly #closing = new AbortController()
  readonly #wire: Wire

  constructor(options: ClientOptions) {
    const { host, plainHttp, access = 'pull,push', tokenHosts = [], githubServer, logger } = options
    this.#options = options
    this.#origin = new URL(originOf(host, plainHttp))
    const signal = AbortSignal.any([options.signal, this.#closing.signal])
    this.#connection = { ...options, ...options.connection, origin: this.#origin, signal }
    this.#transport = new Transport(this.#connection)
    this.#retrier = new Retrier({ ...options.retry, logger, signal })
    this.#authenticator = new Authenticator({
      ...options,
      origin: this.#origin,
      access,
      tokenHosts,
      githubServer,
      transport: this.#transport,
      tokenTransport: { send: (request) => this.#wire.elsewhere(request) }
    })
    this.#wire = this.#makeWire(signal)
  }

  /** Reads what the tag points at. @throws Failure */
  async getManifest({ repository, tag }: Reference): Promise<ManifestAnswer> {
    return this.getManifestAt(repository, tag)
  }

  /** Reads what the tag points at after a push, when every 404 means that the registry lags behind. @throws Failure */
  async lookAgain({ repository, tag }: Reference): Promise<ManifestAnswer> {
    return readManifest(this.#wire, { repository, pointer: tag }, isNotFound)
  }

  /** Reads a manifest by its tag or its digest (spec, "Pulling manifests"). @throws Failure */
  async getManifestAt(repository: Repository, pointer: string): Promise<ManifestAnswer> {
    return readManifest(this.#wire, { repository, pointer }, saysAbsent)
  }

  /** Reads a blob, one byte more than wanted at most. @throws Failure */
  async getBlob(repository: Repository, wanted: WantedBlob): Promise<BlobAnswer> {
    return downloadBlob(this.#wire, repository, wanted)
  }

  /** Uploads a blob, whatever happens on the way. @throws Failure */
  async pushBlob(repository: Repository, blob: Blob): Promise<void> {
    await uploadBlob(this.#wire, repository, blob)
  }

  /** Uploads those blobs that the registry does not say it has. @throws Failure */
  async pushMissing(repository: Repository, blobs: readonly Blob[]): Promise<void> {
    for (const blob of blobs) {
      const presence = await blobPresence(this.#wire, repository, blob)
      if (presence !== 'present') await this.pushBlob(repository, blob)
    }
  }

  /** Writes `manifest` under the tag. @throws Failure conflict, when the tag is there and frozen */
  async putManifest({ repository, tag }: Reference, manifest: Blob): Promise<ManifestPut> {
    return writeManifest(this.#wire, { repository, pointer: tag }, { manifest })
  }

  /** All tags of a repository, in the order of the registry; none when there is no such repository. @throws Failure */
  async listTags(repository: Repository): Promise<readonly string[]> {
    return listTags(this.#wire, repository)
  }

  /** What is attached to a manifest: by the referrers API, or by the tag that stands in for it. @throws Failure */
  async listReferrers(repository: Repository, subject: Digest): Promise<readonly Referrer[]> {
    return listReferrers(this.#wire, repository, subject)
  }

  /** Writes a manifest that names a `subject`, so that it is listed among the referrers of that one. @throws Failure */
  async attach(repository: Repository, manifest: Blob): Promise<void> {
    await attachManifest(this.#wire, repository, manifest)
  }

  /** Waits, unless the run is aborted. */
  async wait(ms: number): Promise<void> {
    await this.#retrier.wait(ms)
  }

  /** Ends what is still under way, cancels uploads that were begun, and closes all connections. */
  async close(): Promise<void> {
    const message = `The connection to ${this.#options.host} was closed.`
    this.#closing.abort(new Failure('registry', { message, fix: 'Run it again.' }))
    await this.#transport.close()
    const { sessions } = this.#wire
    const requests = [...sessions].map(([url, { name }]) => {
      return {
        method: 'DELETE' as const,
        url,
        headers: this.#authenticator.knownHeaders(name, url)
      }
    })
    await cancelUploads(requests, this.#connection)
    sessions.clear()
  }

  #makeWire(signal: AbortSignal): Wire {
    const once: Wire['once'] = (repository, request) => this.#send(repository, request)
    return {
      host: this.#options.host,
      logger: this.#options.logger,
      retrier: this.#retrier,
      signal,
      sessions: new Map(),
      url: (repository, path) => this.#url(repository, path),
      once,
      send: (repository, request) => this.#patiently(request, () => once(repository, request)),
      elsewhere: (request) => this.#patiently(request, () => this.#transport.send(request)),
      refusal: (response, what) => this.#refusal(response, what)
    }
  }

  /** Repeats a request that may be made twice. */
  async #patiently(
    request: HttpRequest,
    attempt: () => Promise<HttpResponse>
  ): Promise<HttpResponse> {
    const response = await this.#retrier.repeat(request, attempt)
    if (response === undefined) throw new Error('an attempt came to nothing')
    return response
  }

  #send(repository: Repository, request: HttpRequest): Promise<HttpResponse> {
    return this.#authenticator.send(repository.name, request)
  }

  #url(repository: Repository, path: string): URL {
    return new URL(`/v2/${repository.name}/${path}`, this.#origin)
  }

  #refusal(response: HttpResponse, what: string): Failure {
    const { host, access, credential } = this.#options
    if (response.url.origin !== this.#origin.origin) return storageRefusal(response, host)
    const authenticated = this.#authenticator.hasCredential
    const readOnly = access === 'pull'
    const failure = refusal(response, { what, host, authenticated, readOnly })
    // A 403 has its own words, since policies speak by it as well.
    const verdict = response.status === 401 ? this.#authenticator.verdict(response) : undefined
    return verdict ? explain(failure, verdict, { credential, host, readOnly }) : failure
  }
}
