import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type {
  ClassicAccess,
  ClassicContext
} from '../../../src/dependencies/classic/classic-access.ts'
import { ClassicClient } from '../../../src/dependencies/classic/classic-client.ts'
import { DEFAULT_TLS } from '../../../src/http/tls-options.ts'
import { Failure } from '../../../src/shared/failure.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../../support/log.ts'
import { Authority } from '../../support/network/certificates.ts'
import { useProxies } from '../../support/network/forward-proxy.ts'
import { answer, redirectTo, useWebServers } from '../../support/network/web-servers.ts'
import { closedPort } from '../../support/registry/closed-port.ts'
import { useRawServers } from '../../support/registry/raw-servers.ts'
import { Workspace } from '../../support/workspace.ts'

const serve = useWebServers()
const startRaw = useRawServers()
const startProxy = useProxies()

const open: ClassicClient[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()))
})

const PASSWORD = 'canary-9f81c2d4e6'
const INDEX = `apiVersion: v1
entries:
  lib:
    - apiVersion: v2
      name: lib
      version: 1.0.0
      urls: [lib-1.0.0.tgz]
`
const ARCHIVE = gzipSync('not really a chart')

interface Setting {
  readonly access?: Partial<ClassicAccess>
  readonly context?: Partial<ClassicContext>
  /** Hosts, or beginnings of addresses behind the scheme, that there is a login for. */
  readonly logins?: readonly string[]
}

function start({ access, context, logins = [] }: Setting = {}) {
  const logger = new RecordingLogger()
  const secrets = new SecretRegistry(() => undefined)
  const password = secrets.register(PASSWORD)
  const client = new ClassicClient(
    {
      loginFor: ({ host, pathname }) => {
        const isFor = logins.some((key) => `${host}${pathname}/`.startsWith(`${key}/`))
        return isFor ? { username: 'ci', password, source: '`registry-auth`' } : undefined
      },
      tlsFor: () => DEFAULT_TLS,
      plainHttpHosts: [],
      timeoutMs: 20_000,
      ...access
    },
    {
      environment: {},
      secrets,
      signal: new AbortController().signal,
      logger,
      retry: { sleep: async () => undefined },
      ...context
    }
  )
  open.push(client)
  return { client, logger }
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error
  )
  if (thrown instanceof Failure) return thrown
  throw new Error(`no failure: ${thrown}`)
}

const BASIC = `Basic ${Buffer.from(`ci:${PASSWORD}`).toString('base64')}`

describe('an index', () => {
  test('is fetched once in a run, also for a URL with a slash at its end, and asked for compressed', async () => {
    const server = await serve({ '/charts/index.yaml': INDEX })
    const { client } = start()
    const texts = await Promise.all([
      client.index(server.at('/charts')),
      client.index(new URL(server.at('/charts/')))
    ])
    expect(texts.map(String)).toEqual([INDEX, INDEX])
    expect(server.requests.map(({ path }) => path)).toEqual(['/charts/index.yaml'])
    expect(server.requests[0]?.headers['accept-encoding']).toBe('gzip')
  })

  test('takes the query of the repository along, which is not printed', async () => {
    const server = await serve({})
    const { client, logger } = start()
    const { message, fix } = await failureOf(client.index(server.at('/charts?key=hush-hush')))
    expect(server.requests.map(({ path }) => path)).toEqual(['/charts/index.yaml?key=hush-hush'])
    expect([message, fix, ...logger.lines].join()).not.toContain('hush')
  })

  test.each([
    ['labelled', { 'content-encoding': 'gzip' }],
    ['without a label', {}]
  ])('in gzip, %s, is unpacked', async (_, headers) => {
    const server = await serve({ '/index.yaml': answer(200, gzipSync(INDEX), headers) })
    expect(String(await start().client.index(server.at()))).toBe(INDEX)
  })

  test('that is only labelled as gzip is taken as it is', async () => {
    const server = await serve({
      '/index.yaml': answer(200, INDEX, { 'content-encoding': 'gzip' })
    })
    expect(String(await start().client.index(server.at()))).toBe(INDEX)
  })

  test('in another encoding is refused', async () => {
    const server = await serve({ '/index.yaml': answer(200, INDEX, { 'content-encoding': 'br' }) })
    const { kind, message } = await failureOf(start().client.index(server.at()))
    expect([kind, message]).toEqual([
      'registry',
      `${server.host} sent the index of ${server.at()} with the Content-Encoding br, which was not requested.`
    ])
  })

  test('that unpacks to too much is given up at the bound', async () => {
    const part = gzipSync(Buffer.alloc(64 * 1024 * 1024))
    const server = await serve({ '/index.yaml': Buffer.concat([part, part, part, part]) })
    const { kind, message } = await failureOf(start().client.index(server.at()))
    expect([kind, message]).toEqual([
      'registry',
      `The index of ${server.at()} has more than 209715200 bytes, so it was not read.`
    ])
  })

  test('whose gzip data are cut short is refused', async () => {
    const server = await serve({ '/index.yaml': gzipSync(INDEX).subarray(0, 40) })
    const { kind, message } = await failureOf(start().client.index(server.at()))
    expect([kind, message]).toEqual([
      'registry',
      `The index of ${server.at()} cannot be unpacked: its gzip data is damaged or truncated.`
    ])
  })

  test('is read for the charts that are asked for, once for the same ones', async () => {
    const server = await serve({ '/index.yaml': INDEX })
    const { client } = start()
    const [one, other] = await Promise.all([
      client.readRepositoryIndex(server.at(), ['lib', 'none']),
      client.readRepositoryIndex(server.at('/'), ['none', 'lib', 'lib'])
    ])
    expect(one).toEqual(other)
    expect(one.get('lib')).toBe(other.get('lib'))
    expect([...one.keys()]).toEqual(['lib'])
    expect(one.get('lib')?.usable.map(({ version }) => version)).toEqual(['1.0.0'])
  })

  test('that cannot be read is a failure that names the repository', async () => {
    const server = await serve({ '/charts/index.yaml': 'entries: {}' })
    const failure = await failureOf(
      start().client.readRepositoryIndex(server.at('/charts/'), ['lib'])
    )
    expect([failure.kind, failure.message]).toEqual([
      'registry',
      `The index of ${server.at('/charts')} has no \`apiVersion\`.`
    ])
  })
})

