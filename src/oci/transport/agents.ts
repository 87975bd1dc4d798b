import type { Socket } from 'node:net'
import type { Agent, buildConnector } from 'undici'
import type { Environment } from '../../shared/environment.ts'
import { Failure } from '../../shared/failure.ts'
import type { Logger } from '../../shared/logger.ts'
import { nearLookup, type Resolve } from './near-lookup.ts'
import { isAlert, type Role } from './network-failure.ts'
import { type ForwardProxy, NO_PROXIES, type Proxies, proxyFor } from './proxy.ts'
import { ReceivedBytes } from './received-bytes.ts'
import {
  DEFAULT_TLS,
  foreignTrust,
  registryTrust,
  type TlsSettings,
  type TrustOptions
} from './tls-options.ts'

export interface AgentOptions {
  /** The registry: the client certificate and `skipsVerification` are for it alone. */
  readonly origin: URL
  /** Token services, with their ports, that may be near this machine. */
  readonly tokenHosts?: readonly string[]
  /** Names to addresses, for token services; node:dns unless given. */
  readonly resolve?: Resolve
  readonly tls?: TlsSettings
  readonly proxies?: Proxies
  /** Read for NODE_EXTRA_CA_CERTS alone. */
  readonly environment?: Environment
  readonly logger: Logger
}

export interface ConnectionLimits {
  readonly connectMs: number
  readonly keepAliveMs: number
  /** Of one host. */
  readonly connections: number
  readonly headersBytes: number
}

type Connector = buildConnector.connector

/**
 * The connections of one client, kept by trust: those to the registry bear its client certificate and may
 * be left unverified, those to any other host do neither. The two share no TLS session.
 */
export class Agents {
  readonly #options: AgentOptions
  readonly #limits: ConnectionLimits
  readonly #agents = new Map<Role, Promise<Agent>>()
  readonly #trusts = new Map<Role, Promise<TrustOptions>>()
  readonly #closing = new AbortController()
  readonly #told = new Set<string>()
  readonly #alerts = new Map<string, unknown>()
  readonly #received = new ReceivedBytes()

  constructor(options: AgentOptions, limits: ConnectionLimits) {
    this.#options = options
    this.#limits = limits
  }

  agentFor(role: Role): Promise<Agent> {
    const agent = this.#agents.get(role) ?? this.#makeAgent(role)
    this.#agents.set(role, agent)
    return agent
  }

  /**
   * The error that TLS gave for a connection to `url` that broke off, if any. A server of TLS 1.3 refuses a client
   * certificate after the handshake; undici then only tells that the other side has closed.
   */
  alertOf(url: URL): unknown {
    return this.#alerts.get(url.origin)
  }

  /** How many bytes of answers have come so far, from one origin or from all. */
  receivedFrom(origin?: string): number {
    return this.#received.from(origin)
  }

  /** Breaks off all connections, and the tunnels that are being opened. */
  async destroy(): Promise<void> {
    this.#closing.abort()
    const agents = [...this.#agents.values()]
    this.#agents.clear()
    // One that could not be made has failed the request that wanted it.
    await Promise.allSettled(agents.map(async (agent) => (await agent).destroy()))
  }

  async #makeAgent(role: Role): Promise<Agent> {
    const undici = await import('undici')
    const { connections, keepAliveMs, headersBytes, connectMs } = this.#limits
    const trust = await this.#trust(role)
    const { signal } = this.#closing
    const connectorWith = (more: buildConnector.BuildOptions) =>
      // Without the signal a connection that is being made would outlive the client until its own time-out.
      undici.buildConnector({ timeout: connectMs, signal, ...trust, ...more })
    const connector = connectorWith({})
    return new undici.Agent({
      // Over HTTP/2 undici loses early answers to uploads of 12 MB and more (distribution, measured).
      allowH2: false,
      connections,
      pipelining: 1,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
      maxHeaderSize: headersBytes,
      connect: this.#connector(
        role === 'token' ? (target) => connectorWith(this.#lookupOf(target)) : () => connector
      )
    })
  }

  #connector(connectorFor: (target: buildConnector.Options) => Connector): Connector {
    return (target, done) => {
      const connect = connectorFor(target)
      const callback = this.#listening(target, done)
      const proxy = proxyFor(this.#options.proxies ?? NO_PROXIES, target)
      if (!proxy) return connect(target, callback)
      this.#openTunnel(proxy, target).then(
        (socket) => {
          if (target.protocol === 'https:') connect({ ...target, httpSocket: socket }, callback)
          else callback(null, socket)
        },
        (error: unknown) =>
          callback(error instanceof Error ? error : new Error(String(error)), null)
      )
    }
  }

  #lookupOf({ host = '' }: buildConnector.Options) {
    const { origin, tokenHosts = [], resolve } = this.#options
    if (tokenHosts.includes(host)) return {}
    return { lookup: nearLookup({ registry: origin, host, resolve }) }
  }

  async #openTunnel(
    proxy: ForwardProxy | Failure,
    target: buildConnector.Options
  ): Promise<Socket> {
    if (proxy instanceof Failure) throw proxy
    this.#tell(`${target.hostname} is reached through the proxy ${proxy.url.host}.`)
    const { openTunnel } = await import('./tunnel.ts')
    const trust = await this.#trust('other')
    const { signal } = this.#closing
    return openTunnel(proxy, target, { trust, timeoutMs: this.#limits.connectMs, signal })
  }

  #listening({ protocol, host }: buildConnector.Options, done: buildConnector.Callback) {
    const listen = (socket: Socket) => {
      socket.on('error', (error) => {
        if (isAlert(error)) this.#alerts.set(`${protocol}//${host}`, error)
      })
    }
    const callback: buildConnector.Callback = (...args) => {
      if (args[1]) {
        listen(args[1])
        this.#received.watch(`${protocol}//${host}`, args[1])
      }
      done(...args)
    }
    return callback
  }

  /** Made once: reading all authorities takes milliseconds. */
  #trust(of: Role): Promise<TrustOptions> {
    const role = of === 'registry' ? 'registry' : 'other'
    const { tls = DEFAULT_TLS, environment = {} } = this.#options
    const build = role === 'registry' ? registryTrust : foreignTrust
    const trust = this.#trusts.get(role) ?? build(tls, environment)
    this.#trusts.set(role, trust)
    return trust
  }

  #tell(text: string): void {
    if (this.#told.has(text)) return
    this.#told.add(text)
    this.#options.logger.info(text)
  }
}
