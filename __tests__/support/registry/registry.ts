import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, errorAnswer, type RecordedRequest, RegistryStore } from './registry-store.ts'

/** How the registry asks for a login. The token service of `bearer` lives on the same port. */
export type RegistryAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly username: string; readonly password: string }

/**
 * Comes before the registry: gives its own answer, `drop` for a connection that breaks off, `hang` for none,
 * `cut` and `stall` for the beginning of one and then either, or undefined to let the registry answer.
 */
export type Fault = (
  request: RecordedRequest
) => Answer | 'drop' | 'hang' | 'cut' | 'stall' | undefined

const BEGINNING =
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{'

export interface TestRegistryOptions {
  readonly auth?: RegistryAuth
  readonly fault?: Fault
  /** Key and certificate in PEM; the registry speaks https with them. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

const TOKEN = 'a-token-of-the-test-registry'

/**
 * An OCI registry in memory on a loopback port: enough for push and pull, and for the faults that
 * real registries do not produce on demand.
 */
export class TestRegistry {
  readonly store = new RegistryStore()
  readonly requests: RecordedRequest[] = []
  /** May be changed while the registry runs. */
  fault: Fault | undefined
  /** Milliseconds before anything is answered; may be changed while the registry runs. */
  delayMs = 0
  readonly #server: Server
  readonly #auth: RegistryAuth

  private constructor({ auth = { kind: 'none' }, fault, tls }: TestRegistryOptions) {
    this.#auth = auth
    this.fault = fault
    const listener = (request: IncomingMessage, response: ServerResponse) => {
      this.#serve(request, response).catch((error: unknown) => {
        // RegistryPool may break off in the middle of a body.
        if (!request.errored) throw error
        response.destroy()
      })
    }
    this.#server = tls ? createTlsServer(tls, listener) : createServer(listener)
  }

  static async start(options: TestRegistryOptions = {}): Promise<TestRegistry> {
    const registry = new TestRegistry(options)
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve))
    return registry
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** `METHOD path` of every request so far, upload sessions as `<session>`. */
  get log(): readonly string[] {
    return this.requests.map(({ method, url }) => {
      return `${method} ${url.split('?')[0]?.replace(/(?<=\/uploads\/)[0-9a-f-]{36}$/, '<session>')}`
    })
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const recorded = await record(request)
    this.requests.push(recorded)
    if (this.delayMs > 0) await sleep(this.delayMs)
    const answer = this.fault?.(recorded) ?? this.#answer(recorded)
    if (typeof answer === 'string') return misbehave(response, answer)
    response.writeHead(answer.status, answer.headers)
    response.end(recorded.method === 'HEAD' ? undefined : answer.body)
  }

  #answer(request: RecordedRequest): Answer {
    if (request.url.startsWith('/token?')) return this.#token(request)
    return this.#isAllowed(request) ? this.store.answer(request) : this.#challenge(request)
  }

  #token({ headers }: RecordedRequest): Answer {
    if (this.#auth.kind !== 'bearer') return errorAnswer(404, 'UNSUPPORTED', 'no such route')
    if (headers.authorization !== basic(this.#auth)) {
      return errorAnswer(401, 'UNAUTHORIZED', 'incorrect username or password')
    }
    return { status: 200, body: JSON.stringify({ token: TOKEN, expires_in: 300 }) }
  }

  #isAllowed({ headers }: RecordedRequest): boolean {
    if (this.#auth.kind === 'none') return true
    const wanted = this.#auth.kind === 'basic' ? basic(this.#auth) : `Bearer ${TOKEN}`
    return headers.authorization === wanted
  }

  #challenge({ url }: RecordedRequest): Answer {
    const [, repository = ''] = /^\/v2\/(.+?)\/(?:manifests|blobs)\//.exec(url) ?? []
    const bearer = `Bearer realm="http://${this.host}/token",service="test registry",scope="repository:${repository}:pull,push"`
    const challenge = this.#auth.kind === 'bearer' ? bearer : 'Basic realm="test registry"'
    const answer = errorAnswer(401, 'UNAUTHORIZED', 'authentication required')
    return { ...answer, headers: { ...answer.headers, 'www-authenticate': challenge } }
  }
}

function misbehave({ socket }: ServerResponse, fault: 'drop' | 'hang' | 'cut' | 'stall'): void {
  if (fault === 'drop') socket?.destroy()
  if (fault === 'stall') socket?.write(BEGINNING)
  if (fault === 'cut') socket?.end(BEGINNING)
}

function basic({
  username,
  password
}: {
  readonly username: string
  readonly password: string
}): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

async function record(request: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { method = '', url = '', headers } = request
  return { method, url, headers, body: Buffer.concat(chunks) }
}