describe('an archive', () => {
  test('is fetched once in a run, without any compression', async () => {
    const server = await serve({ '/lib-1.0.0.tgz': ARCHIVE })
    const { client } = start()
    const url = new URL(server.at('/lib-1.0.0.tgz'))
    const both = await Promise.all([1, 2].map(() => client.archive(server.at(), url)))
    expect(both.every((bytes) => bytes.equals(ARCHIVE))).toBe(true)
    expect(server.requests).toHaveLength(1)
    expect(server.requests[0]?.headers['accept-encoding']).toBe('identity')
  })

  test('stays as it was sent when its own compression is called that of the transfer', async () => {
    const labelled = answer(200, ARCHIVE, { 'content-encoding': 'gzip' })
    const server = await serve({ '/lib.tgz': labelled })
    const bytes = await start().client.archive(server.at(), new URL(server.at('/lib.tgz')))
    expect(bytes.equals(ARCHIVE)).toBe(true)
  })

  test('that is not gzip is a matter of the chart', async () => {
    const server = await serve({ '/lib.tgz': 'version https://git-lfs' })
    const url = new URL(server.at('/lib.tgz'))
    const { kind, message } = await failureOf(start().client.archive(server.at(), url))
    expect([kind, message]).toEqual([
      'chart',
      `The archive ${url.href} is not a chart archive: it is not a gzip file.`
    ])
  })

  test('that does not end is given up at the bound', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 0x1f)
    const server = await serve({
      '/lib.tgz': (_, response) => {
        const send = () => {
          while (!response.destroyed && response.write(chunk));
        }
        response.on('drain', send)
        send()
      }
    })
    const url = new URL(server.at('/lib.tgz'))
    const { kind, message } = await failureOf(start().client.archive(server.at(), url))
    expect([kind, message]).toEqual([
      'chart',
      `The archive ${url.href} has more than 268435456 bytes, so it was not read.`
    ])
  })

  test('that breaks off is fetched again', async () => {
    let count = 0
    const server = await serve({
      '/lib.tgz': (_, response) => {
        count += 1
        response.writeHead(200, { 'content-length': String(ARCHIVE.length) })
        if (count > 2) response.end(ARCHIVE)
        else response.write(ARCHIVE.subarray(0, 10), () => response.destroy())
      }
    })
    const bytes = await start().client.archive(server.at(), new URL(server.at('/lib.tgz')))
    expect([bytes.equals(ARCHIVE), count]).toEqual([true, 3])
  })
})

