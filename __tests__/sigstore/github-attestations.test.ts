import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Failure } from '../../src/shared/failure.ts'
import { hasAttestations, storeAttestation } from '../../src/sigstore/github-attestations.ts'
import { ServiceClient } from '../../src/sigstore/service-client.ts'
import { PROVENANCE_PREDICATE } from '../../src/sigstore/statement.ts'
import { accessForTests } from '../support/sigstore/access.ts'
import {
  always,
  FakeService,
  type Fault,
  first,
  HANGS,
  type SeenRequest
} from '../support/sigstore/fake-service.ts'

const TOKEN = 'ghs_the-token-of-the-job'
const DIGEST = `sha256:${'d'.repeat(64)}`
const OURS = bundleOf('b3Vycw==')
const POSTS: Fault = ({ method }) => method === 'POST'

/** GitHub, as far as it stores attestations; lists hold bundles, as they once did, or say where each is. */
class FakeGitHub extends FakeService {
  readonly stored: unknown[] = []
  hasBundles = true
  perPage = 100

  constructor() {
    super((request) => this.answerTo(request))
  }

  get posts(): readonly SeenRequest[] {
    return this.requests.filter(({ method }) => method === 'POST')
  }

  private answerTo({ method, path, body }: SeenRequest) {
    if (method === 'POST') {
      this.stored.push(JSON.parse(body).bundle)
      return { status: 201, body: { id: 4711 } }
    }
    const from = Number(new URL(path, this.url).searchParams.get('after') ?? 0)
    const to = from + this.perPage
    const bundles = this.stored.slice(from, to)
    if (bundles.length === 0) return { status: 404, body: { message: 'Not Found' } }
    const attestations = bundles.map((bundle) => ({
      repository_id: 1,
      initiator: 'user',
      bundle: this.hasBundles ? bundle : null,
      bundle_url: 'https://storage.test/1.json.sn?sig=x'
    }))
    const next = `<https://elsewhere.test/repositories/1/attestations?after=${to}>; rel="next"`
    return {
      status: 200,
      body: { attestations },
      ...(to < this.stored.length && { headers: { link: next } })
    }
  }
}

function bundleOf(sig: string) {
  return { mediaType: 'test', dsseEnvelope: { payload: 'e30=', signatures: [{ sig }] } }
}

let github: FakeGitHub

beforeEach(async () => {
  github = new FakeGitHub()
  await github.start()
})

afterEach(() => github.stop())

async function store({
  apiUrl = `${github.url}`,
  attemptMs = 2000,
  bundle = Buffer.from(JSON.stringify(OURS))
} = {}) {
  const access = accessForTests({ attemptMs })
  const token = access.secrets.register(TOKEN)
  const client = new ServiceClient(access)
  const server = 'https://github.com/'
  const place = { apiUrl, serverUrl: server, repository: 'acme/charts', token }
  const attestation = { digest: DIGEST, bundle, predicateType: PROVENANCE_PREDICATE }
  const result = await storeAttestation(client, place, attestation).catch((error) => error)
  await client.close()
  const log = access.logger.lines.join('\n')
  const shown = result instanceof Failure ? `${result.message} ${result.fix}` : ''
  expect(`${log} ${shown}`).not.toContain(TOKEN)
  return { result, log, shown }
}

