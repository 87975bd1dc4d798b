import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from '@jest/globals'
import { DelayProxy } from '../../scripts/bench/delay-proxy.ts'

/** What a machine adds. */
const LATE_MS = 15
/** A busy machine delays some of the tries. */
const TRIES = 20
const ends: (() => unknown)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A server behind a proxy, and a way to connect to it through the proxy. */
async function network(roundTripMs: number, serve: (socket: Socket) => void) {
  const server: Server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    ends.push(() => socket.destroy())
    serve(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy = await DelayProxy.start((server.address() as AddressInfo).port)
  proxy.roundTripMs = roundTripMs
  const open = () => {
    const options = { host: '127.0.0.1', port: proxy.port, noDelay: true, allowHalfOpen: true }
    const client = connect(options)
    ends.push(() => client.destroy())
    return client
  }
  ends.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => proxy.stop()
  )
  return { proxy, open }
}

const echo = (socket: Socket) => void socket.on('error', () => undefined).pipe(socket)

async function exchange(client: Socket): Promise<number> {
  const started = performance.now()
  client.write('x')
  await once(client, 'data')
  return performance.now() - started
}

/** Never less than `ms`; and in one of the tries not much more. */
async function expectToTake(ms: number, measure: () => Promise<number>): Promise<void> {
  const times: number[] = []
  while (times.length < TRIES && !times.some((time) => time < ms + LATE_MS)) {
    times.push(await measure())
    expect(Math.min(...times)).toBeGreaterThanOrEqual(ms - 1)
  }
  expect(Math.min(...times)).toBeLessThan(ms + LATE_MS)
}

describe.each([20, 50, 100])('a round trip of %i ms', (ms) => {
  test('the first answer takes two of them, one for the handshake, and every later one takes one', async () => {
    const { open } = await network(ms, echo)
    const client = open()
    await exchange(client)
    await expectToTake(2 * ms, () => exchange(open()))
    await expectToTake(ms, () => exchange(client))
  })
})

test('a connection that was opened earlier has its handshake behind it', async () => {
  const { open } = await network(60, echo)
  await expectToTake(60, async () => {
    const client = open()
    await sleep(70)
    return exchange(client)
  })
})

test('without a round trip nothing waits', async () => {
  const { open } = await network(0, echo)
  await expectToTake(0, () => exchange(open()))
})

test('bytes in both directions are delayed by half of it', async () => {
  let received = 0
  const { open } = await network(100, (socket) => {
    socket
      .on('error', () => undefined)
      .once('data', () => {
        received = performance.now()
        socket.write('y')
      })
  })
  const client = open()
  await sleep(110)
  const started = performance.now()
  client.write('x')
  await once(client, 'data')
  const ended = performance.now()
  expect(received - started).toBeGreaterThanOrEqual(49)
  expect(ended - received).toBeGreaterThanOrEqual(49)
})

test('bandwidth is not limited: 32 MB arrive unchanged, in little more than the round trips', async () => {
  const content = randomBytes(32_000_000)
  const { open, proxy } = await network(100, (socket) => {
    const hash = createHash('sha256')
    socket.on('data', (bytes) => hash.update(bytes))
    socket.once('end', () => socket.end(hash.digest('hex')))
  })
  const client = open()
  const started = performance.now()
  client.end(content)
  const [answer] = await once(client, 'data')
  // A window of 1 MB for each round trip takes 3.2 s.
  expect(performance.now() - started).toBeLessThan(2000)
  expect(String(answer)).toBe(createHash('sha256').update(content).digest('hex'))
  await once(client, 'close')
  expect(proxy.traffic).toEqual({ connections: 1, sentBytes: 32_000_000, receivedBytes: 64 })
})

test('a receiver that does not read stops the sender, until it reads', async () => {
  let received = 0
  let receiver: Socket | undefined
  const { open, proxy } = await network(20, (socket) => {
    receiver = socket
      .on('error', () => undefined)
      .on('data', ({ length }) => {
        received += length
      })
    socket.pause().once('end', () => socket.end('done'))
  })
  const client = open()
  client.end(Buffer.alloc(200_000_000))
  let sent = -1
  while (proxy.traffic.sentBytes !== sent) {
    sent = proxy.traffic.sentBytes
    await sleep(300)
  }
  expect(sent).toBeLessThan(150_000_000)
  receiver?.resume()
  await once(client, 'data')
  expect(received).toBe(200_000_000)
})

test('the end of one direction leaves the other one open', async () => {
  const { open } = await network(20, (socket) => {
    let request = ''
    socket.on('data', (bytes) => {
      request += bytes
    })
    socket.once('end', () => socket.end(`answer to ${request}`))
  })
  const client = open()
  client.end('request')
  const [answer] = await once(client, 'data')
  expect(String(answer)).toBe('answer to request')
})

test('an answer that ends with its connection arrives whole', async () => {
  const { open } = await network(40, (socket) => {
    socket.once('data', () => socket.end(Buffer.alloc(1_000_000)))
  })
  const client = open()
  client.write('x')
  let length = 0
  client.on('data', (bytes) => {
    length += bytes.length
  })
  await once(client, 'end')
  expect(length).toBe(1_000_000)
})

test('a reset arrives as a reset, half a round trip later', async () => {
  const { open } = await network(40, (socket) => {
    socket.once('data', () => socket.resetAndDestroy())
  })
  const client = open()
  const started = performance.now()
  client.write('x')
  const [error] = await once(client, 'error').catch((thrown) => [thrown])
  expect(error).toMatchObject({ code: 'ECONNRESET' })
  expect(performance.now() - started).toBeGreaterThanOrEqual(79)
})

test('a server that is gone refuses connections', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const proxy = await DelayProxy.start(port)
  ends.push(() => proxy.stop())
  const client = connect({ host: '127.0.0.1', port: proxy.port })
  const [error] = await once(client, 'error').catch((thrown) => [thrown])
  expect(error).toMatchObject({ code: 'ECONNRESET' })
})

test('connections and bytes are counted since the last reset', async () => {
  const { open, proxy } = await network(0, echo)
  const [one, two] = [open(), open()]
  await Promise.all([exchange(one), exchange(two)])
  expect(proxy.traffic).toEqual({ connections: 2, sentBytes: 2, receivedBytes: 2 })
  proxy.reset()
  await exchange(one)
  expect(proxy.traffic).toEqual({ connections: 0, sentBytes: 1, receivedBytes: 1 })
  expect(proxy.open).toBe(4)
})
