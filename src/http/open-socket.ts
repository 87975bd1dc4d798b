import { isIP, type LookupFunction, type Socket } from 'node:net'
import type { Environment } from '../shared/environment.ts'
import { Failure } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import { connectSocket, type SocketOptions, type SocketTarget } from './connect-socket.ts'
import type { Resolve } from './guarded-lookup.ts'
import type { Role } from './network-failure.ts'
import { type NamedProxy, NO_PROXIES, type Proxies, proxyFor } from './proxy.ts'
import { tokenServiceLookup } from './ssrf-guard.ts'
import type { TlsSettings } from './tls-options.ts'
import { Trusts } from './trusts.ts'

export interface ConnectOptions {
  /** The registry, where there is one: only there the client certificate is shown and `skipsVerification` applies. */
  readonly origin?: URL
  /** Token services, with their ports, that may be near this machine. */
  readonly tokenHosts?: readonly string[]
  /** Names to addresses, for token services; node:dns unless given. */
  readonly resolve?: Resolve
  /** Names to addresses, for all other hosts; that of Node unless given. A proxy looks names up itself. */
  readonly lookup?: LookupFunction
  readonly tls?: TlsSettings
  readonly proxies?: Proxies
  /** Read only for NODE_EXTRA_CA_CERTS, SSL_CERT_FILE and SSL_CERT_DIR. */
  readonly environment?: Environment
  readonly logger: Logger
}

/** Opens a connection to a host. */
export type OpenSocket = (target: SocketTarget) => Promise<Socket>

/** Opens connections, through a proxy where one leads to the host, with the trust that the host has. */
export class SocketOpener {
  readonly #options: ConnectOptions
  readonly #connectMs: number
  readonly #trusts: Trusts
  readonly #closing = new AbortController()
  readonly #announced = new Set<string>()

  constructor(options: ConnectOptions, connectMs: number) {
    this.#options = options
    this.#connectMs = connectMs
    this.#trusts = new Trusts(options)
  }

  /** Aborts the connections and tunnels that are being opened. */
  close(): void {
    this.#closing.abort()
  }

  /** How connections are opened to hosts of that role. */
  openerFor(role: Role): OpenSocket {
    const circle = role === 'registry' ? 'registry' : 'other'
    const sessions = new Map<string, Buffer>()
    return (target) => {
      const lookup = role === 'token' ? this.#lookupOf(target) : this.#options.lookup
      const limits = { timeoutMs: this.#connectMs, signal: this.#closing.signal }
      return this.#trusts.with(circle, target.host, (trust) => {
        return this.#connect(target, { ...limits, trust, lookup, sessions })
      })
    }
  }

  async #connect(target: SocketTarget, options: SocketOptions): Promise<Socket> {
    const proxy = proxyFor(this.#options.proxies ?? NO_PROXIES, target)
    const { lookup } = this.#options
    if (!proxy && lookup && lookup === options.lookup) await checkLiteral(target, lookup)
    const tunnel = proxy && (await this.#openTunnel(proxy, target))
    if (tunnel && target.protocol !== 'https:') return tunnel
    return connectSocket(target, { ...options, tunnel }).catch((error: unknown) => {
      tunnel?.destroy()
      throw error
    })
  }

  #lookupOf({ host = '' }: SocketTarget): SocketOptions['lookup'] {
    const { origin, tokenHosts = [], resolve } = this.#options
    if (!origin || tokenHosts.includes(host)) return undefined
    return tokenServiceLookup({ registry: origin, host, resolve })
  }

  async #openTunnel(proxy: NamedProxy, target: SocketTarget): Promise<Socket> {
    if (!proxy || proxy instanceof Failure) throw proxy
    const { host } = proxy.url
    this.#announce(`${target.hostname} is reached through the proxy ${host}.`)
    const { openTunnel } = await import('./tunnel.ts')
    const { signal } = this.#closing
    return this.#trusts.with('other', host, (trust) => {
      return openTunnel(proxy, target, { trust, timeoutMs: this.#connectMs, signal })
    })
  }

  #announce(text: string): void {
    if (this.#announced.has(text)) return
    this.#announced.add(text)
    this.#options.logger.info(text)
  }
}

/** Node looks up no address that stands in place of a name; the guard has to see it as well. */
async function checkLiteral({ hostname }: SocketTarget, lookup: LookupFunction): Promise<void> {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) === 0) return
  await new Promise<void>((resolve, reject) => {
    lookup(host, { all: true }, (error) => (error ? reject(error) : resolve()))
  })
}
