import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { type DownloadOptions, download } from '../../src/helm/download.ts'
import { Failure } from '../../src/shared/failure.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../support/log.ts'
import { useProxies } from '../support/network/forward-proxy.ts'

const startProxy = useProxies()
const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function mirror(listener: RequestListener): Promise<URL> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/helm.tar.gz`)
}

function get(url: URL, options: Partial<DownloadOptions> = {}): Promise<Buffer> {
  return download(url, {
    ca: undefined,
    timeoutMs: 10_000,
    environment: {},
    secrets: new SecretRegistry(() => undefined),
    signal: new AbortController().signal,
    logger: new RecordingLogger(),
    retry: { sleep: async () => undefined },
    ...options
  })
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const thrown: unknown = await work.catch((error: unknown) => error)
  if (thrown instanceof Failure) return thrown
  throw new Error(`no failure: ${thrown}`)
}

test('the whole body comes back', async () => {
  const body = Buffer.alloc(3_000_000, 'x')
  const url = await mirror((_, response) => response.end(body))
  expect((await get(url)).equals(body)).toBe(true)
})

test('no login is sent, also when the address or a redirect has one', async () => {
  const headers: unknown[] = []
  const url = await mirror((request, response) => {
    headers.push(request.headers.authorization)
    if (request.url === '/end') response.end('helm')
    else response.writeHead(302, { location: `http://a:b@${request.headers.host}/end` }).end()
  })
  url.username = 'ci'
  url.password = 'secret'
  expect(String(await get(url))).toBe('helm')
  expect(headers).toEqual([undefined, undefined])
})

describe('a mirror does not hold the run up when it', () => {
  const silent: RequestListener = () => undefined
  const cut: RequestListener = (_, response) => response.writeHead(200).write('half')
  const dripping: RequestListener = (_, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('x'), 20)
    response.once('close', () => clearInterval(timer))
  }

  test('never answers, drips, or stops half-way: an error when the time is over', async () => {
    const ends = [silent, dripping, cut].map(async (listener) => {
      const url = await mirror(listener)
      const { message, fix } = await failureOf(get(url, { timeoutMs: 400 }))
      const told = message.replaceAll(url.host, 'HOST').replace(/\d+ B at \d+ B\/s/, 'SOME')
      return [told, fix.includes('raise `timeout`;')]
    })
    const message =
      'The requests to HOST took longer than 0.4 s; it was waiting for the answer to GET http://HOST/helm.tar.gz'
    expect(await Promise.all(ends)).toEqual([
      [`${message}.`, true],
      [`${message} after receiving SOME.`, true],
      [`${message} after receiving SOME.`, true]
    ])
  })

  test('is slow: the error names the rate, and a time that is enough', async () => {
    const url = await mirror((_, response) => {
      response.writeHead(200, { 'content-length': '2097152' }).write(Buffer.alloc(1024 * 1024))
    })
    const { message, fix } = await failureOf(get(url, { timeoutMs: 400 }))
    expect(message).toMatch(/after receiving 1\.0 MiB of 2\.0 MiB at \d+\.\d [KM]iB\/s\.$/)
    expect(fix).toContain('raise `timeout` to 10s, which is enough at that rate;')
  })

  test('never answers, or stops half-way: the idle time is limited too, and it is tried again', async () => {
    const limits = { headersMs: 100, bodyMs: 100 }
    const once = { sleep: () => Promise.reject(new Error('once is enough')) }
    const logs = [silent, cut].map(async (listener) => {
      const logger = new RecordingLogger()
      const options = { limits, logger, retry: once, timeoutMs: 30_000 }
      await expect(get(await mirror(listener), options)).rejects.toThrow('once is enough')
      return logger.lines.find((line) => line.startsWith('info'))
    })
    expect(await Promise.all(logs)).toEqual([
      expect.stringMatching(/it did not answer in time .* Attempt 2 of 4/),
      expect.stringMatching(/its response stopped before the end, after 4 B \(.* Attempt 2 of 4/)
    ])
  })

  test('never stops sending', async () => {
    const chunk = Buffer.alloc(1024 * 1024)
    const url = await mirror((_, response) => {
      const send = () => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', send)
      send()
    })
    const failure = await failureOf(get(url))
    expect(failure.message).toBe(`${url.host} answered with more than 134217728 bytes.`)
  })

  test('redirects without end', async () => {
    let count = 0
    const url = await mirror((_, response) => {
      count++
      response.writeHead(302, { location: `/again-${count}` }).end()
    })
    expect((await failureOf(get(url))).message).toBe(`${url.host} redirects more than 5 times.`)
    expect(count).toBe(6)
  })
})

test('an interruption ends the download at once, with its reason', async () => {
  const controller = new AbortController()
  const url = await mirror(() => controller.abort(new Error('stopped by a user')))
  await expect(get(url, { signal: controller.signal })).rejects.toThrow('stopped by a user')
})

test.each(['', 'ftp://host/helm', 'javascript:alert(1)', 'http://'])(
  'a redirect to %j is refused',
  async (location) => {
    const url = await mirror((_, response) => response.writeHead(302, { location }).end())
    expect((await failureOf(get(url))).message).toContain('redirects to something that is not')
  }
)

test('trouble that passes is tried again, what stays is not', async () => {
  let count = 0
  const passing = await mirror((_, response) => {
    count++
    if (count === 1) response.destroy()
    else response.writeHead(count === 2 ? 503 : 200).end('helm')
  })
  expect(String(await get(passing))).toBe('helm')
  expect(count).toBe(3)
  count = 0
  const missing = await mirror((_, response) => {
    count++
    response.writeHead(404).end()
  })
  expect((await failureOf(get(missing))).message).toBe(`${missing.host} answered 404.`)
  expect(count).toBe(1)
})

test('it goes through the proxy that the environment names, and NO_PROXY is honoured', async () => {
  const target = await mirror((_, response) => response.end('helm'))
  const proxy = await startProxy({ routes: { 'mirror.test:80': target.host } })
  const environment = { HTTP_PROXY: `http://${proxy.host}` }
  const url = new URL('http://mirror.test/helm.tar.gz')
  expect(String(await get(url, { environment }))).toBe('helm')
  expect(proxy.requests.map(({ line }) => line)).toEqual(['CONNECT mirror.test:80'])
  const without = { ...environment, NO_PROXY: 'mirror.test' }
  expect((await failureOf(get(url, { environment: without }))).message).toContain('mirror.test')
  expect(proxy.requests).toHaveLength(1)
})