describe('an attestation', () => {
  test('is stored where there is none, and has a page', async () => {
    const { result } = await store()
    expect(result).toEqual({
      isNew: true,
      url: 'https://github.com/acme/charts/attestations/4711'
    })
    expect(github.stored).toEqual([OURS])
    const [get, post] = github.requests
    const list = new URL(get?.path ?? '', github.url)
    expect(list.pathname).toBe(`/repos/acme/charts/attestations/${DIGEST}`)
    expect(list.searchParams.get('predicate_type')).toBe(PROVENANCE_PREDICATE)
    expect(post).toMatchObject({ path: '/repos/acme/charts/attestations' })
    expect(post?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json'
    })
  })

  test('is stored as it was read, where it says something twice', async () => {
    const bundle = Buffer.from(
      JSON.stringify(OURS).replace('{', '{"dsseEnvelope":{"payload":"eA=="},')
    )
    await store({ bundle })
    expect(github.posts.map(({ body }) => body.split('dsseEnvelope').length - 1)).toEqual([1])
    expect(github.stored).toEqual([OURS])
  })

  test('is not stored again', async () => {
    github.stored.push(bundleOf('b3RoZXI='), OURS)
    expect((await store()).result).toEqual({ isNew: false, url: undefined })
    expect(github.posts).toEqual([])
  })

  test('is stored beside those of others', async () => {
    github.stored.push(bundleOf('b3RoZXI='))
    expect((await store()).result).toMatchObject({ isNew: true })
    expect(github.stored).toHaveLength(2)
  })

  test('is not stored where GitHub lists one of the same type without its bundle, which is not fetched', async () => {
    github.stored.push(bundleOf('b3RoZXI='))
    github.hasBundles = false
    expect((await store()).result).toEqual({ isNew: false, url: undefined })
    expect(github.requests).toHaveLength(1)
  })

  test('is found on a later page, for which only the cursor is taken from the link', async () => {
    github.stored.push(...Array.from({ length: 5 }, () => bundleOf('b3RoZXI=')), OURS)
    github.perPage = 2
    expect((await store()).result).toEqual({ isNew: false, url: undefined })
    const cursors = github.requests.map(({ path }) => {
      return new URL(path, github.url).searchParams.get('after')
    })
    expect(cursors).toEqual([null, '2', '4'])
  })

  test('is not stored when there are more pages than are read', async () => {
    github.stored.push(...Array.from({ length: 11 }, () => bundleOf('b3RoZXI=')))
    github.perPage = 1
    const { result } = await store()
    expect(result).toMatchObject({ kind: 'signing' })
    expect(result.message).toContain('more than 1000 attestations')
    expect(github.requests).toHaveLength(10)
  })

  test('has no page where the answer names no id', async () => {
    github.fault = (request, response, count) => {
      return (
        POSTS(request, response, count) && always(201, { id: '7/../x' })(request, response, count)
      )
    }
    expect((await store()).result).toEqual({ isNew: true, url: undefined })
  })
})