describe('a login', () => {
  test('is sent at once, to each address that it is for, and its source is logged once', async () => {
    const server = await serve({ '/a/index.yaml': INDEX, '/a/x.tgz': ARCHIVE, '/b/x.tgz': ARCHIVE })
    const { client, logger } = start({
      logins: [`${server.host}/a`],
      access: { plainHttpHosts: [server.host] }
    })
    await client.index(server.at('/a'))
    await client.archive(server.at('/a'), new URL(server.at('/a/x.tgz')))
    await client.archive(server.at('/a'), new URL(server.at('/b/x.tgz')))
    expect(server.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/a/index.yaml', BASIC],
      ['/a/x.tgz', BASIC],
      ['/b/x.tgz', undefined]
    ])
    const said = `info: The login for ${server.host} comes from \`registry-auth\`.`
    expect(logger.lines.filter((line) => line.startsWith('info'))).toEqual([said])
    expect(logger.lines.join()).not.toContain(PASSWORD)
  })

  test('is asked for with the repository that leads to the address', async () => {
    const server = await serve({ '/x.tgz': ARCHIVE })
    const asked: string[] = []
    const loginFor: ClassicAccess['loginFor'] = (address, repository) => {
      asked.push(`${address.pathname} of ${repository.pathname}`)
      return undefined
    }
    await start({ access: { loginFor } }).client.archive(
      server.at('/charts'),
      new URL(server.at('/x.tgz'))
    )
    expect(asked).toEqual(['/x.tgz of /charts'])
  })

  test('does not go to an archive on another host, unless it is for that one', async () => {
    const second = await serve({ '/x.tgz': ARCHIVE })
    const first = await serve({ '/index.yaml': INDEX })
    const plainHttpHosts = [first.host, second.host]
    const url = new URL(second.at('/x.tgz'))
    for (const logins of [[first.host], [first.host, second.host]]) {
      await start({ logins, access: { plainHttpHosts } }).client.archive(first.at(), url)
    }
    expect(second.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, BASIC])
  })

  test('goes along with redirects on its origin, not to another one, and not back from there', async () => {
    const pages: Record<string, ReturnType<typeof redirectTo> | Buffer> = { '/last': ARCHIVE }
    const first = await serve(pages)
    const second = await serve({ '/away': redirectTo(first.at('/last')) })
    pages['/x.tgz'] = redirectTo('/here')
    pages['/here'] = redirectTo(second.at('/away'))
    const { client } = start({
      logins: [first.host, second.host],
      access: { plainHttpHosts: [first.host, second.host] }
    })
    await client.archive(first.at(), new URL(first.at('/x.tgz')))
    const seen = [...first.requests, ...second.requests]
    expect(seen.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/x.tgz', BASIC],
      ['/here', BASIC],
      ['/last', undefined],
      ['/away', undefined]
    ])
  })

  test('is not sent by plain http, unless the host is named', async () => {
    const server = await serve({ '/index.yaml': INDEX })
    const refused = start({ logins: [server.host], access: { plainHttpHosts: ['127.0.0.1:1'] } })
    const failure = await failureOf(refused.client.index(server.at()))
    expect([failure.kind, failure.message, failure.fix]).toEqual([
      'auth',
      `${server.at('/index.yaml')} is plain http: the login of \`registry-auth\` was not sent there.`,
      `Use https in Chart.yaml, or add ${server.host} to \`plain-http\` to send the login in clear text.`
    ])
    expect(server.requests).toEqual([])
  })

  test('has its host compared with the default port filled in', async () => {
    const target = await serve({ '/index.yaml': INDEX })
    const proxy = await startProxy({ routes: { 'charts.test:80': target.host } })
    const { client } = start({
      logins: ['charts.test'],
      access: { plainHttpHosts: ['charts.test:80'] },
      context: { environment: { HTTP_PROXY: `http://${proxy.host}` } }
    })
    await client.index('http://charts.test:80/')
    expect(target.requests.map(({ headers }) => headers.authorization)).toEqual([BASIC])
  })

  test('in a URL is refused, and nothing of it is shown', async () => {
    const { client } = start()
    const url = new URL('https://user:open-sesame@charts.test/x.tgz')
    const failures = await Promise.all([
      failureOf(client.index(url)),
      failureOf(client.readRepositoryIndex(url.href, ['lib'])),
      failureOf(client.archive('https://charts.test', url)),
      failureOf(client.archive(url, new URL('https://charts.test/x.tgz')))
    ])
    for (const { kind, message, fix } of failures) {
      expect([kind, message]).toEqual([
        'chart',
        expect.stringContaining('https://charts.test/x.tgz has a login in it.')
      ])
      expect(message + fix).not.toMatch(/user:|sesame/)
    }
  })
})

