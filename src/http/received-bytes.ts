import type { Socket } from 'node:net'

interface Watched {
  readonly origin: string
  readonly socket: Socket
  /** What had come over the connection before it was watched. */
  readonly before: number
}

/**
 * Counts the bytes of answers by origin, over connections that come and go. Bytes of a TLS handshake and of a proxy
 * that opens a tunnel are not counted: Node counts what TLS has decrypted, and a tunnel is watched once it is open.
 */
export class ReceivedBytes {
  readonly #open = new Set<Watched>()
  readonly #closed = new Map<string, number>()

  /** Counts what comes over a connection from now on. */
  watch(origin: string, socket: Socket): void {
    const watched = { origin, socket, before: socket.bytesRead }
    this.#open.add(watched)
    socket.once('close', () => {
      this.#open.delete(watched)
      this.#closed.set(origin, (this.#closed.get(origin) ?? 0) + received(watched))
    })
  }

  /** How many have come so far: from an origin, or from all of them. */
  from(origin?: string): number {
    const closed = [...this.#closed].map(([from, bytes]) => ({ from, bytes }))
    const open = [...this.#open].map((watched) => ({
      from: watched.origin,
      bytes: received(watched)
    }))
    return [...closed, ...open]
      .filter(({ from }) => origin === undefined || from === origin)
      .reduce((sum, { bytes }) => sum + bytes, 0)
  }
}

function received({ socket, before }: Watched): number {
  return socket.bytesRead - before
}
