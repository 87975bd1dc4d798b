// Without Jest, so that scripts can use it too.
import { type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A whole answer. */
export interface Reply {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** Makes the same request to another host, and gives its answer. */
export function forward(
  { method, url = '', headers }: IncomingMessage,
  body: Buffer,
  host: string
): Promise<Reply> {
  const [hostname, port] = host.split(':')
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path: url, headers }, (incoming) => {
      bytesOf(incoming).then((bytes) => {
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: bytes })
      }, reject)
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

export async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export function answer(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, withoutHops(headers))
  response.end(body)
}

export function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy()
}

export function withoutHops(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  const { connection: _, 'transfer-encoding': __, 'keep-alive': ___, ...others } = headers
  return others
}

/** A server on a free port of loopback that can be stopped while clients are connected. */
export class LoopbackServer {
  /** Connections that clients have opened. */
  connections = 0
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(server: Server) {
    this.#server = server
    server.on('connection', (socket) => {
      this.connections += 1
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
