import type { Socket } from 'node:net'
import type { Agent, buildConnector } from 'undici'
import { busySignal } from '../shared/abort-signal.ts'
import type { Environment } from '../shared/environment.ts'
import { Failure } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import { isAlert, type Role } from './network-failure.ts'
import { type NamedProxy, NO_PROXIES, type Proxies, proxyFor } from './proxy.ts'
import { ReadySockets } from './ready-sockets.ts'
import { ReceivedBytes } from './received-bytes.ts'
import { nearLookup, type Resolve } from './ssrf-guard.ts'
import type { TlsSettings, TrustOptions } from './tls-options.ts'
import { Trusts } from './trusts.ts'

export interface AgentOptions {
  /** The registry, where there is one: only there the client certificate is shown and `skipsVerification` applies. */
  readonly origin?: URL
  /** Token services, with their ports, that may be near this machine. */
  readonly tokenHosts?: readonly string[]
  /** Names to addresses, for token services; node:dns unless given. */
  readonly resolve?: Resolve
  readonly tls?: TlsSettings
  readonly proxies?: Proxies
  /** Read only for NODE_EXTRA_CA_CERTS, SSL_CERT_FILE and SSL_CERT_DIR. */
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
type Target = buildConnector.Options

/**
 * The connections of one client, kept by trust: those to the registry have its client certificate and may
 * be left unverified, those to any other host do neither. The two share no TLS session.
 */
export class Agents {
  readonly #options: AgentOptions
  readonly #limits: ConnectionLimits
  readonly #agents = new Map<Role, Promise<Agent>>()
  readonly #openers = new Map<Role, Promise<(target: Target) => Promise<Socket>>>()
  readonly #trusts: Trusts
  readonly #closing = new AbortController()
  readonly #told = new Set<string>()
  /** By the ends of the connection. */
  readonly #alerts = new Map<string, unknown>()
  readonly #received = new ReceivedBytes()
  readonly #ready = new ReadySockets()

  constructor(options: AgentOptions, limits: ConnectionLimits) {
    this.#options = options
    this.#limits = limits
    this.#trusts = new Trusts(options)
  }

  agentFor(role: Role): Promise<Agent> {
    const agent = this.#agents.get(role) ?? this.#makeAgent(role)
    this.#agents.set(role, agent)
    return agent
  }

  /**
   * The error that TLS gave for the very connection that undici says has closed, if any. A server of TLS 1.3 refuses
   * a client certificate after the handshake; undici then says no more than that the other side has closed.
   */
  alertFor(error: unknown): unknown {
    const ends = isError(error) && 'socket' in error ? endsOf(error.socket) : ''
    const alert = this.#alerts.get(ends)
    this.#alerts.delete(ends)
    return alert
  }

  /** How many bytes of answers have come so far, from one origin or from all. */
  receivedFrom(origin?: string): number {
    return this.#received.from(origin)
  }

  /** Aborts all connections, and the tunnels that are being opened. */
  async destroy(): Promise<void> {
    this.#closing.abort()
    this.#ready.destroy()
    const agents = [...this.#agents.values()]
    this.#agents.clear()
    // One that could not be made has failed the request that wanted it.
    await Promise.allSettled(agents.map(async (agent) => (await agent).destroy()))
  }

  /** Opens connections before there are requests for them. Trouble is that of the request which gets one. */
  async preconnect(role: Role, url: URL, count: number): Promise<void> {
    const open = await this.#opener(role)
    const { protocol, host, hostname, port } = url
    for (let left = count; left > 0; left--) {
      this.#ready.add(host, open({ protocol, host, hostname, port }))
    }
  }

  #opener(role: Role): Promise<(target: Target) => Promise<Socket>> {
    const opener = this.#openers.get(role) ?? this.#makeOpener(role)
    this.#openers.set(role, opener)
    return opener
  }

