// Without Jest, so that scripts can use it too.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  answer,
  bytesOf,
  forward,
  LoopbackServer,
  type Reply,
  reset,
  withoutHops
} from '../network/forwarding.ts'

/** What can happen to one request. */
export const FAULTS = [
  '429',
  '500',
  '502',
  '503',
  'reset before',
  'reset after',
  'time-out',
  'cut answer',
  'wrong digest',
  'expired token',
  '404',
  '405'
] as const
export type FaultKind = (typeof FAULTS)[number]

export interface ProxyOptions {
  /** Host of the registry behind. */
  readonly registry: string
  /** Host of the token service behind, whose requests come to /token. */
  readonly tokens?: string | undefined
}

/** Of a request that came through: `POST upload`, and the how-manieth of its kind. */
export type RequestName = string

/** Stands before a real registry and its token service, and spoils exactly one request. */
export class FaultProxy {
  readonly names: RequestName[] = []
  #options: ProxyOptions | undefined
  #plan: { readonly name: RequestName; readonly fault: FaultKind } | undefined
  #counts = new Map<string, number>()
  #chaos: (() => FaultKind | undefined) | undefined
  readonly #server: LoopbackServer

  private constructor() {
    const server = createServer((incoming, response) => {
      this.#serve(incoming, response).catch(() => response.destroy())
    })
    this.#server = new LoopbackServer(server)
  }

  static async start(): Promise<FaultProxy> {
    const proxy = new FaultProxy()
    await proxy.#server.listen()
    return proxy
  }

  get host(): string {
    return this.#server.host
  }

  /** Connections that clients have opened. */
  get connections(): number {
    return this.#server.connections
  }

  /** Names what is behind; before that every request fails. */
  connect(options: ProxyOptions): void {
    this.#options = options
  }

  /** Forgets what came through, and spoils the first request of that name, or none. */
  plan(name?: RequestName, fault?: FaultKind): void {
    this.names.length = 0
    this.#counts = new Map()
    this.#plan = name !== undefined && fault !== undefined ? { name, fault } : undefined
  }

  /** From now on asks for every request what happens to it; undefined ends that. */
  spoil(chaos: (() => FaultKind | undefined) | undefined): void {
    this.#chaos = chaos
  }

  async stop(): Promise<void> {
    await this.#server.stop()
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.#faultFor(incoming)
    const body = await bytesOf(incoming)
    const early = fault === undefined ? undefined : this.#answerInstead(fault)
    if (fault === 'reset before') return reset(response)
    if (early) return answer(response, early)
    const reply = await this.#forward(incoming, body)
    if (fault === 'time-out') return
    if (fault === 'reset after') return reset(response)
    if (fault === 'cut answer') return cut(response, reply)
    if (fault === 'wrong digest') {
      const headers = { ...reply.headers, 'docker-content-digest': `sha256:${'0'.repeat(64)}` }
      return answer(response, { ...reply, headers })
    }
    answer(response, reply)
  }

  #faultFor({ method, url = '' }: IncomingMessage): FaultKind | undefined {
    const kind = kindOf(`${method} ${url.split('?')[0]}`)
    const count = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, count)
    const name = `${kind} ${count}`
    this.names.push(name)
    if (this.#plan?.name !== name) return this.#chaos?.()
    const { fault } = this.#plan
    this.#plan = undefined
    return fault
  }

  #answerInstead(fault: FaultKind): Reply | undefined {
    const [body, length] = [Buffer.from(`${fault} of the proxy`), '16']
    const headers = { 'content-type': 'text/plain', 'content-length': length }
    if (fault === 'expired token') {
      const challenge = `Bearer realm="http://${this.host}/token",service="test registry",error="invalid_token"`
      return { status: 401, headers: { 'www-authenticate': challenge }, body: Buffer.alloc(0) }
    }
    if (!/^\d+$/.test(fault)) return undefined
    const wait = fault === '429' ? { 'retry-after': '1' } : {}
    return { status: Number(fault), headers: { ...headers, ...wait }, body }
  }

  #forward(incoming: IncomingMessage, body: Buffer): Promise<Reply> {
    const { registry = '', tokens = registry } = this.#options ?? {}
    return forward(incoming, body, incoming.url?.startsWith('/token') ? tokens : registry)
  }
}

function kindOf(line: string): string {
  if (line.startsWith('GET /token')) return 'token'
  const [method = ''] = line.split(' ')
  if (line.includes('/blobs/uploads/')) return `${method} upload`
  if (line.includes('/blobs/')) return `${method} blob`
  if (line.includes('/manifests/')) return `${method} manifest`
  return line
}

/** The beginning of an answer that says it is longer, and then the end of the connection. */
function cut(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, {
    ...withoutHops(headers),
    'content-length': String(body.length + 10)
  })
  response.write(body.subarray(0, Math.ceil(body.length / 2)))
  response.flushHeaders()
  setTimeout(() => response.socket?.destroy(), 20)
}
