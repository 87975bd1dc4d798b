import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import type { HttpRequest } from '../../src/http/message.ts'
import { codeOf, Failure } from '../../src/shared/failure.ts'
import { RecordingLogger } from '../support/log.ts'
import { useTransports } from '../support/network/transports.ts'
import { useRawServers } from '../support/registry/raw-servers.ts'
import { useRegistries } from '../support/registry/servers.ts'

const startRegistry = useRegistries()
const startRaw = useRawServers()
const makeTransport = useTransports()

function requestTo(url: URL, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url, headers: {}, ...more }
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason
  )
  if (error instanceof Failure) return error
  throw new Error(`this is no failure: ${error}`)
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'

/** Writes `text` again and again until the connection is closed. */
function drip(socket: Socket, text: string, pauseMs: number): void {
  const timer = setInterval(() => socket.write(text), pauseMs)
  socket.once('close', () => clearInterval(timer))
}

describe('connections', () => {
  test('are kept: requests in a row share one, HEAD among them', async () => {
    const server = await startRaw((socket, text) => {
      socket.write(text.startsWith('HEAD') ? 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n' : OK)
    })
    const transport = makeTransport()
    for (const method of ['GET', 'HEAD', 'POST', 'HEAD', 'PUT', 'DELETE', 'GET'] as const) {
      const body = method === 'PUT' ? { body: Buffer.from('content') } : {}
      await transport.send(requestTo(server.url, { method, ...body }))
    }
    expect(server.accepted()).toBe(1)
  })

  test('are kept when the answers were refusals', async () => {
    const body = '{"errors":[{"code":"UNAUTHORIZED"}]}'
    const server = await startRaw((socket) => {
      socket.write(`HTTP/1.1 401 Unauthorized\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    })
    const transport = makeTransport()
    for (let i = 0; i < 5; i++) await transport.send(requestTo(server.url))
    expect(server.accepted()).toBe(1)
  })

  test('are two at most, however many requests run side by side', async () => {
    const server = await startRaw((socket) => setTimeout(() => socket.write(OK), 20))
    const transport = makeTransport()
    await Promise.all(Array.from({ length: 8 }, () => transport.send(requestTo(server.url))))
    expect(server.accepted()).toBe(2)
  })

  test('that were opened ahead carry what comes after, and nothing before', async () => {
    const server = await startRaw((socket) => socket.write(OK))
    const transport = makeTransport({ origin: server.url, limits: { connections: 3 } })
    await transport.preconnect(5)
    await sleep(50)
    expect([server.accepted(), server.received()]).toEqual([3, ''])
    const requests = Array.from({ length: 3 }, () => transport.send(requestTo(server.url)))
    await Promise.all(requests)
    await transport.send(requestTo(server.url))
    expect(server.accepted()).toBe(3)
  })

  test('that were opened ahead and closed by the server meanwhile are opened anew', async () => {
    const server = await startRaw(
      (socket) => socket.write(OK),
      (socket) => {
        if (server.accepted() === 1) socket.destroy()
      }
    )
    const transport = makeTransport({ origin: server.url })
    await transport.preconnect(1)
    await sleep(50)
    expect((await transport.send(requestTo(server.url))).status).toBe(200)
    expect(server.accepted()).toBe(2)
  })

  test('that cannot be opened ahead fail the request that needs them', async () => {
    const url = new URL('http://127.0.0.1:1/v2/')
    const transport = makeTransport({ origin: url })
    await transport.preconnect(1)
    const failure = await failureOf(transport.send(requestTo(url)))
    expect(failure.message).toContain('the connection was refused')
  })

  test('that nobody needs are closed with the others', async () => {
    const server = await startRaw(() => undefined)
    const transport = makeTransport({ origin: server.url })
    await transport.preconnect(2)
    await sleep(50)
    await transport.close()
    await sleep(50)
    expect([server.accepted(), server.open()]).toEqual([2, 0])
  })
})

describe('an answer', () => {
  test('of more than 64 KiB of headers is refused', async () => {
    const server = await startRaw((socket) => {
      socket.write(`HTTP/1.1 202 Accepted\r\nLocation: /${'x'.repeat(70 * 1024)}\r\n\r\n`)
    })
    const failure = await failureOf(makeTransport().send(requestTo(server.url)))
    expect(failure).toMatchObject({ kind: 'registry' })
    expect(failure.message).toContain('more than 64 KiB of headers')
  })

  test('of 60 KiB of headers is taken: upload locations hold state', async () => {
    const location = `/${'x'.repeat(60 * 1024)}`
    const server = await startRaw((socket) => {
      socket.write(`HTTP/1.1 202 Accepted\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`)
    })
    const { headers } = await makeTransport().send(requestTo(server.url, { method: 'POST' }))
    expect(headers['location']).toBe(location)
  })

  test('that refuses with an endless body is cut at 64 KiB, and is an answer all the same', async () => {
    const server = await startRaw((socket) => {
      socket.write('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 1000000000\r\n\r\n')
      drip(socket, 'x'.repeat(16 * 1024), 1)
    })
    const response = await makeTransport().send(requestTo(server.url))
    expect([response.status, response.body.length]).toEqual([503, 64 * 1024])
  })

  test.each<[string, Partial<HttpRequest>, number]>([
    ['a manifest', {}, 4 * 1024 * 1024],
    ['a token', { purpose: 'token' }, 128 * 1024]
  ])('is refused when it is longer than the cap of %s', async (_, more, cap) => {
    const registry = await startRegistry({
      fault: ({ url }) => ({ status: 200, body: Buffer.alloc(url === '/fits' ? cap : cap + 1) })
    })
    const transport = makeTransport()
    const send = (path: string) =>
      transport.send(requestTo(new URL(`http://${registry.host}${path}`), more))
    expect((await send('/fits')).body.length).toBe(cap)
    const failure = await failureOf(send('/too-long'))
    expect(failure.message).toContain(`more than ${cap} bytes`)
  })

  test('that arrives before the body was sent counts: 413 with a page of HTML and the connection closed', async () => {
    const page = `<html>${'large '.repeat(50)}</html>`
    const server = await startRaw((socket) => {
      socket.removeAllListeners('data').pause()
      const head = `HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: ${page.length}`
      socket.end(`${head}\r\n\r\n${page}`)
    })
    const body = Buffer.alloc(20 * 1024 * 1024)
    const response = await makeTransport().send(requestTo(server.url, { method: 'PUT', body }))
    expect([response.status, response.body.toString()]).toEqual([413, page])
  })

  test('that arrives before the body was read counts: 401 on a connection that stays open', async () => {
    const server = await startRaw((socket) => {
      socket.removeAllListeners('data').resume()
      socket.write('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n')
    })
    const body = Buffer.alloc(20 * 1024 * 1024)
    const response = await makeTransport().send(requestTo(server.url, { method: 'PUT', body }))
    expect(response.status).toBe(401)
  })

  test('with cookies sets none for later requests', async () => {
    const server = await startRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nSet-Cookie: sid=a-cookie\r\nContent-Length: 0\r\n\r\n')
    })
    const transport = makeTransport()
    await transport.send(requestTo(server.url))
    await transport.send(requestTo(server.url))
    expect(server.received()).not.toMatch(/cookie/i)
  })
})

describe('a server that keeps us waiting', () => {
  const limits = { headersMs: 300, uploadMs: 300, bodyMs: 300, connectMs: 300 }

  test('with headers is given up', async () => {
    const server = await startRaw(() => undefined)
    const failure = await failureOf(makeTransport({ limits }).send(requestTo(server.url)))
    expect(failure).toMatchObject({ kind: 'registry' })
    expect(failure.message).toContain('did not answer in time')
    expect(codeOf(failure.cause)).toBe('UND_ERR_HEADERS_TIMEOUT')
  })

  test('with headers that come one letter at a time is given up', async () => {
    const server = await startRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nX-Slow: ')
      drip(socket, 'x', 20)
    })
    const failure = await failureOf(makeTransport({ limits }).send(requestTo(server.url)))
    expect(failure.message).toContain('did not answer in time')
  })

  test('with a body that never ends is given up, also while bytes arrive', async () => {
    const server = await startRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n')
      drip(socket, 'x', 20)
    })
    const failure = await failureOf(makeTransport({ limits }).send(requestTo(server.url)))
    expect(failure.message).toContain('its response stopped before the end')
  })

  test('with a blob is given up when nothing arrives any more', async () => {
    const server = await startRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegin')
    })
    const request = requestTo(server.url, { bodyLimit: 1000 })
    const failure = await failureOf(makeTransport({ limits }).send(request))
    expect(codeOf(failure.cause)).toBe('UND_ERR_BODY_TIMEOUT')
  })

  test('is given up after the time that the request sets', async () => {
    const server = await startRaw(() => undefined)
    const request = requestTo(server.url, { timeoutMs: 100 })
    const failure = await failureOf(makeTransport().send(request))
    expect(codeOf(failure.cause)).toBe('UND_ERR_HEADERS_TIMEOUT')
  })
})

