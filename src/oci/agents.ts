import type { Socket } from 'node:net'
import type { Agent, buildConnector } from 'undici'
import { Failure } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import { isAlert, type Role } from './network-failure.ts'
import { NO_PROXIES, type Proxies, proxyFor, type Variables } from './proxy.ts'
import {
  DEFAULT_TLS,
  foreignTrust,
  registryTrust,
  type TlsSettings,
  type TrustOptions
} from './tls-options.ts'
import { openTunnel } from './tunnel.ts'

export interface AgentOptions {
  readonly tls?: TlsSettings
  readonly proxies?: Proxies
  /** Read for NODE_EXTRA_CA_CERTS alone. */
  readonly environment?: Variables
  readonly logger: Logger
}

export interface ConnectionLimits {
  readonly connectMs: number
  readonly keepAliveMs: number
  /** Of one host. */
  readonly connections: number
  readonly headersBytes: number
}

type Undici = typeof import('undici')
type Connector = buildConnector.connector

/**
 * The connections of one client, kept by trust: those to the registry bear its client certificate and may
 * be left unverified, those to any other host do neither. The two share no TLS session.
 */
export class Agents {
  readonly #options: AgentOptions
  readonly #limits: ConnectionLimits
  readonly #agents = new Map<Role, Agent>()
  readonly #trusts = new Map<Role, TrustOptions>()
  readonly #closing = new AbortController()
  readonly #told = new Set<string>()
  readonly #alerts = new Map<string, unknown>()

  constructor(options: AgentOptions, limits: ConnectionLimits) {
    this.#options = options
    this.#limits = limits
  }

  agentFor(role: Role, undici: Undici): Agent {
    const known = this.#agents.get(role)
    if (known) return known
    const { connections, keepAliveMs, headersBytes } = this.#limits
    const agent = new undici.Agent({
      // Over HTTP/2 undici loses early answers to uploads of 12 MB and more (distribution, measured).
      allowH2: false,
      connections,
      pipelining: 1,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
      maxHeaderSize: headersBytes,
      connect: this.#connector(role, undici)
    })
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

  /** Breaks off all connections, and the tunnels that are being opened. */
  async destroy(): Promise<void> {
    this.#closing.abort()
    const agents = [...this.#agents.values()]
    this.#agents.clear()
    await Promise.all(agents.map((agent) => agent.destroy()))
  }

  #connector(role: Role, undici: Undici): Connector {
    const { connectMs } = this.#limits
    const connect = undici.buildConnector({ timeout: connectMs, ...this.#trust(role) })
    return (target, done) => {
      const callback = this.#listening(target, done)
      const tunnel = this.#tunnelTo(target)
      if (!tunnel) return connect(target, callback)
      tunnel.then(
        (socket) => {
          if (target.protocol === 'https:') connect({ ...target, httpSocket: socket }, callback)
          else callback(null, socket)
        },
        (error: unknown) =>
          callback(error instanceof Error ? error : new Error(String(error)), null)
      )
    }
  }

  /** Undefined where the way is direct. */
  #tunnelTo(target: buildConnector.Options): Promise<Socket> | undefined {
    const { proxies = NO_PROXIES } = this.#options
    const proxy = proxyFor(proxies, target)
    if (proxy instanceof Failure) return Promise.reject(proxy)
    if (!proxy) return undefined
    this.#tell(`${target.hostname} is reached through the proxy ${proxy.url.host}.`)
    const { signal } = this.#closing
    const timeoutMs = this.#limits.connectMs
    return openTunnel(proxy, target, { trust: this.#trust('other'), timeoutMs, signal })
  }

  #listening({ protocol, host }: buildConnector.Options, done: buildConnector.Callback) {
    const listen = (socket: Socket) => {
      socket.on('error', (error) => {
        if (isAlert(error)) this.#alerts.set(`${protocol}//${host}`, error)
      })
    }
    const callback: buildConnector.Callback = (...args) => {
      if (args[1]) listen(args[1])
      done(...args)
    }
    return callback
  }

  /** Made once: reading all authorities takes milliseconds. */
  #trust(role: Role): TrustOptions {
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
