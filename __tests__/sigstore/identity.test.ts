import { describe, expect, test } from '@jest/globals'
import { Failure } from '../../src/shared/failure.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { fetchIdentity, missingIdentity } from '../../src/sigstore/identity.ts'
import { type IdentitySources, takeIdentitySources } from '../../src/sigstore/identity-sources.ts'
import { ServiceClient } from '../../src/sigstore/service-client.ts'
import { accessForTests } from '../support/sigstore/access.ts'
import { always, FakeService, type Fault } from '../support/sigstore/fake-service.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const { signal } = new AbortController()

function tokenOf(claims: unknown): string {
  const part = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return `eyJhbGciOiJSUzI1NiJ9.${part}.c2lnbmF0dXJl`
}

const CLAIMS = { iss: 'https://issuer.test', sub: 'job', aud: 'sigstore', exp: 1_800_000_000 }

function sourcesOf(environment: Record<string, string>, file = workspace.path('none')) {
  return takeIdentitySources(environment, new SecretRegistry(() => undefined), file)
}

async function fetchFrom(sources: IdentitySources) {
  const access = accessForTests()
  const client = new ServiceClient(access)
  try {
    return await fetchIdentity(sources, client, access)
  } finally {
    await client.close()
  }
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.catch((reason: unknown) => reason)
  if (error instanceof Failure) return error
  throw new Error(`this is no failure: ${error}`)
}

/** A runner that hands out tokens, and the variables that lead to it. */
async function withRunner<T>(
  fault: Fault,
  work: (variables: Record<string, string>) => Promise<T>
) {
  const runner = new FakeService(() => ({ status: 200, body: { value: tokenOf(CLAIMS) } }))
  await runner.start()
  runner.fault = fault
  const variables = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${runner.url}token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'the-request-token-of-the-job'
  }
  try {
    return { result: await work(variables), requests: runner.requests }
  } finally {
    await runner.stop()
  }
}

const ANSWERS: Fault = () => false

describe('the variables that lead to tokens', () => {
  test('leave the environment, and are masked', () => {
    const environment: Record<string, string> = {
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://runner.test/1//idtoken/0123-4567?v=2',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'the-request-token-of-the-job',
      SIGSTORE_ID_TOKEN: tokenOf(CLAIMS),
      PATH: '/bin'
    }
    const masked: string[] = []
    takeIdentitySources(environment, new SecretRegistry((form) => masked.push(form)))
    expect(environment).toEqual({ PATH: '/bin' })
    expect(masked).toEqual([
      '/1//idtoken/0123-4567',
      'https://runner.test/1//idtoken/0123-4567?v=2',
      'the-request-token-of-the-job',
      tokenOf(CLAIMS)
    ])
  })

  test('the runner comes first: SIGSTORE_ID_TOKEN may be inherited', async () => {
    const { result, requests } = await withRunner(ANSWERS, (variables) => {
      return fetchFrom(
        sourcesOf({ ...variables, SIGSTORE_ID_TOKEN: tokenOf({ ...CLAIMS, sub: 'x' }) })
      )
    })
    expect(result).toMatchObject({ subject: 'job', source: "GitHub's runner" })
    expect(requests[0]?.path).toBe('/token?api-version=2.0&audience=sigstore')
    expect(requests[0]?.headers.authorization).toBe('Bearer the-request-token-of-the-job')
  })

  test('then comes SIGSTORE_ID_TOKEN, then the file', async () => {
    const file = `${await workspace.write('', { token: `${tokenOf({ ...CLAIMS, sub: 'file' })}\n` })}/token`
    const given = sourcesOf({ SIGSTORE_ID_TOKEN: tokenOf(CLAIMS) }, file)
    expect(await fetchFrom(given)).toMatchObject({ subject: 'job', source: 'SIGSTORE_ID_TOKEN' })
    expect(await fetchFrom(sourcesOf({}, file))).toMatchObject({ subject: 'file', source: file })
  })
})

