import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as a service saw it. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface SoundAnswer {
  readonly status: number
  readonly body: Buffer | object
  readonly headers?: Record<string, string>
}

/** Answers in place of the service; false where the service is to answer. */
export type Fault = (request: SeenRequest, response: ServerResponse, count: number) => boolean

/** An http server on loopback with an answer for every request, and faults of the test. */
export class FakeService {
  readonly requests: SeenRequest[] = []
  fault: Fault = () => false
  /** What the service does with a request, without a fault. */
  readonly handle: (request: SeenRequest) => SoundAnswer
  readonly #server: Server
  url = new URL('http://127.0.0.1')

  constructor(answer: (request: SeenRequest) => SoundAnswer) {
    this.handle = answer
    this.#server = createServer(async (incoming, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk)
      const { method = '', url: path = '', headers } = incoming
      const request = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') }
      this.requests.push(request)
      if (this.fault(request, response, this.requests.length)) return
      const { status, body, headers: more } = answer(request)
      response.writeHead(status, more)
      response.end(Buffer.isBuffer(body) ? body : JSON.stringify(body))
    })
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.url = new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** A fault that always answers so. */
export function always(
  status: number,
  body: string | object = '',
  headers: Readonly<Record<string, string>> = {}
): Fault {
  return (_, response) => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
    return true
  }
}

/** A fault of the first requests alone. */
export function first(count: number, fault: Fault): Fault {
  return (request, response, number) => number <= count && fault(request, response, number)
}

/** No answer at all. */
export const HANGS: Fault = () => true
