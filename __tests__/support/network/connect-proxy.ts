// Without Jest, so that scripts can use it too.
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'

export interface ForwardProxyOptions {
  /** `user:password` that it wants; none unless given. */
  readonly login?: string
  /** Where it leads to, by what CONNECT names; loopback is never reached through a proxy, so names are made up. */
  readonly routes?: Readonly<Record<string, string>>
  /** Answers every CONNECT with this status. */
  readonly status?: number
  /** Never answers. */
  readonly hangs?: boolean
  readonly tls?: { readonly key: string; readonly cert: string }
}

/** A forward proxy that only knows CONNECT, and records everything that it was sent. */
export class TestProxy {
  /** Request lines and headers of all requests. */
  readonly requests: { readonly line: string; readonly headers: IncomingMessage['headers'] }[] = []
  readonly #sent: Buffer[] = []
  readonly #sockets = new Set<Socket>()
  readonly #server: Server
  readonly #options: ForwardProxyOptions

  private constructor(options: ForwardProxyOptions) {
    this.#options = options
    this.#server = options.tls ? createTlsServer(options.tls) : createServer()
    this.#server.on('request', (request, response) => {
      this.#record(request)
      response.writeHead(405).end()
    })
    this.#server.on('connect', (request, socket: Socket) => this.#connect(request, socket))
  }

  static async start(options: ForwardProxyOptions = {}): Promise<TestProxy> {
    const proxy = new TestProxy(options)
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** How many connections are open, to it and onwards. */
  get open(): number {
    return this.#sockets.size
  }

  /** All bytes that went through tunnels towards the targets. */
  get sent(): Buffer {
    return Buffer.concat(this.#sent)
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #record({ method, url, headers }: IncomingMessage): void {
    this.requests.push({ line: `${method} ${url}`, headers })
  }

  #connect(request: IncomingMessage, socket: Socket): void {
    this.#record(request)
    this.#keep(socket)
    const { hangs, status, routes = {} } = this.#options
    if (hangs) {
      socket.resume().once('end', () => socket.destroy())
      return
    }
    const route = routes[request.url ?? '']
    const answer = this.#isAllowed(request) ? (status ?? (route ? 200 : 502)) : 407
    if (answer !== 200 || !route) {
      socket.end(`HTTP/1.1 ${answer} Refused by the test\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    const [host = '', port] = route.split(':')
    const onwards = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.on('data', (chunk: Buffer) => this.#sent.push(chunk))
      socket.pipe(onwards).pipe(socket)
    })
    this.#keep(onwards)
    onwards.once('close', () => socket.destroy())
    socket.once('close', () => onwards.destroy())
  }

  #isAllowed({ headers }: IncomingMessage): boolean {
    const { login } = this.#options
    if (login === undefined) return true
    return headers['proxy-authorization'] === `Basic ${Buffer.from(login).toString('base64')}`
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy()).once('close', () => this.#sockets.delete(socket))
  }
}
