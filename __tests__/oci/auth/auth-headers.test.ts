import { describe, expect, test } from '@jest/globals'
import { AuthHeaders } from '../../../src/oci/auth/auth-headers.ts'
import { Authenticator } from '../../../src/oci/auth/authenticator.ts'
import type { Credential } from '../../../src/oci/auth/credential.ts'
import { RegistryClient } from '../../../src/oci/client.ts'
import { Secret } from '../../../src/shared/secret.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../../support/log.ts'
import { ScriptedTransport } from '../../support/network/scripted-transport.ts'
import { noPauses } from '../../support/registry/clients.ts'
import type { TestRegistry, TestRegistryOptions } from '../../support/registry/registry.ts'
import type { Answer, RecordedRequest } from '../../support/registry/registry-store.ts'
import { useRegistries } from '../../support/registry/servers.ts'

const CANARY = 'c4nary/with&special=chars?'
const LOGIN = { username: 'ci', password: CANARY }
const start = useRegistries()

/** Every form in which a secret could have come to a server. */
const FORMS = [
  CANARY,
  encodeURIComponent(CANARY),
  new URLSearchParams({ v: CANARY }).toString().slice(2),
  Buffer.from(CANARY).toString('base64'),
  Buffer.from(CANARY).toString('base64url'),
  Buffer.from(`ci:${CANARY}`).toString('base64'),
  Buffer.from(`ci:${CANARY}`).toString('base64url')
]

/** Whether any part of a request holds the canary. */
function holdsCanary({ method, url, headers, body }: RecordedRequest): boolean {
  const text = [method, url, JSON.stringify(headers), body.toString('latin1')].join('\n')
  return FORMS.some((form) => text.includes(form))
}

async function lastOf(registry: TestRegistry): Promise<boolean> {
  const request = registry.requests.at(-1)
  return request !== undefined && holdsCanary(request)
}

test('the search finds a canary that was planted in a URL, a header or a body', async () => {
  const registry = await start()
  const at = (path: string, init?: RequestInit) => fetch(`http://${registry.host}${path}`, init)
  for (const form of FORMS) {
    await at(`/v2/?${form.replaceAll('?', '')}x`)
    await at('/v2/', { headers: { authorization: `Basic ${form}` } })
    expect(await lastOf(registry)).toBe(true)
    await at('/v2/', { method: 'POST', body: `refresh_token=${form}&x` })
    expect(await lastOf(registry)).toBe(true)
  }
  await at(`/v2/?password=${encodeURIComponent(CANARY)}`)
  expect(await lastOf(registry)).toBe(true)
  await at('/v2/')
  expect(await lastOf(registry)).toBe(false)
})

const KINDS: readonly Credential['kind'][] = ['login', 'identity-token', 'registry-token']

function credentialOf(kind: Credential['kind'], secrets: SecretRegistry): Credential {
  const secret = secrets.register(CANARY)
  if (kind === 'login') return { kind, username: 'ci', password: secret }
  if (kind === 'identity-token') return { kind, username: 'ci', token: secret }
  return { kind, token: secret }
}

/** Reads a tag and a blob and pushes one from `registry`; what fails is what it is about. */
async function visit(registry: TestRegistry, kind: Credential['kind'] = 'login') {
  const secrets = new SecretRegistry(() => undefined)
  const logger = new RecordingLogger()
  const client = new RegistryClient({
    host: registry.host,
    plainHttp: true,
    credential: credentialOf(kind, secrets),
    userAgent: 'test',
    secrets,
    logger,
    signal: new AbortController().signal,
    retry: noPauses()
  })
  const repository = { host: registry.host, name: 'team/demo' }
  const bytes = Buffer.from('blob')
  const digest = `sha256:${'0'.repeat(64)}` as const
  const blob = { mediaType: 'text/plain', digest, size: bytes.length, bytes }
  const failures: string[] = []
  const attempt = (work: Promise<unknown>) =>
    work.catch((error: unknown) => failures.push(String(error)))
  await attempt(client.getManifestAt(repository, '1.0.0'))
  await attempt(client.getBlob(repository, { digest, size: 4 }))
  await attempt(client.pushBlob(repository, blob))
  await client.close()
  const printed = [...logger.lines, ...failures].map((line) => secrets.redact(line)).join('\n')
  expect(FORMS.filter((form) => printed.includes(form))).toEqual([])
  return failures
}

