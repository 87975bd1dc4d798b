import { describe, expect, test } from '@jest/globals'
import { NO_PROXIES, parseNoProxy, proxiesFrom, proxyFor } from '../../src/http/proxy.ts'
import { Failure } from '../../src/shared/failure.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { useProxies } from '../support/network/forward-proxy.ts'
import { useTransports } from '../support/network/transports.ts'
import { useRegistries } from '../support/registry/servers.ts'

const startProxy = useProxies()
const startRegistry = useRegistries()
const makeTransport = useTransports()
const keeper = () => new SecretRegistry(() => undefined)
const HTTPS = new URL('https://registry.test/v2/')
const HTTP = new URL('http://registry.test:5000/v2/')

async function untilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

function hostOf(proxy: ReturnType<typeof proxyFor>): string | undefined {
  return proxy instanceof Failure ? proxy.message : proxy?.url.host
}

describe('the environment names', () => {
  const chosen = (environment: Readonly<Record<string, string>>, url: URL) =>
    hostOf(proxyFor(proxiesFrom(environment, keeper()), url))

  test.each<[string, Readonly<Record<string, string>>, URL, string | undefined]>([
    ['none', {}, HTTPS, undefined],
    ['one for https', { HTTPS_PROXY: 'http://p:3128' }, HTTPS, 'p:3128'],
    ['one for https, which http does not use', { HTTPS_PROXY: 'http://p:3128' }, HTTP, undefined],
    ['one for http, which https does not use', { HTTP_PROXY: 'http://p:3128' }, HTTPS, undefined],
    ['one for http', { http_proxy: 'http://p:3128' }, HTTP, 'p:3128'],
    [
      'two, of which the lower case counts',
      { HTTPS_PROXY: 'http://up', https_proxy: 'http://low' },
      HTTPS,
      'low'
    ],
    ['an empty one in lower case', { HTTPS_PROXY: 'http://up', https_proxy: '' }, HTTPS, 'up'],
    ['one without a scheme', { HTTPS_PROXY: 'p:3128' }, HTTPS, 'p:3128'],
    ['one that speaks https', { HTTPS_PROXY: 'https://p:3129' }, HTTPS, 'p:3129'],
    [
      'one, and the host as exempt',
      { HTTPS_PROXY: 'http://p', NO_PROXY: 'test' },
      HTTPS,
      undefined
    ],
    [
      'one, and the port 443 as exempt',
      { HTTPS_PROXY: 'http://p', no_proxy: 'registry.test:443' },
      HTTPS,
      undefined
    ],
    [
      'one, and another port as exempt',
      { HTTP_PROXY: 'http://p', no_proxy: 'registry.test:443' },
      HTTP,
      'p'
    ]
  ])('%s', (_, environment, url, host) => {
    expect(chosen(environment, url)).toBe(host)
  })

  test('a login, which is masked as it is written and as it is sent, and is not in the address', () => {
    const masked: string[] = []
    const secrets = new SecretRegistry((form) => masked.push(form))
    const environment = { HTTPS_PROXY: 'http://me:p%40ss-w%C3%B6rd@p:3128' }
    const proxy = proxyFor(proxiesFrom(environment, secrets), HTTPS)
    const pair = Buffer.from('me:p@ss-wörd').toString('base64')
    expect(masked).toEqual(expect.arrayContaining(['p@ss-wörd', 'p%40ss-w%C3%B6rd', pair]))
    expect(proxy).toMatchObject({ url: new URL('http://p:3128/') })
  })

  test.each<[string, string, readonly string[]]>([
    ['does not parse', 'http://user:S3cr#t@proxy:3128', ['S3cr#t', 'user:S3cr#t']],
    ['parses as another host', 'http://user:12#t%21@proxy:3128', ['12#t%21', '12#t!']],
    ['has two @', 'http://user:S3c@r#t@proxy', ['S3c@r#t']],
    ['has no scheme', 'user:S3:cr/t@proxy:3128', ['S3:cr/t']],
    ['is not of a proxy that is used', 'socks5://user:S3cr%23t@proxy', ['S3cr%23t', 'S3cr#t']],
    ['has a token for a user', 'http://a-long-token@proxy:3128', ['a-long-token']]
  ])(
    'a login whose address %s, which is masked in every variable and never shown',
    (_, address, forms) => {
      for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'all_proxy']) {
        const masked: string[] = []
        const secrets = new SecretRegistry((form) => masked.push(form))
        const environment = { https_proxy: 'http://p:1', http_proxy: 'http://p:2', [name]: address }
        const { https, http } = proxiesFrom(environment, secrets)
        expect(masked).toEqual(expect.arrayContaining([...forms]))
        expect(secrets.redact(`said ${address}`)).not.toMatch(/S3c|12#|long/)
        expect(`${https} ${http}`).not.toMatch(/S3c|12|long/)
      }
    }
  )

  test('a login of which the URL would end within the password is told, not connected to', () => {
    const proxies = proxiesFrom({ HTTPS_PROXY: 'http://user:12#t@proxy:3128' }, keeper())
    expect(proxyFor(proxies, HTTPS)).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('has to be percent-encoded')
    })
  })

  test('a short user without a password, which is a name and is not masked', () => {
    const masked: string[] = []
    proxiesFrom(
      { all_proxy: 'http://me@p', ALL_PROXY: 'http://me:@p' },
      new SecretRegistry((form) => masked.push(form))
    )
    expect(masked).toEqual([])
  })

  test.each(['socks5://me:secret-word@p:1080', 'http://', 'http://p:port'])(
    'one that cannot be used, %s: the failure names the variable and no secret',
    (address) => {
      const proxies = proxiesFrom({ https_proxy: address, no_proxy: 'exempt.test' }, keeper())
      const failure = proxyFor(proxies, HTTPS)
      expect(failure).toBeInstanceOf(Failure)
      expect(failure).toMatchObject({
        kind: 'usage',
        message: expect.stringContaining('https_proxy')
      })
      expect(String(failure)).not.toContain('secret-word')
      expect(proxyFor(proxies, HTTP)).toBeUndefined()
      expect(proxyFor(proxies, new URL('https://exempt.test'))).toBeUndefined()
    }
  )
})

