import { describe, expect, test } from '@jest/globals'
import type { HttpRequest } from '../../../src/http/message.ts'
import { Authenticator, type AuthenticatorOptions } from '../../../src/oci/auth/authenticator.ts'
import type { Credential } from '../../../src/oci/auth/credential.ts'
import { Failure } from '../../../src/shared/failure.ts'
import { Secret } from '../../../src/shared/secret.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../../support/log.ts'
import {
  type Script,
  type ScriptedAnswer,
  ScriptedTransport
} from '../../support/network/scripted-transport.ts'

const REGISTRY = 'https://reg.example'
const REALM = 'https://auth.example/token'
const LOGIN: Credential = { kind: 'login', username: 'ci', password: new Secret('pa:ss') }
const BASIC_HEADER = `Basic ${Buffer.from('ci:pa:ss').toString('base64')}`

function bearer(parameters: Readonly<Record<string, string>> = {}): ScriptedAnswer {
  const all = { realm: REALM, service: 'the registry', ...parameters }
  const text = Object.entries(all).map(([name, value]) => `${name}="${value}"`)
  return { status: 401, headers: { 'www-authenticate': `Bearer ${text.join(',')}` } }
}

function basic(error = ''): ScriptedAnswer {
  const challenge = `Basic realm="r"${error === '' ? '' : `,error="${error}"`}`
  return { status: 401, headers: { 'www-authenticate': challenge } }
}

function set(script: Script, options: Partial<AuthenticatorOptions> = {}) {
  const transport = new ScriptedTransport(script)
  const logger = new RecordingLogger()
  const authenticator = new Authenticator({
    origin: new URL(REGISTRY),
    credential: LOGIN,
    access: 'pull,push',
    tokenHosts: [],
    githubServer: undefined,
    secrets: new SecretRegistry(() => undefined),
    transport,
    logger,
    ...options
  })
  const send = (
    repository = 'team/demo',
    path = 'manifests/1',
    method: HttpRequest['method'] = 'GET'
  ) => {
    const url = new URL(`/v2/${repository}/${path}`, options.origin ?? REGISTRY)
    return authenticator.send(repository, { method, url, headers: { accept: 'x' } })
  }
  return { transport, logger, authenticator, send }
}

/** A registry with a token service: `token-1`, `token-2` … are good while `isGood` says so. */
function tokenRegistry(isGood: (token: string) => boolean, challenge = () => bearer()) {
  let count = 0
  const script: Script = ({ url, headers }) => {
    if (url.origin !== REGISTRY)
      return { status: 200, body: { token: `token-${++count}`, expires_in: 300 } }
    const token = headers['authorization']?.replace('Bearer ', '') ?? ''
    return token !== '' && isGood(token) ? { status: 200 } : challenge()
  }
  return script
}

const queriesOf = (transport: ScriptedTransport) => {
  return transport.requests
    .filter(({ url }) => url.origin !== REGISTRY)
    .map(({ url }) => [...url.searchParams])
}

