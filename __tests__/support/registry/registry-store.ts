import { createHash, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export interface RecordedRequest {
  readonly method: string
  /** Path with query. */
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

interface StoredManifest {
  /** Content-Type to serve it with; none when empty. */
  readonly type: string
  readonly bytes: Buffer
}

type Handler = (request: RecordedRequest, ...parts: readonly string[]) => Answer

/** A query that has to come back as it was given: some registries sign it. */
const STATE = '_state=a~b%20c=='

/** The content of an OCI registry and its API, with the answers of distribution. */
export class RegistryStore {
  readonly #blobs = new Map<string, Buffer>()
  readonly #manifests = new Map<string, StoredManifest>()
  readonly #sessions = new Set<string>()
  readonly #routes: readonly (readonly [string, RegExp, Handler])[] = [
    ['GET', /^\/v2\/$/, () => ({ status: 200, body: '{}' })],
    ['GET', /^\/v2\/(.+)\/manifests\/([^/]+)$/, (_, ...at) => this.#getManifest(at.join(':'))],
    ['PUT', /^\/v2\/(.+)\/manifests\/([^/]+)$/, (request, ...at) => this.#putManifest(request, at)],
    ['GET', /^\/v2\/(.+)\/tags\/list$/, (_, name = '') => this.#listTags(name)],
    ['POST', /^\/v2\/.+\/blobs\/uploads\/$/, ({ url }) => this.#openSession(url)],
    [
      'PUT',
      /^\/v2\/.+\/blobs\/uploads\/([^/]+)$/,
      (request, id = '') => this.#endSession(request, id)
    ],
    ['DELETE', /^\/v2\/.+\/blobs\/uploads\/([^/]+)$/, (_, id = '') => this.#cancelSession(id)],
    ['GET', /^\/v2\/.+\/blobs\/(sha256:[0-9a-f]{64})$/, (_, digest = '') => this.#getBlob(digest)]
  ]

  answer(request: RecordedRequest): Answer {
    const path = request.url.split('?')[0] ?? ''
    const method = request.method === 'HEAD' ? 'GET' : request.method
    for (const [wanted, pattern, handle] of this.#routes) {
      const [match, ...parts] = pattern.exec(path) ?? []
      if (wanted === method && match !== undefined) return handle(request, ...parts)
    }
    return errorAnswer(404, 'UNSUPPORTED', 'no such route')
  }

  manifest(repository: string, reference: string): Buffer | undefined {
    return this.#manifests.get(`${repository}:${reference}`)?.bytes
  }

  blob(digest: string): Buffer | undefined {
    return this.#blobs.get(digest)
  }

  /** Keeps `bytes` under their own digest, or under another, as a registry that has lost some. */
  setBlob(bytes: Buffer, digest = sha256(bytes)): string {
    this.#blobs.set(digest, bytes)
    return digest
  }

  setManifest(repository: string, reference: string, manifest: StoredManifest): void {
    this.#manifests.set(`${repository}:${reference}`, manifest)
    this.#manifests.set(`${repository}:${sha256(manifest.bytes)}`, manifest)
  }

  /** Forgets a tag, or a manifest by its digest, as a cleanup does. */
  removeManifest(repository: string, reference: string): void {
    this.#manifests.delete(`${repository}:${reference}`)
  }

  /** Forgets everything, as a cleanup of what no tag keeps. */
  removeAll(): void {
    this.#manifests.clear()
    this.#blobs.clear()
  }

  #listTags(name: string): Answer {
    const pointers = [...this.#manifests.keys()]
      .filter((key) => key.startsWith(`${name}:`))
      .map((key) => key.slice(name.length + 1))
    if (pointers.length === 0) return errorAnswer(404, 'NAME_UNKNOWN', 'repository name not known')
    const tags = pointers.filter((pointer) => !pointer.includes(':')).toSorted()
    const headers = { 'content-type': 'application/json' }
    return { status: 200, headers, body: JSON.stringify({ name, tags }) }
  }

  #getManifest(reference: string): Answer {
    const found = this.#manifests.get(reference)
    if (!found) return errorAnswer(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
    return content(found.bytes, found.type === '' ? {} : { 'content-type': found.type })
  }

  #putManifest(
    { headers, body, url }: RecordedRequest,
    [repository = '', reference = '']: readonly string[]
  ): Answer {
    const missing = blobsOf(body).filter((digest) => !this.#blobs.has(digest))
    if (missing.length > 0) return errorAnswer(400, 'MANIFEST_BLOB_UNKNOWN', missing.join(', '))
    this.setManifest(repository, reference, { type: headers['content-type'] ?? '', bytes: body })
    return { status: 201, headers: { location: url, 'docker-content-digest': sha256(body) } }
  }

  #getBlob(digest: string): Answer {
    const bytes = this.#blobs.get(digest)
    if (!bytes) return errorAnswer(404, 'BLOB_UNKNOWN', 'blob unknown')
    return content(bytes, { 'content-type': 'application/octet-stream' })
  }

  #openSession(url: string): Answer {
    const id = randomUUID()
    this.#sessions.add(id)
    return { status: 202, headers: { location: `${url}${id}?${STATE}`, range: '0-0' } }
  }

  #cancelSession(id: string): Answer {
    if (this.#sessions.delete(id)) return { status: 204 }
    return errorAnswer(404, 'BLOB_UPLOAD_UNKNOWN', 'upload unknown')
  }

  #endSession({ url, body }: RecordedRequest, id: string): Answer {
    const [, query = ''] = url.split('?')
    const digest = sha256(body)
    if (!this.#sessions.delete(id) || !query.startsWith(`${STATE}&`)) {
      return errorAnswer(404, 'BLOB_UPLOAD_UNKNOWN', 'upload unknown')
    }
    if (query !== `${STATE}&digest=${encodeURIComponent(digest)}`) {
      return errorAnswer(400, 'DIGEST_INVALID', 'the digest does not match')
    }
    this.#blobs.set(digest, body)
    return {
      status: 201,
      headers: { location: `/v2/blobs/${digest}`, 'docker-content-digest': digest }
    }
  }
}

/** An error in the registry's JSON. */
export function errorAnswer(status: number, code: string, message: string): Answer {
  const body = JSON.stringify({ errors: [{ code, message }] })
  return { status, headers: { 'content-type': 'application/json' }, body }
}

export function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function content(bytes: Buffer, headers: Readonly<Record<string, string>>): Answer {
  const length = String(bytes.length)
  const described = { ...headers, 'content-length': length, 'docker-content-digest': sha256(bytes) }
  return { status: 200, headers: described, body: bytes }
}

function blobsOf(manifest: Buffer): readonly string[] {
  const { config, layers = [] } = JSON.parse(manifest.toString('utf8'))
  return [...(config ? [config] : []), ...layers].map(({ digest }) => digest)
}
