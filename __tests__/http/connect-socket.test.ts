import { type AddressInfo, type LookupFunction, type Server, connect as tcpConnect } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import { afterEach, expect, test } from '@jest/globals'
import { connectSocket, type SocketOptions } from '../../src/http/connect-socket.ts'
import { Authority } from '../support/network/certificates.ts'
import { useRawServers } from '../support/registry/raw-servers.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRaw = useRawServers()
const open: { server?: Server; socket?: TLSSocket }[] = []
afterEach(() => {
  for (const { server, socket } of open.splice(0)) {
    socket?.destroy()
    server?.close()
  }
})

/** Every name is this machine. */
const lookup: LookupFunction = (_, { all }, done) => {
  if (all) done(null, [{ address: '127.0.0.1', family: 4 }])
  else done(null, '127.0.0.1', 4)
}

function options(more: Partial<SocketOptions> = {}): SocketOptions {
  const signal = new AbortController().signal
  const trust = { rejectUnauthorized: false }
  return { trust, timeoutMs: 5000, signal, lookup, sessions: new Map(), ...more }
}

/** A server that notes the names by which it is asked for; '' where none was given. */
async function startTls(): Promise<{ readonly port: string; readonly names: readonly string[] }> {
  const { key, cert } = new Authority(workspace).issue('server', { names: 'DNS:registry.test' })
  const names: string[] = []
  const server = createServer({ key, cert }, (socket) => {
    open.push({ socket })
    names.push(socket.servername || '')
    socket.write('noted')
  })
  open.push({ server })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { port: `${port}`, names }
}

test.each([
  ['a name', 'registry.test', 'registry.test'],
  ['a name with a final dot, without it', 'registry.test.', 'registry.test'],
  ['an address, by no name', '127.0.0.1', '']
])('a server is asked for by %s', async (_, hostname, name) => {
  const { port, names } = await startTls()
  const target = { protocol: 'https:', hostname, port }
  const socket = await connectSocket(target, options())
  await new Promise((resolve) => socket.once('data', resolve))
  socket.destroy()
  expect(names).toEqual([name])
})

test('a tunnel that is closed on this side fails the connection through it at once', async () => {
  const { url } = await startRaw(() => undefined)
  const tunnel = tcpConnect(Number(url.port), url.hostname)
  await new Promise<void>((resolve) => tunnel.once('connect', resolve))
  const target = { protocol: 'https:', hostname: 'registry.test', port: '' }
  const connected = connectSocket(target, options({ tunnel }))
  setTimeout(() => tunnel.destroy(), 50)
  await expect(connected).rejects.toThrow('the connection to registry.test was closed')
})