describe('Bearer', () => {
  test('takes one 401 and one token for many requests', async () => {
    const { transport, send } = set(tokenRegistry(() => true))
    for (let request = 0; request < 3; request++) expect((await send()).status).toBe(200)
    expect(transport.log).toEqual([
      `GET ${REGISTRY}/v2/team/demo/manifests/1 none`,
      `GET ${REALM} Basic`,
      ...Array(3).fill(`GET ${REGISTRY}/v2/team/demo/manifests/1 Bearer`)
    ])
    expect(transport.requests[1]?.headers).toEqual({ authorization: BASIC_HEADER })
    expect(transport.requests[1]?.purpose).toBe('token')
    expect(transport.requests[2]?.headers).toEqual({ accept: 'x', authorization: 'Bearer token-1' })
  })

  test('asks for service and one scope, and keeps the query of the realm', async () => {
    const challenge = () =>
      bearer({
        realm: `${REALM}?a=b&c`,
        scope: '* repository:other/x:pull repository:team/demo:push,delete'
      })
    const { transport, send } = set(tokenRegistry(() => true, challenge))
    await send()
    expect(queriesOf(transport)).toEqual([
      [
        ['a', 'b'],
        ['c', ''],
        ['service', 'the registry'],
        ['scope', 'repository:team/demo:pull,push']
      ]
    ])
  })

  test.each([
    ['?sig=a%20b+c/d~(e)&empty', '?sig=a%20b+c/d~(e)&empty&'],
    ['?', '?'],
    ['#part', '?']
  ])('leaves the query %s of the realm as it is written', async (query, begin) => {
    const challenge = () => bearer({ realm: `${REALM}${query}` })
    const { transport, send } = set(tokenRegistry(() => true, challenge))
    await send()
    expect(transport.requests[1]?.url.href).toBe(
      `${REALM}${begin}service=the%20registry&scope=repository%3Ateam%2Fdemo%3Apull%2Cpush`
    )
  })

  test('sends no service where none was named', async () => {
    const challenge = { status: 401, headers: { 'www-authenticate': `Bearer realm="${REALM}"` } }
    const { transport, send } = set(
      tokenRegistry(
        () => true,
        () => challenge
      )
    )
    await send()
    expect(queriesOf(transport)).toEqual([[['scope', 'repository:team/demo:pull,push']]])
  })

  test('resolves a relative realm against the registry', async () => {
    const { transport, send } = set(({ url, headers }) => {
      if (url.pathname === '/token') return { status: 200, body: { token: 't' } }
      return headers['authorization'] ? { status: 200 } : bearer({ realm: '/token' })
    })
    await send()
    expect(transport.log[1]).toBe(`GET ${REGISTRY}/token Basic`)
  })

  test('without a login asks for an anonymous token', async () => {
    const { transport, send } = set(
      tokenRegistry(() => true),
      { credential: undefined }
    )
    await send()
    expect(transport.log[1]).toBe(`GET ${REALM} none`)
  })

  test('keeps a token for every repository, and knows the realm for the next one', async () => {
    const { transport, send } = set(tokenRegistry(() => true))
    for (const repository of ['a', 'b', 'a', 'b']) await send(repository)
    expect(queriesOf(transport).map((query) => query[1]?.[1])).toEqual([
      'repository:a:pull,push',
      'repository:b:pull,push'
    ])
    expect(transport.requests).toHaveLength(1 + 2 + 4)
  })

  test('gets a new token before the old one runs out', async () => {
    let now = 0
    const { transport, send } = set(
      tokenRegistry(() => true),
      { now: () => now }
    )
    await send()
    now = 269_000
    await send()
    expect(queriesOf(transport)).toHaveLength(1)
    now = 270_000
    await send()
    expect(queriesOf(transport)).toHaveLength(2)
    expect(transport.requests.at(-1)?.headers['authorization']).toBe('Bearer token-2')
  })

  test('replaces a token that was refused in the middle, once, and sends the same request again', async () => {
    let good = 'token-1'
    const { transport, send } = set(tokenRegistry((token) => token === good))
    await send()
    good = 'token-2'
    expect((await send('team/demo', 'blobs/uploads/x?_state=1', 'PUT')).status).toBe(200)
    const [before, again] = transport.requests.filter(({ method }) => method === 'PUT')
    expect(again?.url.href).toBe(before?.url.href)
    expect(queriesOf(transport)).toHaveLength(2)
  })

  test('ends with the second 401 in a row', async () => {
    const { transport, authenticator, send } = set(tokenRegistry(() => false))
    const response = await send()
    expect(response.status).toBe(401)
    expect(transport.requests).toHaveLength(3)
    expect(authenticator.verdict(response)).toBe('no-permission')
  })

  test('fetches one token for requests that run side by side, at first and when it expires', async () => {
    let good = 'token-1'
    const { transport, send } = set(tokenRegistry((token) => token === good))
    const both = async () => {
      const answers = await Promise.all([send(), send(), send()])
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    }
    await both()
    expect(queriesOf(transport)).toHaveLength(1)
    good = 'token-2'
    await both()
    expect(queriesOf(transport)).toHaveLength(2)
  })

  test('a request that was refused with an old token takes the new one that another has fetched', async () => {
    const waiting: (() => void)[] = []
    let good = 'token-1'
    const answer = tokenRegistry((token) => token === good)
    const { transport, send } = set(async (request) => {
      const isSlow = request.url.pathname.endsWith('slow') && good === 'token-1'
      if (isSlow) await new Promise<void>((resolve) => waiting.push(resolve))
      return answer(request)
    })
    await send('team/demo', 'first')
    const slow = send('team/demo', 'slow')
    await Promise.resolve()
    good = 'token-2'
    expect((await send('team/demo', 'quick')).status).toBe(200)
    for (const go of waiting) go()
    expect((await slow).status).toBe(200)
    expect(queriesOf(transport)).toHaveLength(2)
  })

  test('widens the scope when the challenge wants more of the same repository', async () => {
    const { transport, send } = set(
      tokenRegistry(
        (token) => token === 'token-2',
        () => bearer({ error: 'insufficient_scope', scope: 'repository:team/demo:annotate' })
      )
    )
    await send()
    expect((await send()).status).toBe(401)
    expect(queriesOf(transport).map((query) => query[1]?.[1])).toEqual([
      'repository:team/demo:pull,push,annotate'
    ])
  })

  test('does not ask again for a scope that was asked for and is not granted', async () => {
    const challenge = () =>
      bearer({ error: 'insufficient_scope', scope: 'repository:team/demo:push,pull' })
    const { transport, authenticator, send } = set(tokenRegistry(() => false, challenge))
    await send()
    const again = await send()
    expect(queriesOf(transport)).toHaveLength(1)
    expect(authenticator.verdict(again)).toBe('no-permission')
  })

  test.each([401, 403])('a token service that answers %s is asked once', async (status) => {
    const { transport, send } = set(({ url }) =>
      url.origin === REGISTRY ? bearer() : { status, body: 'Auth failed.' }
    )
    await expect(send()).rejects.toMatchObject({
      kind: 'auth',
      message: `auth.example refused a token: ${status} "Auth failed.".`,
      fix: 'Check `username` and `password`.'
    })
    expect(transport.requests).toHaveLength(2)
  })

  test('a 403 where the registry names no service says so', async () => {
    const challenge = { status: 401, headers: { 'www-authenticate': `Bearer realm="${REALM}"` } }
    const { send } = set(({ url }) => (url.origin === REGISTRY ? challenge : { status: 403 }))
    await expect(send()).rejects.toMatchObject({
      fix: expect.stringContaining('name its `service`')
    })
  })

  test('a token service in trouble is no question of the login', async () => {
    const { send } = set(({ url }) => (url.origin === REGISTRY ? bearer() : { status: 502 }))
    await expect(send()).rejects.toMatchObject({ kind: 'registry' })
  })
})