test('plain http without a login is warned of once for each host, but for this machine', async () => {
  const server = await serve({ '/a/index.yaml': INDEX, '/b/index.yaml': INDEX })
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }]
  const { client, logger } = start({ context: { resolve } })
  const { port } = new URL(server.at('/'))
  await client.index(server.at('/a'))
  await client.index(`http://charts.test:${port}/a`)
  await client.index(`http://charts.test:${port}/b`)
  const warnings = logger.lines.filter((line) => line.startsWith('warning'))
  expect(warnings).toEqual([expect.stringContaining(`charts.test:${port} speaks plain http`)])
})

test.each(['ftp://charts.test/', 'file:///etc', 'data:text/plain,a', 'charts.test', ''])(
  'the repository %j is refused',
  async (repository) => {
    const { kind, message } = await failureOf(start().client.index(repository))
    expect([kind, message]).toEqual([
      'chart',
      expect.stringMatching(/^The URL of a repository cannot be used: /)
    ])
  }
)

describe('a redirect', () => {
  test('is followed five times, and not once more', async () => {
    let count = 0
    const server = await serve({
      '*': (_, response) => {
        count += 1
        response.writeHead(302, { location: `/again-${count}` }).end()
      }
    })
    const { message } = await failureOf(start().client.index(server.at()))
    expect([message, count]).toEqual([`${server.host} redirects more than 5 times.`, 6])
  })

  test.each(['', 'ftp://host/x', 'javascript:alert(1)', 'http://'])(
    'to %j is refused',
    async (to) => {
      const server = await serve({ '/index.yaml': redirectTo(to) })
      const { kind, message } = await failureOf(start().client.index(server.at()))
      expect([kind, message]).toEqual([
        'registry',
        `${server.host} redirects (302), but not to a valid http address.`
      ])
    }
  )

  test('to an address with a login is refused, without showing it', async () => {
    const server = await serve({
      '/index.yaml': redirectTo('http://u:open-sesame@other.test/?q=hush')
    })
    const { client, logger } = start()
    const { message } = await failureOf(client.index(server.at()))
    expect(message).toContain('to an address on other.test with a login in it')
    expect([message, ...logger.lines].join()).not.toMatch(/sesame|hush/)
  })

  test('shows nothing of its query, also when its target refuses, breaks off, or is slow', async () => {
    let first = true
    const server = await serve({
      '/a.tgz': redirectTo('/refused?X-Amz=hush'),
      '/b.tgz': redirectTo('/broken?X-Amz=hush'),
      '/c.tgz': redirectTo('/slow?X-Amz=hush'),
      '/refused': answer(403, 'no'),
      '/broken': (_, response) => response.destroy(),
      '/slow': (_, response) => {
        if (first) response.writeHead(503).end('later')
        first = false
      }
    })
    const { client, logger } = start({ access: { timeoutMs: 1000 } })
    const failures = await Promise.all(
      ['/a.tgz', '/b.tgz', '/c.tgz'].map((path) => {
        return failureOf(client.archive(server.at(), new URL(server.at(path))))
      })
    )
    const said = [...failures.flatMap(({ message, fix }) => [message, fix]), ...logger.lines]
    expect(said.join('\n')).not.toContain('hush')
    expect(server.requests.some(({ path }) => path === '/refused?X-Amz=hush')).toBe(true)
  })
})