describe('a run without a token', () => {
  test('of GitHub names the permission, and forks', async () => {
    const sources = sourcesOf({ GITHUB_ACTIONS: 'true', ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x' })
    const failure = await failureOf(fetchFrom(sources))
    expect(failure).toMatchObject({ kind: 'signing', exitCode: 9 })
    expect(failure.fix).toContain('`permissions: id-token: write`')
    expect(failure.fix).toContain('forks')
    expect(await missingIdentity(sources, signal)).toMatchObject({ message: failure.message })
  })

  test('of GitLab names `id_tokens`', async () => {
    const failure = await failureOf(fetchFrom(sourcesOf({ GITLAB_CI: 'true' })))
    expect(failure.fix).toContain('id_tokens: {SIGSTORE_ID_TOKEN: {aud: sigstore}}')
  })

  test('is seen without asking for one', async () => {
    expect(await missingIdentity(sourcesOf({ SIGSTORE_ID_TOKEN: 'x.y.z' }), signal)).toBeUndefined()
    expect(await missingIdentity(sourcesOf({}), signal)).toBeInstanceOf(Failure)
  })
})

describe('a token', () => {
  const refused: readonly (readonly [string, string, string])[] = [
    ['no token', 'secret-text-without-dots', 'not a JSON web token'],
    ['claims that are no JSON', 'eyJh.bm8.c2ln', 'not a JSON web token'],
    ['no issuer', tokenOf({ ...CLAIMS, iss: undefined }), 'no issuer'],
    ['no subject', tokenOf({ ...CLAIMS, sub: undefined }), 'no subject'],
    ['no audience', tokenOf({ ...CLAIMS, aud: [] }), 'no audience'],
    ['no expiry', tokenOf({ ...CLAIMS, exp: 'soon' }), 'no expiry time'],
    ['a time beyond all dates', tokenOf({ ...CLAIMS, exp: 1e300 }), 'no expiry time'],
    ['more than 16 KiB', tokenOf({ ...CLAIMS, more: 'x'.repeat(20_000) }), 'not a JSON web token']
  ]

  test.each(refused)('with %s is refused without a word of it', async (_, token, why) => {
    const failure = await failureOf(fetchFrom(sourcesOf({ SIGSTORE_ID_TOKEN: token })))
    expect(failure.kind).toBe('signing')
    expect(failure.message).toContain(why)
    expect(failure.message).not.toContain(token.slice(0, 12))
  })

  test('of a person is proved by the address', async () => {
    const token = tokenOf({ ...CLAIMS, email: 'me@test', aud: ['other', 'sigstore'] })
    const found = await fetchFrom(sourcesOf({ SIGSTORE_ID_TOKEN: token }))
    expect(found).toMatchObject({ subject: 'me@test', audiences: ['other', 'sigstore'] })
  })
})

describe('the runner', () => {
  test('is asked by https or on loopback only', async () => {
    const variables = {
      ACTIONS_ID_TOKEN_REQUEST_URL: 'http://runner.test/token',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'the-request-token-of-the-job'
    }
    const failure = await failureOf(fetchFrom(sourcesOf(variables)))
    expect(failure.message).toContain('does not use https')
  })

  test.each([
    [
      'redirects',
      always(302, '', { location: 'http://127.0.0.1:1/' }),
      'Redirects are not followed'
    ],
    ['refuses', always(403, { message: 'secret words' }), 'It answered 403.'],
    ['has no token', always(200, {}), 'has no token'],
    ['sends a page', always(200, '<html>'), 'has no token']
  ])('that %s makes the run fail, without its words', async (_, fault, why) => {
    const { result } = await withRunner(fault, (variables) =>
      failureOf(fetchFrom(sourcesOf(variables)))
    )
    expect(result.kind).toBe('signing')
    expect(result.message).toContain(why)
    expect(result.message).not.toContain('secret words')
  })
})