describe('a token service that is known', () => {
  const GHCR = new URL('https://ghcr.io')
  const script: Script = ({ url }) => {
    return url.pathname === '/token' ? { status: 200, body: { token: 'a' } } : { status: 200 }
  }

  test.each([
    ['https://ghcr.io', 'https://ghcr.io/token', 'ghcr.io'],
    ['https://registry-1.docker.io', 'https://auth.docker.io/token', 'registry.docker.io'],
    ['https://registry.gitlab.com', 'https://gitlab.com/jwt/auth', 'container_registry'],
    ['https://quay.io', 'https://quay.io/v2/auth', 'quay.io']
  ])('is asked before %s is', async (origin, realm, service) => {
    const { transport, send } = set(() => ({ status: 200, body: { token: 'a' } }), {
      origin: new URL(origin)
    })
    expect((await send()).status).toBe(200)
    expect(transport.log).toEqual([
      `GET ${realm} Basic`,
      `GET ${origin}/v2/team/demo/manifests/1 Bearer`
    ])
    const [query] = transport.requests.map(({ url }) => url.searchParams)
    expect(query?.get('service')).toBe(service)
    expect(query?.get('scope')).toBe('repository:team/demo:pull,push')
  })

  test.each<[string, Partial<AuthenticatorOptions>]>([
    ['without a login', { credential: undefined }],
    ['without verification of the certificate', { isVerified: false }],
    ['where `token-hosts` leaves it out', { tokenHosts: ['tokens.example'] }],
    ['by plain http', { origin: new URL('http://ghcr.io') }],
    ['at another port', { origin: new URL('https://ghcr.io:8443') }],
    ['at a host that only begins so', { origin: new URL('https://ghcr.io.example') }]
  ])('is not asked %s', async (_, options) => {
    const { transport, send } = set(script, { origin: GHCR, ...options })
    await send()
    expect(transport.log).toEqual([
      `GET ${(options.origin ?? GHCR).origin}/v2/team/demo/manifests/1 none`
    ])
  })

  test('is the only one: a challenge that names another ends the run', async () => {
    const { send } = set(
      ({ url }) => (url.pathname === '/token' ? { status: 200, body: { token: 'a' } } : bearer()),
      { origin: GHCR }
    )
    await expect(send()).rejects.toThrow(
      'ghcr.io changed its token service from https://ghcr.io to https://auth.example.'
    )
  })

  test('gets no token of a job on GitHub unless it is that of GitHub', async () => {
    const credential: Credential = {
      kind: 'login',
      username: 'ci',
      password: new Secret('ghs_abc')
    }
    const { transport, send } = set(script, { origin: new URL('https://quay.io'), credential })
    await expect(send()).rejects.toThrow(Failure)
    expect(transport.log).toEqual([])
  })
})

