import { guardedLookup, isNeverShared, scopeOf } from '../../http/guarded-lookup.ts'
import type { Proxies } from '../../http/proxy.ts'
import { Transport } from '../../http/transport.ts'
import { USER_AGENT } from '../../shared/version.ts'
import type { ClassicAccess, ClassicContext } from './classic-access.ts'
import { type Reach, requireShared, tooNear } from './surroundings.ts'

/** As many as browsers open to a host; dependencies of one chart often have one host. */
const CONNECTIONS = 6

interface Destination {
  readonly origin: string
  readonly reach: Reach
}

/**
 * What sends requests, one for each origin, so that each has its own trust and client certificate, and for each reach: a
 * connection that may lead into this network is not used for what came from outside.
 */
export class OriginTransports {
  readonly #access: ClassicAccess
  readonly #context: ClassicContext
  readonly #proxies: Proxies
  readonly #all = new Map<string, Transport>()

  constructor(access: ClassicAccess, context: ClassicContext, proxies: Proxies) {
    this.#access = access
    this.#context = context
    this.#proxies = proxies
  }

  to(destination: Destination): Transport {
    const { origin, reach } = destination
    const key = `${reach} ${origin}`
    const transport = this.#all.get(key) ?? this.#make(destination)
    this.#all.set(key, transport)
    return transport
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all.values()].map((transport) => transport.close()))
  }

  #make({ origin, reach }: Destination): Transport {
    const { environment, logger, signal, limits, resolve } = this.#context
    const url = new URL(origin)
    const lookup = guardedLookup((addresses) => {
      for (const scope of addresses.map(scopeOf)) {
        if (isNeverShared(scope)) requireShared(scope, url.host)
        if (reach === 'far' && scope) throw tooNear(url.host)
      }
    }, resolve)
    return new Transport({
      origin: url,
      userAgent: USER_AGENT,
      tls: this.#access.tlsFor(url),
      proxies: this.#proxies,
      environment,
      logger,
      signal,
      lookup,
      limits: { connections: CONNECTIONS, ...limits }
    })
  }
}
