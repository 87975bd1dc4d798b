import type { Socket } from 'node:net'
import { isObject } from '../shared/json.ts'
import { isAlert } from './network-failure.ts'

interface Watched {
  readonly origin: string
  readonly socket: Socket
  /** What had come over the connection before it was watched. */
  readonly before: number
}

/**
 * What is learned from connections that come and go: how many bytes of answers came from an origin, and the errors of
 * TLS that undici does not pass on. Bytes of a TLS handshake and of a proxy that opens a tunnel are not counted: Node
 * counts what TLS has decrypted, and a tunnel is watched once it is open.
 */
export class WatchedSockets {
  readonly #open = new Set<Watched>()
  readonly #closed = new Map<string, number>()
  /** By the ends of the connection. */
  readonly #alerts = new Map<string, unknown>()

  /** Watches a connection to a host from now on, and returns it. */
  watch(
    { protocol, host }: { readonly protocol: string; readonly host?: string | undefined },
    socket: Socket
  ): Socket {
    const origin = `${protocol}//${host}`
    const watched = { origin, socket, before: socket.bytesRead }
    // Asked for while it is open: what has closed does not know its ends.
    const ends = endsOf(socket)
    this.#open.add(watched)
    socket.on('error', (error) => {
      if (isAlert(error)) this.#alerts.set(ends, error)
    })
    socket.once('close', () => {
      this.#open.delete(watched)
      this.#closed.set(origin, (this.#closed.get(origin) ?? 0) + received(watched))
    })
    return socket
  }

  /** How many bytes have come so far: from an origin, or from all of them. */
  receivedFrom(origin?: string): number {
    const closed = [...this.#closed].map(([from, bytes]) => ({ from, bytes }))
    const open = [...this.#open].map((watched) => {
      return { from: watched.origin, bytes: received(watched) }
    })
    return [...closed, ...open]
      .filter(({ from }) => origin === undefined || from === origin)
      .reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /**
   * The error that TLS gave for the very connection that undici says has closed, if any. A server of TLS 1.3 refuses
   * a client certificate after the handshake; undici then says no more than that the other side has closed.
   */
  alertFor(error: unknown): unknown {
    const ends = isObject(error) ? endsOf(error['socket']) : ''
    const alert = this.#alerts.get(ends)
    this.#alerts.delete(ends)
    return alert
  }
}

function received({ socket, before }: Watched): number {
  return socket.bytesRead - before
}

/** Both ends of a connection, as a socket or undici has them. */
function endsOf(socket: unknown): string {
  if (!isObject(socket)) return ''
  const ends = ['localAddress', 'localPort', 'remoteAddress', 'remotePort']
  return ends.map((name) => socket[name]).join(' ')
}