describe('Basic', () => {
  const script: Script = ({ headers }) =>
    headers['authorization'] === BASIC_HEADER ? { status: 200 } : basic()

  test('takes one 401, and then goes with every request, whatever the repository', async () => {
    const { transport, send } = set(script)
    for (const repository of ['a', 'a', 'b']) expect((await send(repository)).status).toBe(200)
    expect(transport.log.map((line) => line.split(' ').at(-1))).toEqual([
      'none',
      'Basic',
      'Basic',
      'Basic'
    ])
  })

  test('is found beside schemes that nobody knows, on other lines and on the same', async () => {
    for (const challenge of [
      ['Negotiate', 'Basic realm="r"'],
      'Digest realm="r", qop="auth", Basic',
      'basic'
    ]) {
      const { send } = set(({ headers }) =>
        headers['authorization']
          ? { status: 200 }
          : { status: 401, headers: { 'www-authenticate': challenge } }
      )
      expect((await send()).status).toBe(200)
    }
  })

  test('is not answered without a login', async () => {
    const { transport, authenticator, send } = set(script, { credential: undefined })
    expect(authenticator.verdict(await send())).toBe('no-login')
    expect(transport.requests).toHaveLength(1)
  })

  test('Bearer comes first where both are offered, and Basic when Bearer has no realm', async () => {
    for (const [realm, scheme] of [
      [`realm="${REALM}"`, 'Bearer'],
      ['service="x"', 'Basic']
    ]) {
      const header = { 'www-authenticate': `Basic realm="r", Bearer ${realm}` }
      const { transport, send } = set(({ url, headers }) => {
        if (url.origin !== REGISTRY) return { status: 200, body: { token: 't' } }
        return headers['authorization'] ? { status: 200 } : { status: 401, headers: header }
      })
      await send()
      expect(transport.log.at(-1)).toContain(scheme)
    }
  })

  test('is never sent to a registry that has taken a token, whose refusal asks for it (Harbor)', async () => {
    const { transport, authenticator, send } = set(({ url, headers }) => {
      if (url.origin !== REGISTRY) return { status: 200, body: { token: 't' } }
      return headers['authorization'] ? basic() : bearer()
    })
    for (let request = 0; request < 2; request++) {
      expect(authenticator.verdict(await send())).toBe('no-permission')
    }
    const registry = transport.log.filter((line) => line.startsWith(`GET ${REGISTRY}`))
    expect(registry.map((line) => line.split(' ').at(-1))).toEqual([
      'none',
      'Bearer',
      'Bearer',
      'Bearer'
    ])
  })

  test('asked for where a token has expired (Harbor) gets a new token', async () => {
    let good = 'token-1'
    let expired = false
    const challenge = () => (expired ? basic() : bearer())
    const { send } = set(tokenRegistry((token) => token === good, challenge))
    expect((await send()).status).toBe(200)
    expired = true
    good = 'token-2'
    expect((await send()).status).toBe(200)
  })
})

