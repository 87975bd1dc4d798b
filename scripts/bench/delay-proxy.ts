// A network of a chosen round trip, on one machine: what passes is held back, in each direction.
import { connect, createServer, type Server, type Socket } from 'node:net'
import { freePort } from '../../__tests__/support/registry/server-processes.ts'

/** What has passed since the last `reset`; bytes are those of TCP, with TLS and headers. */
export interface Traffic {
  readonly connections: number
  readonly sentBytes: number
  readonly receivedBytes: number
}

const NOTHING: Traffic = { connections: 0, sentBytes: 0, receivedBytes: 0 }

/**
 * Passes TCP connections on to a server of loopback and delays every byte by half of the round trip.
 * The kernel accepts a connection at once, so the handshake is added to the first bytes: what a client sends
 * within one round trip of its `connect` counts as sent at the end of it. Bandwidth is not limited, nor is the
 * number of bytes under way; a receiver that stops reading stops the sender, as it does without the proxy.
 */
export class DelayProxy {
  /** For bytes that come from now on. */
  roundTripMs = 0
  readonly #target: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #port = 0
  #traffic = NOTHING

  private constructor(target: number) {
    this.#target = target
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      this.#serve(client)
    })
  }

  /** Listens on a free port of loopback, before the server at port `target` of loopback. */
  static async start(target: number): Promise<DelayProxy> {
    const proxy = new DelayProxy(target)
    proxy.#port = await freePort()
    await new Promise<void>((resolve) => {
      proxy.#server.listen(proxy.#port, '127.0.0.1', resolve)
    })
    return proxy
  }

  get port(): number {
    return this.#port
  }

  get traffic(): Traffic {
    return this.#traffic
  }

  /** How many connections are still open, on either side. */
  get open(): number {
    return this.#sockets.size
  }

  reset(): void {
    this.#traffic = NOTHING
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #serve(client: Socket): void {
    const established = performance.now() + this.roundTripMs
    const server = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true })
    server.setNoDelay(true)
    this.#keep(client, server)
    this.#count({ connections: 1 })
    const oneWay = () => this.roundTripMs / 2
    carry(client, server, (now) => Math.max(now, established) + oneWay())
    carry(server, client, (now) => now + oneWay())
    client.on('data', ({ length }: Buffer) => this.#count({ sentBytes: length }))
    server.on('data', ({ length }: Buffer) => this.#count({ receivedBytes: length }))
  }

  #keep(...sockets: readonly Socket[]): void {
    for (const socket of sockets) {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    }
  }

  #count(more: Partial<Traffic>): void {
    const { connections, sentBytes, receivedBytes } = this.#traffic
    this.#traffic = {
      connections: connections + (more.connections ?? 0),
      sentBytes: sentBytes + (more.sentBytes ?? 0),
      receivedBytes: receivedBytes + (more.receivedBytes ?? 0)
    }
  }
}

/**
 * Bytes that are due and that the receiver has not read yet, before the sender is stopped. Half of it lasts until
 * bytes that are sent after a stop have passed: 600 MB/s for 50 ms.
 */
const BACKLOG_BYTES = 64 * 2 ** 20

/** Hands everything that comes from one socket to the other one when it is due: bytes, the end, a reset. */
function carry(from: Socket, to: Socket, dueAt: (now: number) => number): void {
  const line = new DelayLine()
  const later = (action: () => void) => line.add(dueAt(performance.now()), action)
  from.on('data', (bytes: Buffer) => later(() => write(to, bytes, from)))
  from.once('end', () => later(() => to.end()))
  // `close` follows, and says that there was an error.
  from.on('error', () => undefined)
  from.once('close', (failed) => later(() => (failed ? to.resetAndDestroy() : to.destroySoon())))
}

function write(to: Socket, bytes: Buffer, from: Socket): void {
  if (to.destroyed) return
  to.write(bytes, () => {
    if (from.isPaused() && to.writableLength < BACKLOG_BYTES / 2) from.resume()
  })
  if (to.writableLength > BACKLOG_BYTES) from.pause()
}

interface Entry {
  readonly due: number
  readonly action: () => void
}

/** Runs actions at their times, in the order in which they were added. */
class DelayLine {
  #entries: Entry[] = []
  #isWaiting = false

  /** @param due a time of `performance.now()`, not before that of the last entry */
  add(due: number, action: () => void): void {
    this.#entries.push({ due, action })
    if (!this.#isWaiting) this.#run()
  }

  #run(): void {
    const now = performance.now()
    const later = this.#entries.findIndex(({ due }) => due > now)
    const ready = this.#entries.splice(0, later === -1 ? this.#entries.length : later)
    for (const { action } of ready) action()
    const next = this.#entries[0]
    this.#isWaiting = next !== undefined
    if (next) this.#wait(next.due - performance.now())
  }

  /** Timers know whole milliseconds, so the last one passes in turns of the event loop. */
  #wait(ms: number): void {
    if (ms > 1) setTimeout(() => this.#run(), Math.floor(ms))
    else setImmediate(() => this.#run())
  }
}