describe('what is in this network', () => {
  const PUBLIC = '198.41.0.4'

  /** Two servers: one that a proxy reaches as `public.test`, and an inner one, which the first leads to as `to` says. */
  async function behind(to: (inner: string) => string) {
    const inner = await serve({ '/index.yaml': INDEX, '/x.tgz': ARCHIVE })
    const outer = await serve({ '/index.yaml': redirectTo(to(inner.host)) })
    const proxy = await startProxy({ routes: { 'public.test:80': outer.host } })
    const environment = { HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: 'inner.test' }
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }]
    return { inner, ...start({ context: { environment, resolve } }) }
  }

  test.each([
    ['by its address', (host: string) => `http://${host}/index.yaml`],
    ['by a number', (host: string) => `http://2130706433:${host.split(':')[1]}/index.yaml`],
    ['by its name', (host: string) => `http://localhost:${host.split(':')[1]}/index.yaml`],
    [
      'by a name that leads there',
      (host: string) => `http://inner.test:${host.split(':')[1]}/index.yaml`
    ]
  ])('is not reached by a redirect from outside, %s', async (_, to) => {
    const { inner, client } = await behind(to)
    const { kind, message } = await failureOf(client.index('http://public.test/'))
    expect([kind, message]).toEqual([
      'registry',
      expect.stringContaining('an address inside this network')
    ])
    expect(inner.requests).toEqual([])
  })

  test('is not reached by an archive in an index from outside, with a login for it or without', async () => {
    const inner = await serve({ '/x.tgz': ARCHIVE })
    const resolve = async () => [{ address: PUBLIC, family: 4 }]
    const { client } = start({ logins: [inner.host], context: { resolve } })
    const failure = await failureOf(
      client.archive('https://public.test', new URL(inner.at('/x.tgz')))
    )
    expect(failure.message).toBe(
      `public.test points to ${inner.host}, an address inside this network, so it was not contacted.`
    )
    expect(inner.requests).toEqual([])
  })

  test('is not reached by a public name that has an address in here beside another', async () => {
    const inner = await serve({ '/x.tgz': ARCHIVE })
    const addresses: Readonly<Record<string, readonly string[]>> = {
      'public.test': [PUBLIC, '127.0.0.1'],
      'inner.test': ['127.0.0.1']
    }
    const resolve = async (name: string) => {
      return (addresses[name] ?? []).map((address) => ({ address, family: 4 }))
    }
    const { client } = start({ context: { resolve } })
    const url = new URL(inner.at('/x.tgz'))
    url.hostname = 'inner.test'
    const failure = await failureOf(client.archive('https://public.test', url))
    expect(failure.message).toContain('an address inside this network')
    expect(inner.requests).toEqual([])
  })

  test('is not reached over the connection to a repository that is there', async () => {
    const { inner, client } = await behind(
      (host) => `http://inner.test:${host.split(':')[1]}/x.tgz`
    )
    const repository = `http://inner.test:${inner.host.split(':')[1]}`
    expect(String(await client.index(repository))).toBe(INDEX)
    const { message } = await failureOf(client.index('http://public.test/'))
    expect(message).toContain('an address inside this network')
    expect(inner.requests).toHaveLength(1)
  })

  test('is not reached by a host outside that redirects to another port of itself', async () => {
    const inner = await serve({ '/x.tgz': ARCHIVE })
    const port = inner.host.split(':')[1]
    const second = await serve({ '/x.tgz': redirectTo(`http://second.test:${port}/x.tgz`) })
    const proxy = await startProxy({ routes: { 'second.test:80': second.host } })
    const environment = { HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: `second.test:${port}` }
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }]
    const { client } = start({ context: { environment, resolve } })
    const work = client.archive('http://public.test', new URL('http://second.test/x.tgz'))
    expect((await failureOf(work)).message).toContain('an address inside this network')
    expect([second.requests.length, inner.requests.length]).toEqual([1, 0])
  })

  test('is reached by a repository that redirects to itself, whatever other addresses its name has', async () => {
    const server = await serve({
      '/index.yaml': redirectTo('/charts/index.yaml'),
      '/charts/index.yaml': INDEX
    })
    const resolve = async () => ['127.0.0.1', PUBLIC].map((address) => ({ address, family: 4 }))
    const { client } = start({ context: { resolve } })
    const index = await client.index(`http://inner.test:${server.host.split(':')[1]}`)
    expect(String(index)).toBe(INDEX)
  })

  test('is reached from a repository that is there as well', async () => {
    const second = await serve({ '/x.tgz': redirectTo('/y.tgz'), '/y.tgz': ARCHIVE })
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }]
    const { client } = start({ context: { resolve } })
    const bytes = await client.archive('http://inner.test/charts', new URL(second.at('/x.tgz')))
    expect(bytes.equals(ARCHIVE)).toBe(true)
  })

  test.each([
    'http://169.254.169.254/latest',
    'http://[fd00:ec2::254]/',
    'http://metadata.google.internal/',
    'http://169.254.1.1/',
    'http://[fe80::1]/'
  ])('and answers whoever is on the machine is not asked: %s', async (address) => {
    const server = await serve({ '/index.yaml': redirectTo(address) })
    const { client } = start({ logins: [new URL(address).host] })
    const failures = await Promise.all([
      failureOf(client.index(address)),
      failureOf(client.index(server.at())),
      failureOf(client.archive(server.at(), new URL(address)))
    ])
    for (const { kind, message } of failures) {
      expect([kind, message]).toEqual([
        'registry',
        `${new URL(address).host} was not contacted: it is a link-local address or the metadata service of a cloud.`
      ])
    }
  })

  test('and answers whoever is on the machine is not asked by another name either', async () => {
    const resolve = async () => [{ address: '169.254.169.254', family: 4 }]
    const { client } = start({ context: { resolve } })
    const { message } = await failureOf(client.index('https://charts.test'))
    expect(message).toContain('charts.test was not contacted: it is a link-local address')
  })
})

