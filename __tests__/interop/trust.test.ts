import { createSecureServer } from 'node:http2'
import { createServer, type Server } from 'node:https'
import { type AddressInfo, connect, createServer as createNetServer } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { proxiesFrom } from '../../src/http/proxy.ts'
import { DEFAULT_TLS, type TlsSettings } from '../../src/http/tls-options.ts'
import { RegistryClient } from '../../src/oci/client.ts'
import { Failure } from '../../src/shared/failure.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../support/log.ts'
import { Authority, type Identity } from '../support/network/certificates.ts'
import { TestProxy } from '../support/network/forward-proxy.ts'
import { useTransports } from '../support/network/transports.ts'
import { sha256 } from '../support/registry/registry-store.ts'
import { Workspace } from '../support/workspace.ts'

const workspace = new Workspace()
const makeTransport = useTransports()
const secrets = new SecretRegistry(() => undefined)
let authority: Authority
let server: Identity
let stranger: Identity
let expired: Identity
let misnamed: Identity
let client: Identity
let settings: TlsSettings

beforeAll(async () => {
  await workspace.open()
  authority = new Authority(workspace)
  const names = 'IP:127.0.0.1,DNS:localhost,DNS:registry.test'
  server = authority.issue('server', { names })
  expired = authority.issue('expired', { names, days: -1 })
  misnamed = authority.issue('misnamed', { names: 'DNS:other.test' })
  stranger = new Authority(workspace, 'unknown authority').issue('stranger', { names })
  client = authority.issue('client')
  const clientCertificate = {
    certificate: client.cert,
    key: secrets.register(client.key),
    passphrase: undefined
  }
  settings = { ca: authority.root.cert, clientCertificate, skipsVerification: false }
})
afterAll(() => workspace.close())

/** An https server that asks for a client certificate, takes a connection without one, and keeps who came. */
class Witness {
  /** `METHOD path`, the name in the client certificate, and the authorization of every request. */
  readonly seen: {
    readonly line: string
    readonly peer: string | undefined
    readonly login: string | undefined
  }[] = []
  readonly #server: Server
  answer: (path: string) => {
    readonly status: number
    readonly headers?: Record<string, string>
    readonly body?: string
  }

  constructor({ key, cert }: Identity, ca: string) {
    this.answer = () => ({ status: 200, body: '{}' })
    const options = { key, cert, ca, requestCert: true, rejectUnauthorized: false }
    this.#server = createServer(options, (request, response) => {
      const subject = (request.socket as TLSSocket).getPeerCertificate().subject
      const line = `${request.method} ${request.url?.split('?')[0]}`
      this.seen.push({
        line,
        peer: subject?.CN as string | undefined,
        login: request.headers.authorization
      })
      const { status, headers, body } = this.answer(request.url ?? '')
      response.writeHead(status, headers).end(body)
    })
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

const witnesses: Witness[] = []
async function startWitness(identity: Identity): Promise<Witness> {
  const witness = await new Witness(identity, authority.root.cert).start()
  witnesses.push(witness)
  return witness
}
afterEach(async () => {
  await Promise.all(witnesses.splice(0).map((witness) => witness.stop()))
})

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.catch((reason: unknown) => reason)
  if (error instanceof Failure) return error
  throw new Error('this did not fail')
}

/** A GET of `url` by a transport whose registry is at `origin`. */
function get(url: URL, tls: TlsSettings | undefined, origin = url) {
  return makeTransport({ origin, ...(tls && { tls }) }).send({ method: 'GET', url, headers: {} })
}

describe('the client certificate', () => {
  let registry: Witness
  let other: Witness
  let digest: string
  const clients: RegistryClient[] = []

  beforeEach(async () => {
    registry = await startWitness(server)
    other = await startWitness(server)
    digest = sha256(Buffer.from('content'))
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((open) => open.close()))
  })

  function clientFor(host: string): RegistryClient {
    const opened = new RegistryClient({
      host,
      plainHttp: false,
      credential: { kind: 'login', username: 'ci', password: secrets.register('correct horse') },
      userAgent: 'publish-helm-chart/test',
      secrets,
      logger: new RecordingLogger(),
      signal: new AbortController().signal,
      connection: { tls: settings }
    })
    clients.push(opened)
    return opened
  }
  const wanted = () => ({ digest: digest as `sha256:${string}`, size: 7 })

  test('is shown to the registry, not to the storage that it redirects to', async () => {
    registry.answer = (path) => ({
      status: 307,
      headers: { location: `https://localhost:${other.port}${path}` }
    })
    other.answer = () => ({ status: 200, body: 'content' })
    const host = `127.0.0.1:${registry.port}`
    const answer = await clientFor(host).getBlob({ host, name: 'team/demo' }, wanted())
    expect(answer.kind).toBe('found')
    expect(registry.seen.map(({ peer }) => peer)).toEqual(['client'])
    expect(other.seen).toEqual([
      { line: `GET /v2/team/demo/blobs/${digest}`, peer: undefined, login: undefined }
    ])
  })

  test.each([
    ['another port of the same host that serves blobs', '127.0.0.1', undefined],
    ['storage on another host', 'localhost', undefined]
  ])('is not shown to %s', async (_, hostname, peer) => {
    registry.answer = () => ({
      status: 307,
      headers: { location: `https://${hostname}:${other.port}/blob` }
    })
    other.answer = () => ({ status: 200, body: 'content' })
    const host = `127.0.0.1:${registry.port}`
    await clientFor(host).getBlob({ host, name: 'team/demo' }, wanted())
    expect(other.seen.map((seen) => seen.peer)).toEqual([peer])
  })

  test.each([
    ['is not shown to a token service on another host', 'localhost', undefined],
    ['is shown to a token service on the same host', '127.0.0.1', 'client']
  ])('%s', async (_, hostname, peer) => {
    registry.answer = () => {
      const hasToken = registry.seen.at(-1)?.login === 'Bearer a-token'
      const challenge = `Bearer realm="https://${hostname}:${other.port}/token",service="s"`
      return hasToken
        ? { status: 200, body: 'content' }
        : { status: 401, headers: { 'www-authenticate': challenge } }
    }
    other.answer = () => ({ status: 200, body: '{"token":"a-token"}' })
    const host = `127.0.0.1:${registry.port}`
    const answer = await clientFor(host).getBlob({ host, name: 'team/demo' }, wanted())
    expect(answer.kind).toBe('found')
    expect(other.seen.map((seen) => [seen.line, seen.peer])).toEqual([['GET /token', peer]])
    expect(registry.seen.map((seen) => seen.peer)).toEqual(['client', 'client'])
  })
})