test('an abort ends a request in flight with the reason of the signal', async () => {
  const abort = new AbortController()
  const reason = new Failure('sigint', { message: 'Interrupted.', fix: 'Run it again.' })
  const server = await startRaw(() => abort.abort(reason))
  const body = Buffer.alloc(1024)
  const transport = makeTransport({ signal: abort.signal })
  const failure = await failureOf(transport.send(requestTo(server.url, { method: 'PUT', body })))
  expect(failure).toBe(reason)
})

test('the log has method, address without query, and status', async () => {
  const logger = new RecordingLogger()
  const server = await startRaw((socket) => socket.write(OK))
  const url = new URL('?_state=signed', server.url)
  await makeTransport({ logger }).send(requestTo(url))
  expect(logger.lines.join()).toMatch(/^debug: GET http:\/\/127\.0\.0\.1:\d+\/v2\/ 200, \d+ ms$/)
})

describe('plain http to a port that speaks https', () => {
  test.each([
    'Client sent an HTTP request to an HTTPS server.\n',
    '<html>400 The plain HTTP request was sent to HTTPS port</html>'
  ])('is told by what Go and nginx answer: %s', async (body) => {
    const server = await startRaw((socket) => {
      socket.end(`HTTP/1.1 400 Bad Request\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    })
    const failure = await failureOf(makeTransport().send(requestTo(server.url)))
    expect(failure.message).toContain('expects https on that port')
    expect(failure.fix).toContain('`plain-http`')
  })

  test('may be why a connection breaks off', async () => {
    const server = await startRaw((socket) => socket.destroy())
    const transport = makeTransport({ origin: server.url })
    const failure = await failureOf(transport.send(requestTo(server.url)))
    expect(failure.fix).toContain('If the registry speaks https, do not set `plain-http` for it.')
  })
})

test('a connection that breaks off later is not taken for one of the wrong scheme', async () => {
  const server = await startRaw((socket, text) => {
    if (text.startsWith('GET')) socket.write(OK)
    else socket.destroy()
  })
  const transport = makeTransport({ origin: server.url })
  await transport.send(requestTo(server.url))
  const failure = await failureOf(transport.send(requestTo(server.url, { method: 'POST' })))
  expect(failure.fix).not.toContain('`plain-http`')
})

test('https to a port that speaks plain http is told, with the input that mends it', async () => {
  const registry = await startRegistry()
  const url = new URL(`https://${registry.host}/v2/`)
  const failure = await failureOf(makeTransport({ origin: url }).send(requestTo(url)))
  expect(failure.message).toContain('does not speak TLS on that port')
  expect(failure.fix).toContain('`plain-http: true`')
})

test.each([
  ['a port where nobody listens', 'http://127.0.0.1:1/v2/', 'the connection was refused'],
  ['a host that does not exist', 'http://registry.invalid/v2/', 'cannot be reached: ']
])('%s is told', async (_, url, said) => {
  const origin = new URL(url)
  const failure = await failureOf(makeTransport({ origin }).send(requestTo(origin)))
  expect(failure).toMatchObject({ kind: 'registry' })
  expect(failure.message).toContain(said)
  expect(failure.fix).toMatch(/^Check the host, /)
  const elsewhere = await failureOf(makeTransport().send(requestTo(origin)))
  expect(elsewhere.message).toContain(said)
  expect(elsewhere.fix).toContain('The registry refers to this host')
})

describe('a connection that is being made', () => {
  /** Takes the connection, and leaves the TLS handshake unanswered. */
  const startSilent = () => startRaw(() => undefined)

  test('does not hold up an abort', async () => {
    const { url } = await startSilent()
    const controller = new AbortController()
    const transport = makeTransport({ signal: controller.signal })
    const sent = transport.send(requestTo(new URL(`https://${url.host}/v2/`)))
    setTimeout(() => controller.abort(new Error('stopped by a user')), 50)
    await expect(sent).rejects.toThrow('stopped by a user')
  })

  test('ends with its client', async () => {
    const closed = Promise.withResolvers<void>()
    const { url } = await startRaw((socket) => socket.once('close', () => closed.resolve()))
    const transport = makeTransport()
    const sent = transport.send(requestTo(new URL(`https://${url.host}/v2/`)))
    setTimeout(() => transport.close(), 50)
    await expect(sent).rejects.toBeInstanceOf(Failure)
    await closed.promise
  })
})

test('no compression is asked for', async () => {
  const server = await startRaw((socket) => socket.write(OK))
  await makeTransport().send(requestTo(server.url))
  expect(server.received().toLowerCase()).toContain('accept-encoding: identity\r\n')
})

test('bytes of answers are counted by origin, over connections that have ended as well', async () => {
  const server = await startRaw((socket) => socket.end(OK))
  const other = await startRaw((socket) => socket.write(OK))
  const transport = makeTransport()
  expect(transport.receivedFrom()).toBe(0)
  await transport.send(requestTo(server.url))
  await transport.send(requestTo(server.url))
  await transport.send(requestTo(other.url))
  expect(transport.receivedFrom(server.url.origin)).toBe(2 * OK.length)
  expect(transport.receivedFrom(other.url.origin)).toBe(OK.length)
  expect(transport.receivedFrom()).toBe(3 * OK.length)
})
