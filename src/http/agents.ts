import type { Socket } from 'node:net'
import type { Agent } from 'undici'
import type { SocketTarget } from './connect-socket.ts'
import type { Role } from './network-failure.ts'
import { type ConnectOptions, type OpenSocket, SocketOpener } from './open-socket.ts'
import { PreconnectedSockets } from './preconnected-sockets.ts'
import { WatchedSockets } from './watched-sockets.ts'

interface ConnectionLimits {
  readonly connectMs: number
  readonly keepAliveMs: number
  /** Of one host. */
  readonly connections: number
  readonly headersBytes: number
}

/**
 * The connections of one client, kept by trust: those to the registry have its client certificate and may
 * be left unverified, those to any other host do neither. The two share no TLS session.
 */
export class Agents {
  readonly #limits: ConnectionLimits
  readonly #sockets: SocketOpener
  readonly #agents = new Map<Role, Promise<Agent>>()
  readonly #openers = new Map<Role, OpenSocket>()
  readonly #watched = new WatchedSockets()
  readonly #preconnected = new PreconnectedSockets()

  constructor(options: ConnectOptions, limits: ConnectionLimits) {
    this.#limits = limits
    this.#sockets = new SocketOpener(options, limits.connectMs)
  }

  agentFor(role: Role): Promise<Agent> {
    const agent = this.#agents.get(role) ?? this.#makeAgent(role)
    this.#agents.set(role, agent)
    return agent
  }

  /** The TLS alert for the very connection that undici says has closed, see {@link WatchedSockets}. */
  alertFor(error: unknown): unknown {
    return this.#watched.alertFor(error)
  }

  /** How many bytes of answers have come so far, from one origin or from all. */
  receivedFrom(origin?: string): number {
    return this.#watched.receivedFrom(origin)
  }

  /** Aborts all connections, and the tunnels that are being opened. */
  async destroy(): Promise<void> {
    this.#sockets.close()
    this.#preconnected.destroy()
    const agents = [...this.#agents.values()]
    this.#agents.clear()
    // One that could not be made has failed the request that wanted it.
    await Promise.allSettled(agents.map(async (agent) => (await agent).destroy()))
  }

  /** Opens connections before there are requests for them. Trouble is that of the request which gets one. */
  preconnect(role: Role, url: URL, count: number): void {
    const open = this.#openerFor(role)
    const { protocol, host, hostname, port } = url
    for (let left = count; left > 0; left--) {
      this.#preconnected.add(keyOf(role, host), open({ protocol, host, hostname, port }))
    }
  }

  #openerFor(role: Role): OpenSocket {
    const opener = this.#openers.get(role) ?? this.#makeOpener(role)
    this.#openers.set(role, opener)
    return opener
  }

  #makeOpener(role: Role): OpenSocket {
    const open = this.#sockets.openerFor(role)
    return async (target) => this.#watched.watch(target, await open(target))
  }

  async #makeAgent(role: Role): Promise<Agent> {
    const undici = await import('undici')
    const open = this.#openerFor(role)
    const { connections, keepAliveMs, headersBytes } = this.#limits
    const take = async (target: SocketTarget): Promise<Socket> => {
      const preconnected = await this.#preconnected.take(keyOf(role, target.host ?? ''))
      return preconnected ?? open(target)
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
          (socket) => done(null, socket),
          (error: unknown) => done(isError(error) ? error : new Error(String(error)), null)
        )
      }
    })
  }
}

/** Also one of another realm, such as those of Node for code in a context of its own. */
function isError(error: unknown): error is Error {
  return typeof error === 'object' && error !== null && 'message' in error
}

/** Connections of one role are no good for another: they may show another certificate. */
function keyOf(role: Role, host: string): string {
  return `${role} ${host}`
}
