import { storeChart } from '../charts/stored-chart.ts'
import { TestProxy } from '../network/forward-proxy.ts'
import { type Fault, TestRegistry } from '../registry/registry.ts'
import type { Answer, RecordedRequest } from '../registry/registry-store.ts'
import { HOSTS, type Lab, USER } from './lab.ts'
import { signingAnswers } from './signing-answers.ts'

export type ServerName = keyof typeof HOSTS

/** What the servers of one run do otherwise than they should. */
export interface Faults {
  /** Comes behind the login. */
  readonly registry?: (request: RecordedRequest, lab: Lab) => ReturnType<Fault>
  readonly tokens?: (request: RecordedRequest, lab: Lab) => ReturnType<Fault>
  readonly issuer?: (request: RecordedRequest, lab: Lab) => ReturnType<Fault>
  readonly fulcio?: (request: RecordedRequest, lab: Lab) => ReturnType<Fault>
  readonly rekor?: (request: RecordedRequest, lab: Lab) => ReturnType<Fault>
  readonly github?: (request: RecordedRequest, lab: Lab) => ReturnType<Fault>
  /** The registry shows a certificate that nobody trusts. */
  readonly isUntrusted?: boolean
}

/** The servers of one run: https, each with a name of its own, behind a proxy that wants a login. */
export class World {
  readonly servers: Readonly<Record<ServerName, TestRegistry>>
  readonly proxy: TestProxy
  /** A mirror of helm's downloads that never answers. */
  readonly downloads: TestRegistry
  readonly #lab: Lab

  private constructor(lab: Lab, { servers, proxy, downloads }: Servers) {
    this.#lab = lab
    this.servers = servers
    this.proxy = proxy
    this.downloads = downloads
  }

  /** The registry has the version already, with other content, which it keeps at another host. */
  static async start(lab: Lab, faults: Faults): Promise<World> {
    const { secrets, server: tls, stranger } = lab
    const basic = (password: string) => ({ kind: 'basic' as const, username: USER, password })
    const registry = await TestRegistry.start({ tls: faults.isUntrusted ? stranger : tls })
    await storeChart(registry, 'charts/demo:1.2.3')
    registry.fault = (request) => registryAnswer(request, lab, faults)
    const servers = {
      registry,
      tokens: await TestRegistry.start({
        tls,
        fault: (request) => faults.tokens?.(request, lab) ?? tokenAnswer(request, lab)
      }),
      storage: await TestRegistry.start({
        tls,
        fault: (request) => registry.store.answer(request)
      }),
      second: await TestRegistry.start({ tls, auth: basic(secrets['docker-config']) }),
      third: await TestRegistry.start({ tls, auth: basic(secrets['credential helper']) }),
      ...(await startSigningServices(lab, faults))
    }
    const routes = serverNames().map((name) => [`${HOSTS[name]}:443`, servers[name].host] as const)
    const login = `${USER}:${secrets.proxy}`
    const proxy = await TestProxy.start({ login, routes: Object.fromEntries(routes) })
    const downloads = await TestRegistry.start({ fault: () => 'hang' })
    return new World(lab, { servers, proxy, downloads })
  }

  /** Where each secret has come to, as `SERVER PART: CANARY`. The proxy could have read all that went through it. */
  heard(): readonly string[] {
    const { requests, sent } = this.proxy
    const connects = requests.map(({ line, headers }) => ({
      method: line,
      url: '',
      headers,
      body: sent
    }))
    const finds = [
      ...serverNames().flatMap((name) => this.#findsIn(name, this.servers[name].requests)),
      ...this.#findsIn('proxy', connects),
      ...this.#findsIn('downloads', this.downloads.requests)
    ]
    return [...new Set(finds)].sort()
  }

  async stop(): Promise<void> {
    const servers = [...Object.values(this.servers), this.proxy, this.downloads]
    await Promise.all(servers.map((server) => server.stop()))
  }

  #findsIn(server: string, requests: readonly RecordedRequest[]): readonly string[] {
    const parts = requests.flatMap(partsOf)
    return parts.flatMap(([part, content]) => {
      return this.#lab.search.in(content).map((canary) => `${server} ${part}: ${canary}`)
    })
  }
}

async function startSigningServices(lab: Lab, faults: Faults) {
  const start = (name: keyof typeof signingAnswers) => {
    const fault: Fault = (request) => {
      return faults[name]?.(request, lab) ?? signingAnswers[name](request, lab)
    }
    return TestRegistry.start({ tls: lab.server, fault })
  }
  const [issuer, fulcio, rekor, github] = await Promise.all(
    (['issuer', 'fulcio', 'rekor', 'github'] as const).map(start)
  )
  if (!issuer || !fulcio || !rekor || !github) throw new Error('a service was not started')
  return { issuer, fulcio, rekor, github }
}

type Servers = Pick<World, 'servers' | 'proxy' | 'downloads'>

function serverNames(): readonly ServerName[] {
  return Object.keys(HOSTS) as ServerName[]
}

/** The headers that are for secrets each by itself, all else together. */
function partsOf({ method, url, headers, body }: RecordedRequest) {
  const { authorization = '', 'proxy-authorization': proxy = '', ...others } = headers
  return [
    ['authorization', authorization],
    ['proxy-authorization', proxy],
    ['line', `${method} ${url}`],
    ['headers', JSON.stringify(others)],
    ['body', body]
  ] as const
}

function registryAnswer(request: RecordedRequest, lab: Lab, faults: Faults): ReturnType<Fault> {
  if (request.headers.authorization !== `Bearer ${lab.secrets['bearer token']}`) return CHALLENGE
  const fault = faults.registry?.(request, lab)
  if (fault || request.method !== 'GET' || !request.url.includes('/blobs/')) return fault
  return { status: 307, headers: { location: `https://${HOSTS.storage}${request.url}` } }
}

const CHALLENGE: Answer = {
  status: 401,
  headers: { 'www-authenticate': `Bearer realm="https://${HOSTS.tokens}/token",service="test"` }
}

function tokenAnswer({ headers, body }: RecordedRequest, { secrets }: Lab): Answer {
  const passwords = [
    secrets.password,
    secrets['registry-auth password'],
    secrets.CI_REGISTRY_PASSWORD
  ]
  const logins = passwords.map(basicHeader)
  const isKnown =
    logins.includes(headers.authorization ?? '') ||
    new URLSearchParams(body.toString()).get('refresh_token') === secrets['identity-token']
  if (!isKnown) return { status: 401, body: 'Auth failed.' }
  const token = {
    access_token: secrets['bearer token'],
    refresh_token: secrets['refresh token'],
    expires_in: 300
  }
  return { status: 200, body: JSON.stringify(token) }
}

function basicHeader(password: string): string {
  return `Basic ${Buffer.from(`${USER}:${password}`).toString('base64')}`
}