function challenge(text: string): Answer {
  return { status: 401, headers: { 'www-authenticate': text }, body: '' }
}

/** A registry that answers by `answer`, with another beside it that records all that strays there. */
async function pair(
  answer: (request: RecordedRequest, stranger: string) => Answer | undefined,
  options: { readonly stranger?: TestRegistryOptions } = {}
) {
  const stranger = await start({
    fault: () => challenge('Basic realm="give it to me"'),
    ...options.stranger
  })
  const registry = await start({ fault: (request) => answer(request, stranger.host) })
  return { registry, stranger }
}

describe.each(KINDS)('a %s reaches no other server', (kind) => {
  test.each<[string, (request: RecordedRequest, stranger: string) => Answer | undefined]>([
    [
      'by a redirect',
      ({ headers }, stranger) => {
        if (!headers.authorization) return challenge('Basic realm="r"')
        return {
          status: 307,
          headers: { location: `http://${stranger}/v2/x`, 'set-cookie': 'a=b' }
        }
      }
    ],
    [
      'by a redirect before any login',
      ({ url }, stranger) => ({ status: 302, headers: { location: `http://${stranger}${url}` } })
    ],
    [
      'by an upload location',
      ({ method, headers }, stranger) => {
        if (!headers.authorization) return challenge('Basic realm="r"')
        return {
          status: method === 'POST' ? 202 : 404,
          headers: { location: `http://${stranger}/up` }
        }
      }
    ],
    [
      'by a redirect of an upload',
      ({ method, url, headers }, stranger) => {
        if (!headers.authorization) return challenge('Basic realm="r"')
        if (method === 'POST') return { status: 202, headers: { location: `${url}session` } }
        return { status: 307, headers: { location: `http://${stranger}/up` } }
      }
    ],
    [
      'by a redirect of the token service',
      ({ url, headers }, stranger) => {
        if (url.startsWith('/token')) {
          return { status: 307, headers: { location: `http://${stranger}/token` } }
        }
        return headers.authorization ? { status: 404 } : challenge('Bearer realm="/token"')
      }
    ],
    [
      'by a token service at an http address elsewhere',
      (_, stranger) => {
        return challenge(`Bearer realm="http://localhost.example:${stranger.split(':')[1]}/t"`)
      }
    ],
    [
      'by a token service with another scheme',
      (_, stranger) => challenge(`Bearer realm="ftp://${stranger}/t"`)
    ],
    [
      'by an address with a user in it',
      (_, stranger) => challenge(`Bearer realm="http://ci@${stranger}/t"`)
    ]
  ])('%s', async (_, answer) => {
    const { registry, stranger } = await pair(answer)
    await visit(registry, kind)
    expect(stranger.requests.filter(holdsCanary)).toEqual([])
    expect(stranger.requests.filter(({ headers }) => headers.authorization)).toEqual([])
    expect(
      [...stranger.requests, ...registry.requests].filter(({ headers }) => headers.cookie)
    ).toEqual([])
  })
})

test('a redirect away and back bears no login any more', async () => {
  const back: string[] = []
  const { registry } = await pair(
    ({ url, headers }, stranger) => {
      if (url.startsWith('/back')) back.push(headers.authorization ?? 'none')
      if (!headers.authorization) return challenge('Basic realm="r"')
      return { status: 307, headers: { location: `http://${stranger}/away` } }
    },
    {
      stranger: {
        fault: () => ({ status: 307, headers: { location: `http://${registry.host}/back` } })
      }
    }
  )
  await visit(registry)
  expect(back).toEqual(['none'])
})

test('cookies are not sent back', async () => {
  const registry = await start({
    fault: () => ({ status: 404, headers: { 'set-cookie': 'session=1; Path=/' } })
  })
  await visit(registry)
  expect(registry.requests.length).toBeGreaterThan(1)
  expect(registry.requests.filter(({ headers }) => headers.cookie !== undefined)).toEqual([])
})