describe('TLS', () => {
  const folder = new Workspace()
  beforeAll(() => folder.open())
  afterAll(() => folder.close())

  const issue = () => {
    const authority = new Authority(folder)
    const server = authority.issue('server', { names: 'IP:127.0.0.1' })
    return { ca: authority.root.cert, server, client: authority.issue('a client') }
  }

  test('is verified, with what is given for the origin', async () => {
    const { ca, server } = issue()
    const one = await serve({ '/index.yaml': INDEX }, server)
    const other = await serve({ '/index.yaml': INDEX }, server)
    const tlsFor = ({ host }: URL) => (host === one.host ? { ...DEFAULT_TLS, ca } : DEFAULT_TLS)
    const { client } = start({ access: { tlsFor } })
    expect(String(await client.index(one.at()))).toBe(INDEX)
    const { kind, message, fix } = await failureOf(client.index(other.at()))
    expect([kind, message, fix]).toEqual([
      'registry',
      expect.stringContaining(`${other.host} cannot be reached: its certificate`),
      expect.stringContaining('`ca`')
    ])
  })

  test('shows a client certificate to its origin alone, also when that redirects', async () => {
    const { ca, server, client: identity } = issue()
    const settings = { ...server, ca, requestCert: true, rejectUnauthorized: false }
    const second = await serve({ '/x.tgz': ARCHIVE }, settings)
    const first = await serve({ '/x.tgz': redirectTo(second.at('/x.tgz')) }, settings)
    const key = new SecretRegistry(() => undefined).register(identity.key)
    const clientCertificate = { certificate: identity.cert, key, passphrase: undefined }
    const tlsFor = ({ host }: URL) => {
      return { ...DEFAULT_TLS, ca, ...(host === first.host && { clientCertificate }) }
    }
    await start({ access: { tlsFor } }).client.archive(first.at(), new URL(first.at('/x.tgz')))
    expect([first, second].map(({ requests }) => requests.map(({ client }) => client))).toEqual([
      ['a client'],
      [undefined]
    ])
  })

  test('is not left by a redirect, unless the host may be spoken to in clear text', async () => {
    const { ca, server } = issue()
    const plain = await serve({ '/index.yaml': INDEX })
    const secure = await serve(
      { '/index.yaml': redirectTo(plain.at('/index.yaml?q=hush')) },
      server
    )
    const tlsFor = () => ({ ...DEFAULT_TLS, ca })
    const logins = [secure.host, plain.host]
    const failure = await failureOf(start({ logins, access: { tlsFor } }).client.index(secure.at()))
    expect([failure.kind, failure.message]).toEqual([
      'registry',
      `${secure.host} redirects (302) from https to plain http on ${plain.host}, which is not followed.`
    ])
    expect(plain.requests).toEqual([])
    const plainHttpHosts = [plain.host]
    const { client } = start({ logins, access: { tlsFor, plainHttpHosts } })
    expect(String(await client.index(secure.at()))).toBe(INDEX)
    expect(plain.requests.map(({ headers }) => headers.authorization)).toEqual([undefined])
  })
})