describe('an identity token', () => {
  const credential: Credential = {
    kind: 'identity-token',
    username: undefined,
    token: new Secret('re&fresh')
  }

  test('is overwritten in the body once that is sent', async () => {
    const bodies: Buffer[] = []
    const script = tokenRegistry(() => true)
    const { send } = set(
      (request) => {
        if (request.body) bodies.push(request.body)
        return script(request)
      },
      { credential }
    )
    expect((await send()).status).toBe(200)
    expect(bodies.map((body) => body.every((byte) => byte === 0))).toEqual([true])
  })

  test('goes to the token service by POST, and nowhere else', async () => {
    const { transport, send } = set(
      tokenRegistry(() => true),
      { credential }
    )
    expect((await send()).status).toBe(200)
    const [, post] = transport.requests
    expect(post).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' }
    })
    expect(post?.url.href).toBe(REALM)
    expect([...new URLSearchParams(post?.body?.toString())]).toEqual([
      ['grant_type', 'refresh_token'],
      ['refresh_token', 're&fresh'],
      ['client_id', 'publish-helm-chart'],
      ['service', 'the registry'],
      ['scope', 'repository:team/demo:pull,push']
    ])
    for (const { url, headers } of transport.requests.filter(
      ({ url }) => url.origin === REGISTRY
    )) {
      expect(JSON.stringify([url, headers])).not.toContain('fresh')
    }
  })

  test.each([404, 405])('is a password where there is a user and no POST (%s)', async (status) => {
    const { transport, send } = set(
      ({ method, url, headers }) => {
        if (url.origin === REGISTRY) return headers['authorization'] ? { status: 200 } : bearer()
        return method === 'POST' ? { status } : { status: 200, body: { token: 't' } }
      },
      { credential: { ...credential, username: 'ci' } }
    )
    expect((await send()).status).toBe(200)
    const pair = Buffer.from('ci:re&fresh').toString('base64')
    expect(transport.requests[2]?.headers['authorization']).toBe(`Basic ${pair}`)
  })

  test.each([undefined, '<token>'])(
    'fails in plain words where there is neither POST nor user (%s)',
    async (username) => {
      const { transport, send } = set(
        ({ url }) => (url.origin === REGISTRY ? bearer() : { status: 405 }),
        {
          credential: { ...credential, username }
        }
      )
      await expect(send()).rejects.toMatchObject({
        kind: 'auth',
        message: expect.stringContaining('does not accept identity tokens: it answered 405')
      })
      expect(transport.requests).toHaveLength(2)
    }
  )

  test('that is spent is told', async () => {
    const { send } = set(
      ({ url }) =>
        url.origin === REGISTRY ? bearer() : { status: 400, body: { error: 'invalid_grant' } },
      { credential }
    )
    await expect(send()).rejects.toMatchObject({ kind: 'auth', fix: 'Get a new `identity-token`.' })
  })

  test('is not sent to a registry that wants Basic', async () => {
    const { transport, authenticator, send } = set(() => basic(), {
      credential: { ...credential, username: 'ci' }
    })
    expect(authenticator.verdict(await send())).toBe('unknown-scheme')
    expect(transport.log).toEqual([expect.stringContaining('none')])
  })
})

describe('a registry token', () => {
  const credential: Credential = { kind: 'registry-token', token: new Secret('ready') }

  test('goes with the first request, as it is', async () => {
    const { transport, send } = set(() => ({ status: 200 }), { credential })
    await send()
    expect(transport.requests[0]?.headers['authorization']).toBe('Bearer ready')
  })

  test('that is refused is not taken to any token service', async () => {
    const { transport, authenticator, send } = set(() => bearer({ error: 'invalid_token' }), {
      credential
    })
    expect(authenticator.verdict(await send())).toBe('wrong-login')
    expect(transport.requests).toHaveLength(1)
  })
})