test('a token service on the same server may move within it, and nothing but 307 and 308 is followed', async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    const registry = await start({ auth: { kind: 'bearer', ...LOGIN } })
    registry.fault = ({ url }) => {
      if (!url.startsWith('/token?') || url.includes('moved')) return undefined
      return { status, headers: { location: `${url}&moved=1` } }
    }
    const failures = await visit(registry)
    const moved = registry.requests.filter(({ url }) => url.includes('moved'))
    expect([status, moved.length > 0]).toEqual([status, status >= 307])
    const told = failures.some((text) =>
      text.includes('logins are not sent to the target of a redirect')
    )
    expect([status, told]).toEqual([status, status < 307])
  }
})

test('a token service that redirects for ever is left', async () => {
  const registry = await start({ auth: { kind: 'bearer', ...LOGIN } })
  registry.fault = ({ url }) =>
    url.startsWith('/token?') ? { status: 307, headers: { location: url } } : undefined
  await visit(registry)
  expect(registry.requests.filter(({ url }) => url.startsWith('/token?')).length).toBeLessThan(20)
})

function scripted(
  realms: readonly string[],
  options: {
    readonly host?: string
    readonly password?: string
    readonly githubServer?: string
    readonly tokenHosts?: readonly string[]
  } = {}
) {
  const { host = 'reg.example', password = CANARY, githubServer, tokenHosts = [] } = options
  const origin = new URL(`https://${host}`)
  const left = [...realms]
  const logger = new RecordingLogger()
  let later: string | undefined
  const transport = new ScriptedTransport(({ url, headers }) => {
    if (later !== undefined) return { status: 401, headers: { 'www-authenticate': later } }
    if (url.pathname.startsWith('/token')) return { status: 200, body: { token: 'bearer-token' } }
    if (headers['authorization'] && left.length === 0) return { status: 200 }
    const realm = left.shift()
    const text = realm === 'basic' ? 'Basic' : `Bearer realm="${realm}",service="s"`
    return { status: 401, headers: { 'www-authenticate': text } }
  })
  const secrets = new SecretRegistry(() => undefined)
  const authenticator = new Authenticator({
    origin,
    credential: { kind: 'login', username: 'ci', password: secrets.register(password) },
    access: 'pull,push',
    tokenHosts,
    githubServer,
    secrets,
    // So that nothing is known of it before its challenge.
    isVerified: false,
    transport,
    logger
  })
  const send = () =>
    authenticator.send('a', { method: 'GET', url: new URL('/v2/a/x', origin), headers: {} })
  const challengeWith = (text: string) => {
    later = text
  }
  return { send, transport, logger, challengeWith }
}

describe('a token service on another host', () => {
  test('is told in the log', async () => {
    const { send, logger } = scripted(['https://auth.example/token'])
    await send()
    expect(logger.lines).toContain(
      'info: The password goes to the token service of reg.example at auth.example.'
    )
  })

  test('gets the password, but not the token; the registry gets the token, but not the password', async () => {
    const { send, transport } = scripted(['https://auth.example/token'])
    await send()
    const holding = (text: string) =>
      transport.requests
        .filter(({ headers }) => headers['authorization']?.includes(text))
        .map(({ url }) => url.host)
    expect(holding('Basic ')).toEqual(['auth.example'])
    expect(holding('bearer-token')).toEqual(['reg.example'])
  })

  test.each([
    [
      'it',
      'Bearer realm="https://evil.example/token",service="s"',
      'from https://auth.example to https://evil.example'
    ],
    [
      'its path',
      'Bearer realm="https://auth.example/token2",service="s"',
      'changed its token service'
    ],
    [
      'its service',
      'Bearer realm="https://auth.example/token",service="t"',
      'from the service "s" to "t"'
    ],
    [
      'its service, left out',
      'Bearer realm="https://auth.example/token"',
      'from the service "s" to ""'
    ]
  ])('may not change in mid-run: %s', async (_, later, words) => {
    const { send, transport, challengeWith } = scripted(['https://auth.example/token'])
    expect((await send()).status).toBe(200)
    challengeWith(later)
    await expect(send()).rejects.toMatchObject({
      kind: 'auth',
      message: expect.stringContaining(words)
    })
    expect(transport.requests.filter(({ url }) => url.pathname.startsWith('/token'))).toHaveLength(
      1
    )
  })

  test('is refused when token-hosts names others', async () => {
    const { send, transport } = scripted(['https://auth.example/token'], {
      tokenHosts: ['other.example']
    })
    await expect(send()).rejects.toMatchObject({
      kind: 'auth',
      fix: 'Add auth.example to `token-hosts` if it is yours.'
    })
    expect(transport.requests).toHaveLength(1)
  })
})