describe('a proxy', () => {
  const environmentFor = (host: string) => ({ HTTP_PROXY: `http://${host}` })
  const request = {
    method: 'GET' as const,
    url: HTTP,
    headers: { authorization: 'Basic a-canary' }
  }

  async function failureOf(work: Promise<unknown>): Promise<Failure> {
    const error: unknown = await work.catch((reason: unknown) => reason)
    if (error instanceof Failure) return error
    throw new Error('this did not fail')
  }

  test('is asked for a tunnel, for plain http as well, and sees no header of the request', async () => {
    const registry = await startRegistry()
    const proxy = await startProxy({
      routes: { 'registry.test:5000': registry.host },
      login: 'me:pass'
    })
    const proxies = proxiesFrom(environmentFor(`me:pass@${proxy.host}`), keeper())
    const response = await makeTransport({ proxies }).send(request)
    expect(response.status).toBe(200)
    expect(proxy.requests.map(({ line }) => line)).toEqual(['CONNECT registry.test:5000'])
    expect(proxy.requests[0]?.headers['authorization']).toBeUndefined()
    expect(registry.requests[0]?.headers).not.toHaveProperty('proxy-authorization')
    expect(proxy.sent.toString('latin1')).not.toContain(Buffer.from('me:pass').toString('base64'))
  })

  test('leads to a host with an underscore, which is a name as any other', async () => {
    const registry = await startRegistry()
    const proxy = await startProxy({ routes: { 'my_registry:5000': registry.host } })
    const proxies = proxiesFrom(environmentFor(proxy.host), keeper())
    const url = new URL('http://my_registry:5000/v2/')
    expect((await makeTransport({ proxies }).send({ ...request, url })).status).toBe(200)
  })

  test('is told an IPv6 address in brackets', async () => {
    const registry = await startRegistry()
    const proxy = await startProxy({ routes: { '[fd00::1]:5000': registry.host } })
    const proxies = proxiesFrom(environmentFor(proxy.host), keeper())
    const url = new URL('http://[fd00::1]:5000/v2/')
    expect((await makeTransport({ proxies }).send({ ...request, url })).status).toBe(200)
  })

  test('that never answers is left at once when the client is closed', async () => {
    const proxy = await startProxy({ hangs: true })
    const transport = makeTransport({ proxies: proxiesFrom(environmentFor(proxy.host), keeper()) })
    const failure = failureOf(transport.send(request))
    await untilTrue(() => proxy.requests.length > 0)
    await transport.close()
    await failure
    await untilTrue(() => proxy.open === 0)
  })

  test('keeps its tunnel for the requests that follow', async () => {
    const registry = await startRegistry()
    const proxy = await startProxy({ routes: { 'registry.test:5000': registry.host } })
    const transport = makeTransport({ proxies: proxiesFrom(environmentFor(proxy.host), keeper()) })
    for (let i = 0; i < 3; i++) await transport.send(request)
    expect(proxy.requests).toHaveLength(1)
  })

  test('that wants a login is told as its refusal: not authenticated, with the variable', async () => {
    const proxy = await startProxy({ login: 'me:pass' })
    const proxies = proxiesFrom(environmentFor(proxy.host), keeper())
    const failure = await failureOf(makeTransport({ proxies }).send(request))
    expect(failure.kind).toBe('auth')
    expect(failure.message).toContain(
      `The proxy ${proxy.host} rejected the CONNECT request to registry.test:5000: 407`
    )
    expect(failure.fix).toContain('HTTP_PROXY: http://USER:PASSWORD@')
  })

  test('that wants another login says where to look', async () => {
    const proxy = await startProxy({ login: 'me:pass' })
    const proxies = proxiesFrom(environmentFor(`me:wrong-word@${proxy.host}`), keeper())
    const failure = await failureOf(makeTransport({ proxies }).send(request))
    expect(failure).toMatchObject({
      kind: 'auth',
      fix: 'Check the user and the password in HTTP_PROXY.'
    })
  })

  test.each([
    [403, 'Allow CONNECT to registry.test:5000'],
    [502, 'that the proxy can reach it'],
    [503, 'that the proxy can reach it']
  ])('that answers %d is named, with what helps', async (status, fix) => {
    const proxy = await startProxy({ status })
    const proxies = proxiesFrom(environmentFor(proxy.host), keeper())
    const failure = await failureOf(makeTransport({ proxies }).send(request))
    expect(failure).toMatchObject({ kind: 'registry' })
    expect(failure.message).toContain(`The proxy ${proxy.host} rejected`)
    expect(failure.message).toContain(String(status))
    expect(failure.fix).toContain(fix)
  })

  test.each<[string, { readonly hangs: boolean } | undefined, string]>([
    ['never answers', { hangs: true }, 'the connection timed out'],
    ['does not exist', undefined, 'the connection was refused']
  ])('that %s is told', async (_, options, said) => {
    const host = options ? (await startProxy(options)).host : '127.0.0.1:1'
    const proxies = proxiesFrom(environmentFor(host), keeper())
    const transport = makeTransport({ proxies, limits: { connectMs: 300 } })
    const failure = await failureOf(transport.send(request))
    expect(failure.message).toContain(`The proxy ${host} cannot be reached: ${said}`)
    expect(failure.fix).toContain('HTTP_PROXY')
  })

  test('that cannot be used ends the request before anything is sent', async () => {
    const proxies = proxiesFrom(environmentFor('p:port'), keeper())
    const failure = await failureOf(makeTransport({ proxies }).send(request))
    expect(failure).toMatchObject({ kind: 'usage', message: expect.stringContaining('HTTP_PROXY') })
  })

  test('is left alone for loopback', async () => {
    const registry = await startRegistry()
    const proxies = proxiesFrom(environmentFor('127.0.0.1:1'), keeper())
    const url = new URL(`http://${registry.host}/v2/`)
    expect((await makeTransport({ proxies }).send({ ...request, url })).status).toBe(200)
  })

  test('is not used without being named', () => {
    expect(proxyFor(NO_PROXIES, HTTPS)).toBeUndefined()
  })
})