describe('a refusal', () => {
  test.each([
    [401, 'auth', 'refused the index of'],
    [403, 'auth', 'refused the index of'],
    [404, 'auth', 'was not found'],
    [410, 'auth', 'was not found'],
    [418, 'registry', 'did not send the index of'],
    [204, 'registry', 'did not send the index of'],
    [304, 'registry', 'did not send the index of']
  ])('of an index with %d is of the kind %j', async (status, kind, text) => {
    const server = await serve({ '/index.yaml': answer(status) })
    const failure = await failureOf(start().client.index(server.at()))
    expect([failure.kind, failure.message]).toEqual([kind, expect.stringContaining(text)])
    expect(failure.message).toMatch(new RegExp(`: ${status}\\.$`))
  })

  test('of an index names the entry to add, or the login to check', async () => {
    const server = await serve({ '/index.yaml': answer(401) })
    const access = { plainHttpHosts: [server.host] }
    const strange = await failureOf(start({ access }).client.index(server.at()))
    const known = await failureOf(
      start({ access, logins: [server.host] }).client.index(server.at())
    )
    expect([strange.fix, known.fix]).toEqual([
      `Check the URL in Chart.yaml. If it is private, add an entry for ${server.host} to \`registry-auth\`, with a user who may read it.`,
      'Check the URL in Chart.yaml. Check the login of `registry-auth`, and that its user may read this.'
    ])
  })

  test.each([
    [404, 'chart'],
    [410, 'chart'],
    [401, 'auth'],
    [403, 'auth']
  ])('of an archive on the host of its index with %d is of the kind %j', async (status, kind) => {
    const server = await serve({ '/x.tgz': answer(status) })
    const failure = await failureOf(
      start().client.archive(server.at('/charts'), new URL(server.at('/x.tgz')))
    )
    expect([failure.kind, failure.message]).toEqual([
      kind,
      kind === 'chart'
        ? `The index of ${server.at('/charts')} lists ${server.at('/x.tgz')}, which does not exist: ${status}.`
        : `${server.host} refused the archive ${server.at('/x.tgz')}: ${status}.`
    ])
  })

  test.each([401, 403, 404])(
    'of a second host with %d names it and the entry to add',
    async (status) => {
      const first = await serve({})
      const second = await serve({ '/x.tgz': answer(status) })
      const failure = await failureOf(
        start().client.archive(first.at(), new URL(second.at('/x.tgz')))
      )
      expect([failure.kind, failure.message, failure.fix]).toEqual([
        'auth',
        `${second.host}, to which the index of ${first.at()} points, refused the archive ${second.at('/x.tgz')}: ${status}.`,
        `If it is private, add an entry for ${second.host} to \`registry-auth\`, with a user who may read it.`
      ])
    }
  )

  test('of a host that a redirect leads to says that no login goes there', async () => {
    const second = await serve({ '/y': answer(403) })
    const first = await serve({ '/x.tgz': redirectTo(second.at('/y')) })
    const failure = await failureOf(start().client.archive(first.at(), new URL(first.at('/x.tgz'))))
    expect([failure.kind, failure.message, failure.fix]).toEqual([
      'auth',
      `${second.host}, to which ${first.host} redirects, refused the archive ${first.at('/x.tgz')}: 403.`,
      `Logins are not sent to the target of a redirect: check the repository, and the login for ${first.host}.`
    ])
  })

  test.each([
    ['{"error":"chart not found"}', '"chart not found"'],
    ['{"errors":[{"status":404,"message":"no such thing"}]}', '"no such thing"'],
    ['{"message":"404 Not Found","error":"gone"}', '"gone: 404 Not Found"'],
    ['<!DOCTYPE html><title>Log in</title>', '(a web page)'],
    ['no <b>such</b>\n\nfile', '"no such file"'],
    [`you sent ${PASSWORD} and ${BASIC}`, '"you sent *** and Basic ***"'],
    ['{"error":"canary\\u002d9f81c2d4e6"}', '"***"'],
    ['x'.repeat(300), `"${'x'.repeat(200)}… (100 more characters)"`]
  ])('has the words of the server: %j', async (body, words) => {
    const bodies = [body, gzipSync(body)]
    for (const sent of bodies) {
      const server = await serve({ '/index.yaml': answer(403, sent) })
      const { client } = start({ logins: [server.host], access: { plainHttpHosts: [server.host] } })
      const { message } = await failureOf(client.index(server.at()))
      expect(message).toBe(`${server.host} refused the index of ${server.at()}: 403 ${words}.`)
    }
  })

  test('with a compressed bomb or rubbish has no words', async () => {
    for (const body of [gzipSync(Buffer.alloc(10_000_000)), Buffer.from('1f8b08ffff', 'hex')]) {
      const server = await serve({ '/index.yaml': answer(403, body) })
      const { message } = await failureOf(start().client.index(server.at()))
      expect(message).toBe(`${server.host} refused the index of ${server.at()}: 403.`)
    }
  })

  test.each(['index', 'archive'] as const)(
    'in the shape of a web page is named: %s',
    async (kind) => {
      const server = await serve({ '*': '\n<!doctype html><title>Log in</title>' })
      const { client } = start()
      const url = new URL(server.at('/x.tgz'))
      const failure = await failureOf(
        kind === 'index' ? client.index(server.at()) : client.archive(server.at(), url)
      )
      expect([failure.kind, failure.message]).toEqual([
        'auth',
        expect.stringMatching(/^The .* is a web page, such as a login page\.$/)
      ])
    }
  )
})