describe('a lost answer', () => {
  /** GitHub stores what it is sent, and its answer is lost. */
  function lost(lose: Fault): Fault {
    return (request, response, count) => {
      if (request.method !== 'POST' || github.posts.length > 1) return false
      github.stored.push(JSON.parse(request.body).bundle)
      return lose(request, response, count)
    }
  }
  const drops: Fault = (_, response) => {
    response.destroy()
    return true
  }

  test.each<[string, Fault]>([
    ['a connection that breaks off', drops],
    ['a time-out', HANGS],
    ['502', always(502, 'bad gateway')]
  ])('by %s is followed by a look, and the attestation is there once', async (_, lose) => {
    github.fault = lost(lose)
    const { result } = await store({ attemptMs: 300 })
    expect(result).toEqual({ isNew: true, url: undefined })
    expect(github.stored).toEqual([OURS])
    expect(github.requests.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET'])
  })

  test('that was a refusal is followed by a look, and by another attempt', async () => {
    github.fault = (request, response, count) => {
      return github.posts.length === 1 && POSTS(request, response, count)
        ? always(503, { message: 'Unavailable' })(request, response, count)
        : false
    }
    const { result, log } = await store()
    expect(result).toMatchObject({ isNew: true, url: expect.stringContaining('/4711') })
    expect(github.requests.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET', 'POST'])
    expect(log).toContain('503 "Unavailable"')
  })

  test('is not followed by another attempt when nobody can look', async () => {
    github.fault = (request, response, count) => {
      if (count === 1) return false
      const answer = POSTS(request, response, count) ? always(502) : always(403, { message: 'no' })
      return answer(request, response, count)
    }
    expect((await store()).result).toMatchObject({ kind: 'signing' })
    expect(github.posts).toHaveLength(1)
  })

  test('to a list is asked for again', async () => {
    github.fault = first(2, always(502))
    expect((await store()).result).toMatchObject({ isNew: true })
    expect(github.posts).toHaveLength(1)
  })
})

describe('a refusal', () => {
  /** Of the POST alone. */
  function refusing(status: number, body: object, headers = {}): Fault {
    return (request, response, count) => {
      return (
        POSTS(request, response, count) && always(status, body, headers)(request, response, count)
      )
    }
  }

  test.each([
    [401, 'Bad credentials'],
    [403, 'Resource not accessible by integration'],
    [404, 'Not Found']
  ])('by %i names the permission, and forks', async (status, message) => {
    github.fault = refusing(status, { message })
    const { result } = await store()
    expect(result).toMatchObject({ kind: 'signing', exitCode: 9 })
    expect(result.message).toContain(`The attestation of ${DIGEST} was not stored at GitHub:`)
    expect(result.message).toContain(`It answered ${status} "${message}".`)
    expect(result.fix).toContain('`permissions: attestations: write`')
    expect(result.fix).toContain('acme/charts')
    expect(result.fix).toContain('forks')
    expect(result.fix).not.toContain('No version was tagged')
    expect(github.posts).toHaveLength(1)
  })

  test('by 422 says what GitHub says, all of it', async () => {
    const errors = ['the subject is missing', { message: 'the log entry\nis not valid' }]
    github.fault = refusing(422, { message: 'Validation Failed', errors })
    const { result } = await store()
    expect(result.message).toContain(
      '422 "Validation Failed: the subject is missing: the log entry is not valid"'
    )
    expect(result.fix).toContain('`github-attestation: false`')
  })

  test.each([
    ['retry-after', '120'],
    ['x-ratelimit-remaining', '0']
  ])('for too many requests, told by %s, is none for a right', async (name, value) => {
    github.fault = refusing(403, { message: 'secondary rate limit' }, { [name]: value })
    const { result } = await store()
    expect(result.fix).toContain('GitHub limits requests')
    expect(result.fix).not.toContain('permissions')
  })

  test('is shown in one line', async () => {
    github.fault = refusing(503, { message: 'no\n::add-mask::x', errors: ['\r\n##[error]x'] })
    const { result, log } = await store()
    expect(result.message).not.toMatch(/[\r\n]/)
    expect(log).toContain('"no ::add-mask::x: ##[error]x"')
  })

  test('shows no secret, and no more than a sentence or two', async () => {
    github.fault = refusing(403, { message: `no ${TOKEN} ${'x'.repeat(5000)}` })
    const { shown } = await store()
    expect(shown).toContain('no ***')
    expect(shown.length).toBeLessThan(1000)
  })
})

describe('the token', () => {
  test('stays with the host that it was sent to', async () => {
    const other = new FakeService(() => ({ status: 200, body: {} }))
    await other.start()
    github.fault = always(301, '', { location: `${other.url}` })
    const { result } = await store()
    await other.stop()
    expect(result.message).toContain('It redirects (301)')
    expect(result.fix).not.toContain('No version was tagged')
    expect(other.requests).toEqual([])
  })

  test.each(['http://api.github.test', 'nowhere'])('is not sent to %s', async (apiUrl) => {
    const { result } = await store({ apiUrl })
    expect(result.kind).toBe('signing')
    expect(result.message).toMatch(/GITHUB_API_URL .*(?:does not use https|is not a URL)/)
  })
})

describe('an answer to the list', () => {
  test.each<[string, string | object]>([
    ['no JSON', '<html>'],
    ['something else', { attestations: 'none' }],
    ['a list', [OURS]]
  ])('that is %s is an error, and nothing is stored', async (_, body) => {
    github.fault = always(200, body)
    expect((await store()).result.message).toContain('not a list of attestations')
    expect(github.posts).toEqual([])
  })

  test('with entries that are nothing is as if they were not there', async () => {
    const odd = [null, 1, {}, { bundle: null }, { bundle: {} }, { bundle: { dsseEnvelope: [] } }]
    github.fault = first(1, always(200, { attestations: odd }))
    expect((await store()).result).toMatchObject({ isNew: true })
  })

  test('may have some MiB', async () => {
    const large = { ...bundleOf('b3RoZXI='), more: 'x'.repeat(3 * 1024 * 1024) }
    github.stored.push(large, OURS)
    expect((await store()).result).toEqual({ isNew: false, url: undefined })
  })

  test('is not read to its end when it has more', async () => {
    github.stored.push({ ...OURS, more: 'x'.repeat(5 * 1024 * 1024) })
    const { result } = await store()
    expect(result.message).toContain('more than 4194304 bytes')
    expect(result.fix).toBe('Run the job again to store it.')
    expect(github.posts).toEqual([])
  })
})

test.each([
  ['https://github.com', true],
  ['https://acme.ghe.com', true],
  ['https://github.acme.com', false],
  ['https://ghe.com.evil.test', false],
  ['https://notgithub.com', false],
  ['', false]
])('the GitHub at %p stores attestations: %p', (serverUrl, expected) => {
  expect(hasAttestations(serverUrl)).toBe(expected)
})
