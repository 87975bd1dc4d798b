// Without Jest, so that scripts can use it too.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { digestOf } from '../../../src/oci/spec/blob.ts'
import { answer, bytesOf, forward, LoopbackServer, type Reply, reset } from './forwarding.ts'

/** A request that was answered, as it passed. */
export interface Exchange {
  readonly method: string
  readonly path: string
  readonly status: number
  /** Of what was sent, or of what was shown: the manifest, for the requests of manifests. */
  readonly digest: string
}

/**
 * What happens to a request: `unsent` breaks the connection before the registry sees it, `unanswered` after it
 * has done what it was asked for, `refused` is an answer that no client repeats, and `held` gives no answer.
 */
const MANNERS = ['unsent', 'unanswered', 'refused', 'held'] as const
export type Manner = (typeof MANNERS)[number]

export interface Outage {
  /** The first request that breaks, counted from 1; every later one is `unsent` (or `refused`, like this one). */
  readonly from: number
  readonly manner: Manner
  /** Called when the first one breaks, after the registry has answered where it was asked. */
  readonly begun?: () => void
}

/** 501 is not repeated by any client, since it does not pass. */
const REFUSAL: Reply = {
  status: 501,
  headers: { 'content-type': 'text/plain' },
  body: Buffer.from('out of order')
}

/** What passes through one or several proxies, counted together. */
export class Traffic {
  readonly exchanges: Exchange[] = []
  #requests = 0
  #open = new Set<Promise<unknown>>()
  #outage: Outage | undefined

  /** Forgets what came through; what comes now breaks as the outage says. */
  restart(outage?: Outage): void {
    this.exchanges.length = 0
    this.#requests = 0
    this.#outage = outage
  }

  /** Requests that have come since, those that broke included. */
  get requests(): number {
    return this.#requests
  }

  /** Waits for what is under way. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#open])
  }

  /** Keeps account of what is under way. */
  track(work: Promise<unknown>): void {
    this.#open.add(work)
    const done = () => this.#open.delete(work)
    work.then(done, done)
  }

  /** Counts a request, and says what is to become of it. */
  next(): { readonly manner: Manner | 'pass'; readonly begun: () => void } {
    this.#requests += 1
    const { from = Number.POSITIVE_INFINITY, manner = 'unsent', begun } = this.#outage ?? {}
    const ignore = () => undefined
    if (this.#requests < from) return { manner: 'pass', begun: ignore }
    if (this.#requests === from) return { manner, begun: begun ?? ignore }
    return { manner: manner === 'refused' ? 'refused' : 'unsent', begun: ignore }
  }
}

/** Stands before a real registry, notes what passes, and breaks what it is told to break. */
export class WatchedProxy {
  readonly #server: LoopbackServer
  readonly #registry: string
  readonly #traffic: Traffic

  private constructor(registry: string, traffic: Traffic) {
    this.#registry = registry
    this.#traffic = traffic
    const server = createServer((incoming, response) => {
      traffic.track(this.#serve(incoming, response).catch(() => response.destroy()))
    })
    this.#server = new LoopbackServer(server)
  }

  /** @param registry its host */
  static async start(registry: string, traffic: Traffic): Promise<WatchedProxy> {
    const proxy = new WatchedProxy(registry, traffic)
    await proxy.#server.listen()
    return proxy
  }

  get host(): string {
    return this.#server.host
  }

  async stop(): Promise<void> {
    await this.#server.stop()
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { manner, begun } = this.#traffic.next()
    const body = await bytesOf(incoming)
    if (manner === 'unsent') reset(response)
    if (manner === 'refused') answer(response, REFUSAL)
    if (manner === 'unsent' || manner === 'refused') return begun()
    const reply = await forward(incoming, body, this.#registry)
    this.#note(incoming, body, reply)
    if (manner === 'pass') answer(response, reply)
    if (manner === 'unanswered') reset(response)
    begun()
  }

  #note({ method = '', url = '' }: IncomingMessage, sent: Buffer, { status, body }: Reply): void {
    const digest = digestOf(method === 'PUT' ? sent : body)
    this.#traffic.exchanges.push({ method, path: url.split('?')[0] ?? '', status, digest })
  }
}
