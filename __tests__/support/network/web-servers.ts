import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach } from '@jest/globals'

/** A request as a server saw it. */
export interface SeenRequest {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** The name in the client certificate, where one was shown. */
  readonly client: string | undefined
}

/** A server of files, which records what it is asked. */
export interface WebServer {
  readonly host: string
  /** Its origin, with `path` behind it. */
  readonly at: (path?: string) => string
  readonly requests: readonly SeenRequest[]
}

/** What is answered: a body, or what a listener does. */
export type Pages = Readonly<Record<string, string | Buffer | RequestListener>>

/** Starts servers on loopback that are stopped after each test of the file; by https where they get a certificate. */
export function useWebServers(): (pages: Pages, tls?: ServerOptions) => Promise<WebServer> {
  const running: Server[] = []
  afterEach(async () => {
    for (const server of running.splice(0)) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  })
  return async (pages, tls) => {
    const requests: SeenRequest[] = []
    const listener: RequestListener = (request, response) => {
      const { url: path = '', headers } = request
      requests.push({ path, headers, client: clientOf(request) })
      const page = pages[path.replace(/\?.*/, '')] ?? pages['*']
      if (typeof page === 'function') page(request, response)
      else response.writeHead(page === undefined ? 404 : 200).end(page ?? 'not here')
    }
    const server = tls ? createTlsServer(tls, listener) : createServer(listener)
    running.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const at = (path = '') => `${tls ? 'https' : 'http'}://${host}${path}`
    return { host, at, requests }
  }
}

/** A listener that redirects. */
export function redirectTo(location: string, status = 302): RequestListener {
  return (_, response) => response.writeHead(status, { location }).end()
}

/** A listener that answers with a status and headers. */
export function answer(
  status: number,
  body: string | Buffer = '',
  headers: Readonly<Record<string, string>> = {}
): RequestListener {
  return (_, response) => response.writeHead(status, headers).end(body)
}

function clientOf({ socket }: IncomingMessage): string | undefined {
  const certificate: unknown =
    'getPeerCertificate' in socket
      ? (socket as { getPeerCertificate(): unknown }).getPeerCertificate()
      : undefined
  const subject = (certificate as { subject?: { CN?: string } } | undefined)?.subject
  return subject?.CN
}