test.each([
  ['example.com', 'example.com', '443', true],
  ['example.com', 'registry.example.com', '443', true],
  ['example.com', 'badexample.com', '443', false],
  ['Example.COM', 'REGISTRY.example.com', '443', true],
  ['.example.com', 'registry.example.com', '443', true],
  // As in Go: with the dot, what is below it alone.
  ['.example.com', 'example.com', '443', false],
  ['*.example.com', 'registry.example.com', '443', true],
  ['*.example.com', 'example.com', '443', false],
  ['example.com:5000', 'example.com', '5000', true],
  ['example.com:5000', 'example.com', '443', false],
  ['other.org, example.com', 'example.com', '443', true],
  ['other.org example.com', 'example.com', '443', true],
  ['*', 'anything.test', '80', true],
  ['10.0.0.0/8', '10.1.2.3', '443', true],
  ['10.0.0.0/8', '11.1.2.3', '443', false],
  ['10.0.0.0/8', 'ten.example.com', '443', false],
  ['192.168.1.1', '192.168.1.1', '443', true],
  ['192.168.1.1:80', '192.168.1.1', '443', false],
  ['fd00::/8', '[fd12::1]', '443', true],
  ['fd00::/8', '[fe80::1]', '443', false],
  ['fd12::1', '[fd12:0::1]', '443', true],
  ['[fd12::1]:5000', '[fd12::1]', '5000', true],
  ['[fd12::1]:5000', '[fd12::1]', '443', false],
  ['10.0.0.0/99', '10.0.0.1', '443', false],
  ['', 'localhost', '5000', true],
  ['', '127.0.0.1', '5000', true],
  ['', '127.8.8.8', '5000', true],
  ['', '[::1]', '5000', true],
  ['', 'localhost.example.com', '5000', false],
  ['', 'example.com', '443', false]
])('NO_PROXY "%s" and %s:%s: %s', (text, hostname, port, exempt) => {
  expect(parseNoProxy(text)(hostname, port)).toBe(exempt)
})
