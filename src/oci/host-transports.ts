import type { LookupFunction } from 'node:net'
import type { Proxies } from '../http/proxy.ts'
import { RequestLog } from '../http/request-log.ts'
import { Transport } from '../http/transport.ts'
import type { Environment } from '../shared/environment.ts'
import type { Logger } from '../shared/logger.ts'
import { USER_AGENT } from '../shared/version.ts'
import { type RegistryAccess, tlsFor } from './access.ts'
import { namesHost } from './auth/host-key.ts'
import type { ConnectionOptions } from './connection.ts'
import { originOf } from './spec/reference.ts'

/** Two blobs go up side by side, while the tag is checked. */
const CONNECTIONS_OF_ONE = 3
/** As browsers and containerd are content with 6 to 10 per host; each costs a handshake and a file. */
const MOST_CONNECTIONS = 8

export interface HostTransport {
  readonly transport: Transport
  readonly connection: ConnectionOptions
  /** The requests that belong to no conversation: those for tokens. */
  readonly log: RequestLog
  /** Opens connections before there is anything to say to the host. */
  readonly preconnect: () => void
}

interface TransportContext {
  /** How names become addresses, for a registry that a stranger named; as Node does it unless given. */
  readonly lookupFor?: ((registry: URL) => LookupFunction) | undefined
  readonly environment: Environment
  readonly proxies: Proxies
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** What sends requests to each host of a run; all its clients, one for each login, share the connections. */
export class HostTransports {
  readonly #access: RegistryAccess
  readonly #context: TransportContext
  readonly #all = new Map<string, HostTransport>()

  constructor(access: RegistryAccess, context: TransportContext) {
    this.#access = access
    this.#context = context
  }

  to(host: string): HostTransport {
    const transport = this.#all.get(host) ?? this.#make(host)
    this.#all.set(host, transport)
    return transport
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all.values()].map(({ transport }) => transport.close()))
  }

  #make(host: string): HostTransport {
    const { plainHttpHosts, tokenHosts } = this.#access
    const { environment, proxies, logger, signal, lookupFor } = this.#context
    const log = new RequestLog()
    const connections = Math.min(CONNECTIONS_OF_ONE * this.#access.concurrency, MOST_CONNECTIONS)
    const connection = {
      tls: tlsFor(host, this.#access),
      proxies,
      environment,
      track: log.track,
      limits: { connections }
    }
    const origin = new URL(originOf(host, namesHost(plainHttpHosts, host, true)))
    const lookup = lookupFor?.(origin)
    const about = { origin, tokenHosts, userAgent: USER_AGENT, logger, signal }
    const transport = new Transport({ ...connection, ...about, ...(lookup && { lookup }) })
    const preconnect = () => transport.preconnect(CONNECTIONS_OF_ONE)
    return { transport, connection, log, preconnect }
  }
}
