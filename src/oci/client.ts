import type { Failure } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import type { SecretKeeper } from '../shared/secret-keeper.ts'
import { Authenticator } from './authenticator.ts'
import type { Blob } from './blob.ts'
import type { Credential } from './credential.ts'
import {
  type BlobAnswer,
  blobAnswer,
  followRedirects,
  storageRefusal,
  type WantedBlob
} from './download.ts'
import { foundManifest, type ManifestAnswer } from './found-manifest.ts'
import { uploadUrl } from './location.ts'
import { MANIFEST_TYPES } from './media-types.ts'
import {
  originOf,
  pointerText,
  type Reference,
  type Repository,
  referenceText,
  repositoryText
} from './reference.ts'
import { refusal, saysAbsent } from './refusal.ts'
import {
  type HttpRequest,
  type HttpResponse,
  headerOf,
  Transport,
  type TransportOptions
} from './transport.ts'

export interface ClientOptions {
  /** Host of the registry, with its port; every credential is for it alone. */
  readonly host: string
  readonly plainHttp: boolean
  readonly credential: Credential | undefined
  /** What to ask a token service for; `pull,push` unless given. */
  readonly access?: 'pull' | 'pull,push'
  readonly userAgent: string
  readonly secrets: SecretKeeper
  readonly logger: Logger
  readonly signal: AbortSignal
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
  readonly #transport: Transport
  readonly #authenticator: Authenticator

  constructor(options: ClientOptions) {
    const { host, plainHttp, credential, secrets, logger } = options
    this.#options = options
    this.#origin = new URL(originOf(host, plainHttp))
    this.#transport = new Transport({ ...options, ...options.connection, origin: this.#origin })
    this.#authenticator = new Authenticator({
      origin: this.#origin,
      credential,
      secrets,
      transport: this.#transport,
      logger
    })
  }

  /** Reads what the tag points at. @throws Failure */
  async getManifest({ repository, tag }: Reference): Promise<ManifestAnswer> {
    return this.getManifestAt(repository, tag)
  }

  /** Reads a manifest by its tag or its digest (spec, "Pulling manifests"). @throws Failure */
  async getManifestAt(repository: Repository, pointer: string): Promise<ManifestAnswer> {
    const response = await this.#send(repository, {
      method: 'GET',
      url: this.#url(repository, `manifests/${pointer}`),
      headers: { accept: MANIFEST_TYPES.join(', ') }
    })
    if (response.status === 200) return foundManifest(response)
    const failure = this.#refusal(response, `to show ${pointerText(repository, pointer)}`)
    if (saysAbsent(response)) return { kind: 'absent', failure }
    if (response.status === 403 || response.status === 412) return { kind: 'refused', failure }
    throw failure
  }

  /**
   * Reads a blob (spec, "Pulling blobs"), one byte more than wanted at most. Storage on other hosts, where
   * redirects may lead, sees no credential.
   * @throws Failure
   */
  async getBlob(repository: Repository, wanted: WantedBlob): Promise<BlobAnswer> {
    const url = this.#url(repository, `blobs/${wanted.digest}`)
    const response = await followRedirects(
      { method: 'GET', url, headers: {}, bodyLimit: wanted.size + 1 },
      {
        toRegistry: (request) => this.#send(repository, request),
        elsewhere: (request) => this.#transport.send(request)
      }
    )
    const answer = blobAnswer(response, wanted)
    if (answer) return answer
    const what = `to show the blob ${wanted.digest} of ${repositoryText(repository)}`
    throw this.#refusal(response, what)
  }

  /** Uploads a blob whole by POST and PUT, the one way that every registry takes. @throws Failure */
  async pushBlob(repository: Repository, blob: Blob): Promise<void> {
    const what = `the upload of a blob to ${repositoryText(repository)}`
    const session = await this.#send(repository, {
      method: 'POST',
      url: this.#url(repository, 'blobs/uploads/'),
      headers: {}
    })
    if (session.status === 201) return
    if (session.status !== 202) throw this.#refusal(session, what)
    const response = await this.#send(repository, {
      method: 'PUT',
      url: uploadUrl(headerOf(session, 'location'), session.url, blob.digest),
      headers: { 'content-type': 'application/octet-stream' },
      body: blob.bytes
    })
    if (!isStored(response)) throw this.#refusal(response, what)
    this.#compareDigest(response, blob)
  }

  /** Writes `manifest` under the tag (spec, "Pushing manifests"). @throws Failure */
  async putManifest(reference: Reference, manifest: Blob): Promise<void> {
    const response = await this.#send(reference.repository, {
      method: 'PUT',
      url: this.#url(reference.repository, `manifests/${reference.tag}`),
      headers: { 'content-type': manifest.mediaType },
      body: manifest.bytes
    })
    if (!isStored(response)) throw this.#refusal(response, `to write ${referenceText(reference)}`)
    this.#compareDigest(response, manifest)
  }

  async close(): Promise<void> {
    await this.#transport.close()
  }

  async #send(repository: Repository, request: HttpRequest): Promise<HttpResponse> {
    const response = await this.#sendOnce(request)
    if (response.status !== 401) return response
    const scope = `repository:${repository.name}:${this.#options.access ?? 'pull,push'}`
    const answered = await this.#authenticator.answer(response, scope)
    return answered ? this.#sendOnce(request) : response
  }

  #sendOnce(request: HttpRequest): Promise<HttpResponse> {
    if (request.url.origin !== this.#origin.origin) {
      throw new Error(
        `a request to ${request.url.origin} would carry the credential of ${this.#origin.origin}`
      )
    }
    const headers = { ...request.headers, ...this.#authenticator.headers() }
    return this.#transport.send({ ...request, headers })
  }

  #url(repository: Repository, path: string): URL {
    return new URL(`/v2/${repository.name}/${path}`, this.#origin)
  }

  #refusal(response: HttpResponse, what: string): Failure {
    const { host, access } = this.#options
    if (response.url.origin !== this.#origin.origin) return storageRefusal(response, host)
    const authenticated = this.#authenticator.hasCredential
    return refusal(response, { what, host, authenticated, readOnly: access === 'pull' })
  }

  /** The read-back decides; a header that contradicts it is worth a word. sha512 and others are not compared. */
  #compareDigest(response: HttpResponse, { digest }: Blob): void {
    const claimed = headerOf(response, 'docker-content-digest')
    if (claimed === undefined || !claimed.startsWith('sha256:') || claimed === digest) return
    this.#options.logger.warning(
      `${this.#options.host} answered with the digest ${claimed} where ${digest} was sent.`
    )
  }
}

/** 201 by the spec; 200, 202 and 204 are taken by containerd and go-containerregistry as well. */
function isStored({ status }: HttpResponse): boolean {
  return status === 201 || status === 200 || status === 202 || status === 204
}