describe("a job's own token", () => {
  const password = 'ghs_16C7e42F292c6912E7710c838347Ae178B4a'
  const githubServer = 'https://github.corp.example'

  test.each([
    ['ghcr.io', 'https://ghcr.io/token'],
    ['containers.github.corp.example', 'https://github.corp.example/token'],
    ['github.corp.example', 'basic']
  ])('goes to %s by %s', async (host, realm) => {
    const { send } = scripted([realm], { host, password, githubServer })
    expect((await send()).status).toBe(200)
  })

  test.each([
    ['reg.example', 'basic'],
    ['reg.example', 'https://ghcr.io.example/token'],
    ['ghcr.io', 'https://auth.example/token'],
    ['ghcr.io.example', 'basic'],
    ['evilgithub.corp.example', 'basic'],
    ['corp.example', 'basic']
  ])('is kept from %s by %s', async (host, realm) => {
    const { send, transport } = scripted([realm], { host, password, githubServer })
    await expect(send()).rejects.toMatchObject({
      kind: 'auth',
      message: expect.stringContaining('the token of a GitHub job, which is only valid for')
    })
    expect(transport.requests.filter(({ headers }) => headers['authorization'])).toEqual([])
  })

  test.each([
    ` ${password}`,
    `\t${password}\n`,
    `\ufeff${password}`,
    `\u200b${password}`,
    `"${password}"`,
    `Bearer ${password}`,
    `x:${password}`,
    `token=${password};`
  ])('is kept from others also as %j', async (written) => {
    const { send, transport } = scripted(['basic'], { host: 'reg.example', password: written })
    await expect(send()).rejects.toMatchObject({ kind: 'auth' })
    expect(transport.requests.filter(({ headers }) => headers['authorization'])).toEqual([])
  })

  test.each(['passwords_1', 'aghs_b', 'ghs', 'ghs_', 'GHS_a'])(
    'is not what %s is',
    async (other) => {
      const { send } = scripted(['basic'], { host: 'reg.example', password: other })
      expect((await send()).status).toBe(200)
    }
  )
})

describe('the authHeaders gives nothing for another place, whoever asks', () => {
  const registry = new URL('https://reg.example')
  const elsewhere = [
    'http://reg.example',
    'https://reg.example:8443',
    'https://sub.reg.example',
    'https://evil.example'
  ]
  const authHeaders = (credential: Credential) => {
    return new AuthHeaders({
      registry,
      credential,
      secrets: new SecretRegistry(() => undefined),
      githubServer: undefined
    })
  }
  const token = new Secret('t')

  test('a job token in place of the user is one too', () => {
    const username = 'ghs_16C7e42F292c6912E7710c838347Ae178B4a'
    for (const kind of ['login', 'identity-token'] as const) {
      const credential: Credential =
        kind === 'login' ? { kind, username, password: token } : { kind, username, token }
      const given = authHeaders(credential)
      given.pin(registry)
      expect(() => given.basic(registry)).toThrow('the token of a GitHub job')
    }
  })

  test.each(elsewhere)('%s', (place) => {
    const url = new URL(place)
    expect(() => authHeaders({ kind: 'login', username: 'u', password: token }).basic(url)).toThrow(
      'would have been sent'
    )
    expect(() => authHeaders({ kind: 'registry-token', token }).bearer(token, url)).toThrow(
      'would have been sent'
    )
    expect(() =>
      authHeaders({ kind: 'identity-token', username: 'u', token }).refreshForm(url, {})
    ).toThrow('would have been sent')
  })

  test('the default port is no other place', () => {
    const url = new URL('https://reg.example:443/v2/')
    expect(
      authHeaders({ kind: 'login', username: 'u', password: token }).basic(url)
    ).toHaveProperty('authorization')
  })

  test('an identity token does not go to the registry, a bearer token not to the token service', () => {
    const identity = authHeaders({ kind: 'identity-token', username: 'u', token })
    identity.pin(new URL('https://auth.example/token'))
    expect(() => identity.refreshForm(registry, {})).toThrow('would have been sent')
    expect(() => identity.basic(registry)).toThrow('would have been sent')
    expect(() => identity.bearer(token, new URL('https://auth.example/token'))).toThrow(
      'would have been sent'
    )
  })
})
