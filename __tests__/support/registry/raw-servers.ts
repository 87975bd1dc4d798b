import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach } from '@jest/globals'

/** A server of bytes: what it does with a connection is the test's. */
export interface RawServer {
  readonly url: URL
  /** How many connections have come in. */
  readonly accepted: () => number
  /** How many of them are open. */
  readonly open: () => number
  readonly received: () => string
}

/** Starts servers that are stopped, with their connections, after each test of the file. */
export function useRawServers(): (
  serve: (socket: Socket, text: string) => void,
  connected?: (socket: Socket) => void
) => Promise<RawServer> {
  const running: { readonly server: Server; readonly sockets: Socket[] }[] = []
  afterEach(async () => {
    for (const { server, sockets } of running.splice(0)) {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    }
  })
  return async (serve, connected) => {
    const sockets: Socket[] = []
    let received = ''
    const server = createServer((socket) => {
      sockets.push(socket)
      connected?.(socket)
      socket.on('error', () => socket.destroy())
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1')
        serve(socket, chunk.toString('latin1'))
      })
    })
    running.push({ server, sockets })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    return {
      url: new URL(`http://127.0.0.1:${port}/v2/`),
      accepted: () => sockets.length,
      open: () => sockets.filter(({ destroyed }) => !destroyed).length,
      received: () => received
    }
  }
}