  async #makeOpener(role: Role): Promise<(target: Target) => Promise<Socket>> {
    const undici = await import('undici')
    const { connectMs: timeout } = this.#limits
    // Without the signal a connection that is being made would outlive the client until its own time-out.
    const signal = busySignal(this.#closing.signal)
    const circle = role === 'registry' ? 'registry' : 'other'
    const known = new Map<TrustOptions, Connector>()
    const connectorFor = (trust: TrustOptions, target: Target): Connector => {
      if (role === 'token') {
        return undici.buildConnector({ timeout, signal, ...trust, ...this.#lookupOf(target) })
      }
      const connector = known.get(trust) ?? undici.buildConnector({ timeout, signal, ...trust })
      known.set(trust, connector)
      return connector
    }
    return (target) => {
      return this.#trusts.with(circle, target.host, (trust) => {
        return this.#connect(target, connectorFor(trust, target))
      })
    }
  }

  async #makeAgent(role: Role): Promise<Agent> {
    const undici = await import('undici')
    const open = await this.#opener(role)
    const { connections, keepAliveMs, headersBytes } = this.#limits
    const take = async (target: Target) => {
      const ready = role === 'registry' ? await this.#ready.take(target.host ?? '') : undefined
      return ready ?? open(target)
    }
    return new undici.Agent({
      // Over HTTP/2 undici loses early answers to uploads of 12 MB and more (distribution, measured).
      allowH2: false,
      connections,
      pipelining: 1,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
      maxHeaderSize: headersBytes,
      connect: (target, done) => {
        take(target).then(
          (open) => done(null, open),
          (error: unknown) => done(isError(error) ? error : new Error(String(error)), null)
        )
      }
    })
  }

  async #connect(target: Target, connector: Connector): Promise<Socket> {
    const proxy = proxyFor(this.#options.proxies ?? NO_PROXIES, target)
    const tunnel = proxy && (await this.#openTunnel(proxy, target))
    if (tunnel && target.protocol !== 'https:') return this.#listening(target, tunnel)
    const socket = new Promise<Socket>((resolve, reject) => {
      connector(tunnel ? { ...target, httpSocket: tunnel } : target, (error, open) => {
        if (error) reject(error)
        else resolve(open)
      })
    })
    return socket.then(
      (open) => this.#listening(target, open),
      (error: unknown) => {
        tunnel?.destroy()
        throw error
      }
    )
  }

  #lookupOf({ host = '' }: buildConnector.Options) {
    const { origin, tokenHosts = [], resolve } = this.#options
    if (!origin || tokenHosts.includes(host)) return {}
    return { lookup: nearLookup({ registry: origin, host, resolve }) }
  }

  async #openTunnel(proxy: NamedProxy, target: Target): Promise<Socket> {
    if (!proxy || proxy instanceof Failure) throw proxy
    const { host } = proxy.url
    this.#tell(`${target.hostname} is reached through the proxy ${host}.`)
    const { openTunnel } = await import('./tunnel.ts')
    const { signal } = this.#closing
    const timeoutMs = this.#limits.connectMs
    return this.#trusts.with('other', host, (trust) => {
      return openTunnel(proxy, target, { trust, timeoutMs, signal })
    })
  }

  #listening({ protocol, host }: Target, socket: Socket): Socket {
    // Asked for while it is open: what has closed does not know its ends.
    const ends = endsOf(socket)
    socket.on('error', (error) => {
      if (isAlert(error)) this.#alerts.set(ends, error)
    })
    this.#received.watch(`${protocol}//${host}`, socket)
    return socket
  }

  #tell(text: string): void {
    if (this.#told.has(text)) return
    this.#told.add(text)
    this.#options.logger.info(text)
  }
}

/** Both ends of a connection, as a socket or undici has them. */
function endsOf(socket: unknown): string {
  if (typeof socket !== 'object' || socket === null) return ''
  const ends = ['localAddress', 'localPort', 'remoteAddress', 'remotePort']
  return ends.map((name) => Reflect.get(socket, name)).join(' ')
}

/** Also one of another realm, such as those of Node for code in a context of its own. */
function isError(error: unknown): error is Error {
  return typeof error === 'object' && error !== null && 'message' in error
}