describe('trouble', () => {
  test('that passes is waited for: 429 as long as it asks, 503 as usual', async () => {
    const waits: number[] = []
    let count = 0
    const server = await serve({
      '/index.yaml': (_, response) => {
        count += 1
        if (count === 1) response.writeHead(429, { 'retry-after': '7' }).end()
        else response.writeHead(count === 2 ? 503 : 200).end(INDEX)
      }
    })
    const retry = {
      random: () => 0.5,
      sleep: async (ms: number) => {
        waits.push(ms)
      }
    }
    expect(String(await start({ context: { retry } }).client.index(server.at()))).toBe(INDEX)
    expect(waits).toEqual([7000, 500])
  })

  test('that stays is a failure with the words of the server', async () => {
    const server = await serve({ '/index.yaml': answer(500, 'out of disk') })
    const { kind, message } = await failureOf(start().client.index(server.at()))
    expect([kind, message]).toEqual([
      'registry',
      `${server.host} did not send the index of ${server.at()}: 500 "out of disk". It was tried 4 times.`
    ])
    expect(server.requests).toHaveLength(4)
  })

  test('by a limit names the login to add', async () => {
    const server = await serve({ '/index.yaml': answer(429, 'toomanyrequests') })
    const { kind, message, fix } = await failureOf(start().client.index(server.at()))
    expect([kind, message, fix]).toEqual([
      'registry',
      expect.stringContaining('429 "toomanyrequests". It was tried 4 times.'),
      expect.stringContaining(`or add an entry for ${server.host} to \`registry-auth\``)
    ])
  })

  test('by a limit that outlasts the time still has the words of the server', async () => {
    const server = await serve({
      '/index.yaml': answer(429, 'toomanyrequests', { 'retry-after': '50' })
    })
    const { client } = start({
      access: { timeoutMs: 300 },
      context: { retry: { sleep: (ms, signal) => sleep(ms, undefined, { signal }) } }
    })
    const { kind, message } = await failureOf(client.index(server.at()))
    expect([kind, message]).toEqual([
      'registry',
      `${server.host} did not send the index of ${server.at()}: 429 "toomanyrequests". It asked to wait 50 s.`
    ])
  })

  test('with a body that drips, or does not go on, ends when the time is over', async () => {
    const server = await serve({
      '/a.tgz': (_, response) => {
        response.writeHead(200)
        const timer = setInterval(() => response.write('x'), 20)
        response.once('close', () => clearInterval(timer))
      },
      '/b.tgz': (_, response) => response.writeHead(200).write('half')
    })
    const { client } = start({ access: { timeoutMs: 400 } })
    const failures = ['/a.tgz', '/b.tgz'].map((path) => {
      return failureOf(client.archive(server.at(), new URL(server.at(path))))
    })
    for (const { kind, message } of await Promise.all(failures)) {
      expect([kind, message]).toEqual([
        'registry',
        expect.stringContaining('took longer than 0.4 s')
      ])
    }
  })

  test('with a host that refuses connections keeps the rest from being tried there', async () => {
    const host = await closedPort()
    const { client, logger } = start()
    const first = await failureOf(client.index(`http://${host}/a`))
    const second = await failureOf(client.index(`http://${host}/b`))
    expect(first.message).toContain(`${host} cannot be reached: the connection was refused`)
    expect([second.kind, second.message]).toEqual([
      'registry',
      `Not attempted, because ${host} did not answer before: ${first.message}`
    ])
    const said = logger.lines.filter((line) => line.includes('does not answer'))
    expect(said).toEqual([`info: ${host} does not answer: this run sends it no more requests.`])
  })

  test('with a host that is silent keeps the rest from waiting for it, with one that is slow it does not', async () => {
    const silent = await startRaw(() => undefined)
    const slow = await serve({
      '/a/index.yaml': (_, response) => response.writeHead(200).write('a'),
      '/b/index.yaml': INDEX
    })
    const { client } = start({ access: { timeoutMs: 400 } })
    await failureOf(client.index(silent.url.origin))
    const again = await failureOf(client.index(`${silent.url.origin}/b`))
    expect(again.message).toContain('Not attempted')
    expect(silent.accepted()).toBe(1)
    await failureOf(client.index(slow.at('/a')))
    expect(String(await client.index(slow.at('/b')))).toBe(INDEX)
  })

  test('is not asked for twice: what failed fails again', async () => {
    const server = await serve({})
    const { client } = start()
    const [one, other] = [
      await failureOf(client.index(server.at())),
      await failureOf(client.index(server.at()))
    ]
    expect(one).toBe(other)
    expect(server.requests).toHaveLength(1)
  })
})

test('an interruption ends what is under way, with its reason', async () => {
  const controller = new AbortController()
  const server = await serve({ '*': () => controller.abort(new Error('stopped by a user')) })
  const { client } = start({ context: { signal: controller.signal } })
  await expect(client.index(server.at())).rejects.toThrow('stopped by a user')
})

test('no query and no login stands in the log of requests', async () => {
  const server = await serve({ '/index.yaml': INDEX })
  const { client, logger } = start({
    logins: [server.host],
    access: { plainHttpHosts: [server.host] }
  })
  await client.index(server.at('/?key=hush'))
  const debug = logger.lines.filter((line) => line.startsWith('debug'))
  expect(debug).toEqual([
    expect.stringMatching(/^debug: GET http:\/\/127\.0\.0\.1:\d+\/index\.yaml 200/)
  ])
})