describe('a certificate of the registry', () => {
  const CASES: readonly [string, () => Identity, string, readonly string[]][] = [
    [
      'of an unknown authority',
      () => stranger,
      'signed by an unknown authority',
      ['`ca`', '`insecure-skip-tls-verify`']
    ],
    [
      'that has expired',
      () => expired,
      'its certificate has expired',
      ['Renew', '`insecure-skip-tls-verify`']
    ],
    [
      'for another host',
      () => misnamed,
      'for another host',
      ['`registry`', '`insecure-skip-tls-verify`']
    ]
  ]

  test.each(CASES)(
    '%s ends the request; the fix names the inputs, the last resort last',
    async (_, identity, why, fixes) => {
      const { port } = await startWitness(identity())
      const failure = await failureOf(get(new URL(`https://127.0.0.1:${port}/v2/`), settings))
      expect(failure.kind).toBe('registry')
      expect(failure.message).toContain(why)
      const places = fixes.map((fix) => failure.fix.indexOf(fix))
      expect(places).not.toContain(-1)
      expect(places).toEqual([...places].sort((a, b) => a - b))
    }
  )

  test.each(CASES)('%s is taken when verification is switched off', async (_, identity) => {
    const { port } = await startWitness(identity())
    const tls = { ...DEFAULT_TLS, skipsVerification: true }
    expect((await get(new URL(`https://127.0.0.1:${port}/v2/`), tls)).status).toBe(200)
  })

  test.each(CASES)(
    '%s is not taken of another host, whatever is switched off for the registry',
    async (_, identity, why) => {
      const { port } = await startWitness(identity())
      const tls = { ...settings, skipsVerification: true }
      const origin = new URL('https://registry.test')
      const failure = await failureOf(get(new URL(`https://localhost:${port}/`), tls, origin))
      expect(failure.message).toContain(why)
      expect(failure.fix).not.toContain('insecure-skip-tls-verify')
    }
  )

  test('is not taken of the same host at another port, whatever is switched off for the registry', async () => {
    const { port } = await startWitness(stranger)
    const tls = { ...DEFAULT_TLS, skipsVerification: true }
    const origin = new URL('https://127.0.0.1:1')
    await failureOf(get(new URL(`https://127.0.0.1:${port}/`), tls, origin))
  })
})

describe('the authorities of this machine', () => {
  const trusting = (path: string) => ({ SSL_CERT_FILE: path })

  test.each(['registry', 'other'])(
    'are trusted for the role %s, with all that is verified otherwise',
    async (role) => {
      const environment = trusting(authority.root.certFile)
      for (const [identity, why] of [
        [server, undefined],
        [misnamed, 'for another host'],
        [expired, 'has expired'],
        [stranger, 'unknown authority']
      ] as const) {
        const { port } = await startWitness(identity)
        const url = new URL(`https://127.0.0.1:${port}/v2/`)
        const origin = role === 'registry' ? url : new URL('https://registry.test')
        const sent = makeTransport({ origin, environment }).send({
          method: 'GET',
          url,
          headers: {}
        })
        if (why === undefined) expect((await sent).status).toBe(200)
        else expect((await failureOf(sent)).message).toContain(why)
      }
    }
  )

  test('do not keep the client certificate and `ca` from being used', async () => {
    const witness = await startWitness(server)
    const url = new URL(`https://127.0.0.1:${witness.port}/v2/`)
    const tls = { ...settings, ca: undefined }
    const environment = trusting(authority.root.certFile)
    const transport = makeTransport({ origin: url, tls, environment })
    for (let round = 0; round < 2; round++) {
      expect((await transport.send({ method: 'GET', url, headers: {} })).status).toBe(200)
    }
    expect(witness.seen.map(({ peer }) => peer)).toEqual(['client', 'client'])
  })
})

