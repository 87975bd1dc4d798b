import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach } from '@jest/globals'

/** A line to a registry on which each connection stops after some bytes, either way, until it is released. */
export interface SlowLine {
  readonly host: string
  readonly release: () => void
}

/** Makes lines that are closed after each test of the file. */
export function useSlowLines(): (registry: string, bytes: number) => Promise<SlowLine> {
  const servers: Server[] = []
  const sockets: Socket[] = []
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await Promise.all(
      servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))
    )
  })
  return async (registry, bytes) => {
    const [host = '', port] = registry.split(':')
    let isReleased = false
    const stopped: Socket[] = []
    const server = createServer((near) => {
      const far = connect(Number(port), host)
      let left = bytes
      sockets.push(near, far)
      for (const [from, to] of pairsOf(near, far)) {
        from.on('data', (chunk) => {
          left -= chunk.length
          to.write(chunk)
          if (left > 0 || isReleased) return
          from.pause()
          stopped.push(from)
        })
        from.once('end', () => to.end())
        from.on('error', () => to.destroy())
      }
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return {
      host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      release: () => {
        isReleased = true
        for (const socket of stopped.splice(0)) socket.resume()
      }
    }
  }
}

function pairsOf(near: Socket, far: Socket): readonly (readonly [Socket, Socket])[] {
  return [
    [near, far],
    [far, near]
  ]
}
