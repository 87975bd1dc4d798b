// Without Jest, so that scripts can use it too.
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join, normalize } from 'node:path'
import { gzipSync } from 'node:zlib'

export interface ChartServerOptions {
  /** Makes it speak https. */
  readonly tls?: ServerOptions
  /** Without it, everything is answered with 401. */
  readonly login?: { readonly username: string; readonly password: string }
}

export interface ChartRequest {
  /** With its query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
}

/** A classic repository: serves the files of a folder, an index compressed for those who take that. */
export class ChartServer {
  readonly requests: ChartRequest[] = []
  readonly #server: Server
  readonly #folder: string
  readonly #isTls: boolean
  readonly #authorization: string | undefined

  private constructor(folder: string, { tls, login }: ChartServerOptions) {
    this.#folder = folder
    this.#isTls = tls !== undefined
    const encoded = login && Buffer.from(`${login.username}:${login.password}`).toString('base64')
    this.#authorization = encoded === undefined ? undefined : `Basic ${encoded}`
    const listener = (request: IncomingMessage, response: ServerResponse) => {
      void this.#answer(request, response)
    }
    this.#server = tls ? createTlsServer(tls, listener) : createServer(listener)
  }

  static async start(folder: string, options: ChartServerOptions = {}): Promise<ChartServer> {
    const server = new ChartServer(folder, options)
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    return server
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** An address of it, by a name of this machine. */
  at(path: string, name: '127.0.0.1' | 'localhost' = '127.0.0.1'): string {
    return `${this.#isTls ? 'https' : 'http'}://${name}:${this.port}${path}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer({ url = '', headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push({ path: url, headers })
    if (this.#authorization !== undefined && headers.authorization !== this.#authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="charts"' }).end('who are you?')
      return
    }
    const path = normalize(decodeURIComponent(url.replace(/\?.*/s, '')))
    const bytes = await readFile(join(this.#folder, path)).catch(() => undefined)
    if (!bytes) response.writeHead(404).end('not here')
    else if (path.endsWith('index.yaml') && /\bgzip\b/.test(headers['accept-encoding'] ?? '')) {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(bytes))
    } else response.end(bytes)
  }
}