test('what a server once said of a client certificate does not explain what fails later', async () => {
  let isStrict = true
  const { key, cert } = server
  const options = {
    key,
    cert,
    ca: authority.root.cert,
    requestCert: true,
    rejectUnauthorized: true
  }
  const strict = createServer(options, (_, response) => response.end('{}'))
  const lax = createServer({ key, cert }, (_, response) => response.destroy())
  const front = createNetServer((socket) => {
    const target = (isStrict ? strict : lax).address() as AddressInfo
    const onwards = connect(target.port, '127.0.0.1')
    socket.pipe(onwards).pipe(socket)
    socket.on('error', () => onwards.destroy())
    onwards.on('error', () => socket.destroy())
  })
  for (const each of [strict, lax, front]) {
    await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve))
  }
  const { port } = front.address() as AddressInfo
  const url = new URL(`https://127.0.0.1:${port}/v2/`)
  const transport = makeTransport({ origin: url, tls: { ...DEFAULT_TLS, ca: authority.root.cert } })
  const send = () => failureOf(transport.send({ method: 'GET', url, headers: {} }))
  expect((await send()).message).toContain('the server aborted the TLS handshake')
  const both = await Promise.all([send(), send()])
  for (const { message } of both) expect(message).toContain('the server aborted the TLS handshake')
  isStrict = false
  expect((await send()).message).not.toContain('TLS handshake')
  front.close()
  await transport.close()
  expect((await send()).message).not.toContain('TLS handshake')
  for (const each of [strict, lax]) each.close()
})

test('a server that prefers HTTP/2 is spoken to in HTTP/1.1', async () => {
  const versions: string[] = []
  const { key, cert } = server
  const h2 = createSecureServer({ key, cert, allowHTTP1: true }, (request, response) => {
    versions.push(request.httpVersion)
    response.end('{}')
  })
  await new Promise<void>((resolve) => h2.listen(0, '127.0.0.1', resolve))
  const { port } = h2.address() as AddressInfo
  const response = await get(new URL(`https://127.0.0.1:${port}/v2/`), settings)
  expect([response.status, versions]).toEqual([200, ['1.1']])
  h2.close()
})

describe('through a proxy', () => {
  const proxies: TestProxy[] = []
  afterEach(async () => {
    await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()))
  })

  async function behindProxy(
    tls: TlsSettings,
    identity?: Identity,
    machine: Readonly<Record<string, string>> = {}
  ) {
    const witness = await startWitness(server)
    const route = { 'registry.test:443': `127.0.0.1:${witness.port}` }
    const options = { routes: route, login: 'me:pass', ...(identity && { tls: identity }) }
    const proxy = await TestProxy.start(options)
    proxies.push(proxy)
    const scheme = identity ? 'https' : 'http'
    const environment = { HTTPS_PROXY: `${scheme}://me:pass@${proxy.host}` }
    const url = new URL('https://registry.test/v2/')
    const transport = makeTransport({
      origin: url,
      tls,
      environment: machine,
      proxies: proxiesFrom(environment, secrets)
    })
    return { witness, proxy, send: () => transport.send({ method: 'GET', url, headers: {} }) }
  }

  test('`ca` and the client certificate are for the registry behind it', async () => {
    const { witness, send } = await behindProxy(settings)
    expect((await send()).status).toBe(200)
    expect(witness.seen.map(({ peer }) => peer)).toEqual(['client'])
  })

  test('a registry that nobody trusts is refused', async () => {
    const { witness, send } = await behindProxy(DEFAULT_TLS)
    const failure = await failureOf(send())
    expect(failure.message).toContain('registry.test cannot be reached: its certificate is signed')
    expect(witness.seen).toEqual([])
  })

  test('the authorities of this machine are for it and for the registry behind it', async () => {
    const { witness, proxy, send } = await behindProxy(DEFAULT_TLS, server, {
      SSL_CERT_FILE: authority.root.certFile
    })
    expect((await send()).status).toBe(200)
    expect(witness.seen).toHaveLength(1)
    expect(proxy.open).toBeGreaterThan(0)
  })

  test('that speaks https itself, `ca` is for both', async () => {
    const { witness, proxy, send } = await behindProxy(settings, server)
    expect((await send()).status).toBe(200)
    expect(witness.seen).toHaveLength(1)
    expect(proxy.requests.map(({ line }) => line)).toEqual(['CONNECT registry.test:443'])
  })

  test('that speaks https and is not trusted gets no login, even when the registry is not verified', async () => {
    const tls = { ...settings, skipsVerification: true }
    const { proxy, send } = await behindProxy(tls, stranger)
    const failure = await failureOf(send())
    expect(failure.message).toContain(
      `The proxy ${proxy.host} cannot be reached: its certificate is signed`
    )
    expect(failure.fix).toContain('`ca`')
    expect(proxy.requests).toEqual([])
  })
})
