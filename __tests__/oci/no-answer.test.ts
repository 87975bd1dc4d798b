import type { Socket } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { NoAnswer } from '../../src/http/network-failure.ts'
import { proxiesFrom } from '../../src/http/proxy.ts'
import type { RegistryClient } from '../../src/oci/client.ts'
import { blobOf } from '../../src/oci/spec/blob.ts'
import { Failure } from '../../src/shared/failure.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { always, isGetManifest } from '../support/faults/faults.ts'
import { useProxies } from '../support/network/forward-proxy.ts'
import { referenceIn, type TestClientOptions, useClients } from '../support/registry/clients.ts'
import { closedPort } from '../support/registry/closed-port.ts'
import { useRawServers } from '../support/registry/raw-servers.ts'
import type { Fault } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'

const LOGIN = { username: 'ci', password: 'correct horse' }
/** undici counts in whole seconds from one on; below it is exact. */
const QUICK = { limits: { headersMs: 100, bodyMs: 100, connectMs: 100 } }
const startRegistry = useRegistries()
const startRaw = useRawServers()
const startProxy = useProxies()
const makeClient = useClients()

async function failureAt(host: string, options: TestClientOptions = {}): Promise<Failure> {
  const { client } = makeClient({ host }, { connection: QUICK, ...options })
  return failureOf(client.getManifest(referenceIn({ host })))
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason
  )
  if (error instanceof Failure) return error
  throw new Error(`this is not a failure: ${error}`)
}

/** The answers of a server to the first requests; the last one goes on. */
function inTurn(...answers: readonly ((socket: Socket) => void)[]) {
  const left = [...answers]
  return (socket: Socket) => {
    const [answer] = left.length > 1 ? left.splice(0, 1) : left
    answer?.(socket)
  }
}

const silence = () => undefined
const reset = (socket: Socket) => socket.resetAndDestroy()
const trouble = (socket: Socket) => {
  socket.write('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n')
}
const cut = (socket: Socket) => {
  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}')
  setTimeout(() => socket.destroy(), 10)
}
const drip = (socket: Socket) => {
  socket.write('HTTP/1.1 200 OK\r\n')
  const timer = setInterval(() => socket.write('X-More: x\r\n'), 20)
  socket.once('close', () => clearInterval(timer))
}

describe('a host does not answer at all when four attempts', () => {
  test('are refused', async () => {
    const failure = await failureAt(await closedPort())
    expect(failure).toBeInstanceOf(NoAnswer)
    expect(failure.message).toContain('ECONNREFUSED')
    expect(failure.message).toContain('It was tried 4 times.')
  })

  test.each([
    ['are reset', reset],
    ['are closed without a byte', (socket: Socket) => socket.end()]
  ])('%s', async (_, answer) => {
    const server = await startRaw(answer)
    expect(await failureAt(server.url.host)).toBeInstanceOf(NoAnswer)
    expect(server.accepted()).toBe(4)
  })

  test('find no such name, of which there are two', async () => {
    const failure = await failureAt('registry.invalid')
    expect(failure).toBeInstanceOf(NoAnswer)
  })

  test('to its token service, which may be elsewhere, end so', async () => {
    const dead = await closedPort()
    const registry = await startRegistry({
      fault: () => ({
        status: 401,
        headers: { 'www-authenticate': `Bearer realm="http://${dead}/token",service="s"` }
      })
    })
    const failure = await failureAt(registry.host, { login: LOGIN })
    expect(failure).toBeInstanceOf(NoAnswer)
    expect(failure.message).toContain(dead)
  })
})

describe('a host is not given up', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['when it is in trouble', trouble],
    ['when it was in trouble once, and then reset', inTurn(trouble, reset)],
    ['when it was reset, and then in trouble', inTurn(reset, reset, reset, trouble)],
    ['when its answers are cut', cut],
    ['when one answer was cut, and then it was reset', inTurn(cut, reset)],
    ['when it speaks another protocol', (socket) => socket.end('SSH-2.0-OpenSSH_9\r\n')]
  ])('%s', async (_, answer) => {
    const server = await startRaw(answer)
    const failure = await failureAt(server.url.host)
    expect(failure).toMatchObject({ exitCode: 6 })
    expect(failure).not.toBeInstanceOf(NoAnswer)
  })

  test('when it answers other requests meanwhile', async () => {
    const registry = await startRegistry({ fault: always(isGetManifest, 'drop') })
    let client: RegistryClient | undefined
    const retry = {
      sleep: async () => {
        if (client) await readBlob(client, registry)
      }
    }
    client = makeClient(registry, { connection: QUICK, retry }).client
    const failure = await failureOf(client.getManifest(referenceIn(registry)))
    expect(failure.message).toContain('It was tried 4 times.')
    expect(failure).not.toBeInstanceOf(NoAnswer)
  })

  test('when storage that it leads to is silent', async () => {
    const dead = await closedPort()
    const fault: Fault = ({ url }) => {
      return url.includes('/blobs/')
        ? { status: 307, headers: { location: `http://${dead}/x` } }
        : undefined
    }
    const registry = await startRegistry({ fault })
    const { client } = makeClient(registry, { connection: QUICK })
    const failure = await failureOf(readBlob(client, registry))
    expect(failure.message).toContain(dead)
    expect(failure).not.toBeInstanceOf(NoAnswer)
  })
})

function readBlob(client: RegistryClient, host: { readonly host: string }) {
  return client.getBlob(referenceIn(host).repository, blobOf('x', Buffer.from('x')))
}

test('silence in four attempts is no answer; headers that drip without end are one', async () => {
  const [silent, dripping] = await Promise.all([startRaw(silence), startRaw(drip)])
  const hosts = [silent.url.host, dripping.url.host]
  const [one, other] = await Promise.all(hosts.map((host) => failureAt(host)))
  expect(one).toBeInstanceOf(NoAnswer)
  expect(other).not.toBeInstanceOf(NoAnswer)
  for (const failure of [one, other]) {
    expect(failure?.message).toContain('UND_ERR_HEADERS_TIMEOUT')
    expect(failure?.message).toContain('It was tried 4 times.')
  }
})

describe('a proxy on the way', () => {
  async function failureThrough(status: number) {
    const proxy = await startProxy({ status })
    const environment = { http_proxy: `http://${proxy.host}` }
    const proxies = proxiesFrom(environment, new SecretRegistry(() => undefined))
    const failure = await failureAt('registry.test', { connection: { proxies } })
    return { failure, requests: proxy.requests.length }
  }

  test.each([502, 503, 504])('that cannot reach the host (%i) is asked again', async (status) => {
    const { failure, requests } = await failureThrough(status)
    expect(failure).toBeInstanceOf(NoAnswer)
    expect(failure.message).toMatch(
      /The proxy .* rejected the CONNECT request .* It was tried 4 times\.$/
    )
    expect(requests).toBe(4)
  })

  test.each([403, 405, 407, 501])('that does not let us through (%i) is not', async (status) => {
    const { failure, requests } = await failureThrough(status)
    expect(failure).not.toBeInstanceOf(NoAnswer)
    expect(requests).toBe(1)
  })
})