describe('a registry that hides its challenge', () => {
  const hiding =
    (status: number, challenge: ScriptedAnswer): Script =>
    ({ url, headers }) => {
      if (url.origin !== REGISTRY) return { status: 200, body: { token: 't' } }
      if (headers['authorization']) return { status: 202 }
      return url.pathname === '/v2/' ? challenge : { status }
    }

  test.each([
    [403, 'POST', bearer()],
    [404, 'POST', basic()],
    [403, 'GET', basic()],
    [404, 'GET', bearer()]
  ] as const)(
    'behind %s to an anonymous %s is asked at /v2/, once',
    async (status, method, challenge) => {
      const { transport, send } = set(hiding(status, challenge))
      const answers = await Promise.all([send('a', 'x', method), send('a', 'y', method)])
      expect(answers.map((answer) => answer.status)).toEqual([202, 202])
      expect(transport.log.filter((line) => line.includes('/v2/ '))).toHaveLength(1)
    }
  )

  test('is left alone without a login, and when /v2/ asks for nothing', async () => {
    const anonymous = set(hiding(403, bearer()), { credential: undefined })
    expect((await anonymous.send('a', 'x', 'POST')).status).toBe(403)
    const open = set(hiding(404, { status: 200 }))
    for (const method of ['GET', 'POST'] as const) {
      expect((await open.send('a', 'x', method)).status).toBe(404)
    }
    expect([anonymous, open].map(({ transport }) => transport.requests.length)).toEqual([1, 3])
  })

  test.each<[string, () => ScriptedAnswer, string]>([
    ['429', () => ({ status: 429 }), '429 at /v2/'],
    ['503', () => ({ status: 503 }), '503 at /v2/'],
    [
      'nothing',
      () => {
        throw new Failure('registry', { message: 'lost.', fix: 'Run it again.' })
      },
      'lost.'
    ]
  ])('that answers %s at /v2/ is asked anew; its 404 does not count', async (_, fault, words) => {
    let probe = fault
    const { send, transport } = set((request) =>
      request.url.pathname === '/v2/' ? probe() : hiding(404, basic())(request)
    )
    for (let request = 0; request < 2; request++) {
      await expect(send()).rejects.toMatchObject({
        kind: 'registry',
        message: expect.stringContaining(words)
      })
    }
    probe = basic
    expect((await send()).status).toBe(202)
    expect(transport.log.filter((line) => line.includes('/v2/ '))).toHaveLength(3)
  })

  test('is asked by the transport that repeats what fails', async () => {
    const patientTransport = new ScriptedTransport(() => basic())
    const { send, transport } = set(hiding(404, { status: 503 }), { patientTransport })
    expect((await send()).status).toBe(202)
    expect(patientTransport.log).toEqual([`GET ${REGISTRY}/v2/ none`])
    expect(transport.requests).toHaveLength(2)
  })

  test('shows the login a tag that it hides from others', async () => {
    const { send } = set(({ url, headers }) => {
      if (headers['authorization'] === BASIC_HEADER) return { status: 200, body: 'a manifest' }
      return url.pathname === '/v2/' ? basic() : { status: 404 }
    })
    expect((await send()).body.toString()).toBe('a manifest')
  })
})

describe('what a refusal amounts to', () => {
  test.each<[string, ScriptedAnswer, string | undefined]>([
    [
      'an empty challenge (Harbor: no such project)',
      { status: 401, headers: { 'www-authenticate': '' } },
      'unknown-project'
    ],
    ['no challenge', { status: 401 }, 'no-challenge'],
    [
      'a scheme that nobody here speaks',
      { status: 401, headers: { 'www-authenticate': 'Negotiate' } },
      'unknown-scheme'
    ],
    [
      'Bearer without realm',
      { status: 401, headers: { 'www-authenticate': 'Bearer service="s"' } },
      'unknown-scheme'
    ],
    ['a refused login', basic(), 'wrong-login'],
    ['a login that olareg knows', basic('unauthorized'), 'no-permission'],
    ['a login that olareg does not know', basic('invalid username or password'), 'wrong-login'],
    ['a token that is not taken', bearer({ error: 'invalid_token' }), 'untrusted-token'],
    ['a token without rights', bearer({ error: 'insufficient_scope' }), 'no-permission'],
    ['a policy before any login', { status: 403 }, undefined],
    ['an absent tag', { status: 404 }, undefined]
  ])('%s', async (_, answer, verdict) => {
    const { authenticator, send } = set(({ url }) =>
      url.origin === REGISTRY ? answer : { status: 200, body: { token: 't' } }
    )
    expect(authenticator.verdict(await send())).toBe(verdict)
  })
})
