import { describe, expect, test } from '@jest/globals'
import type { RegistryClient } from '../../src/oci/client.ts'
import { pushArtifact } from '../../src/oci/push.ts'
import type { RecordingLogger } from '../support/log.ts'
import {
  artifactOf,
  referenceIn,
  type TestClientOptions,
  useClients
} from '../support/registry/clients.ts'
import type { Fault, RegistryAuth, TestRegistry } from '../support/registry/registry.ts'
import { type Answer, errorAnswer } from '../support/registry/registry-store.ts'
import { useRegistries } from '../support/registry/servers.ts'

const LOGIN = { username: 'ci', password: 'correct horse' }
const startRegistry = useRegistries()
const makeClient = useClients()
let logger: RecordingLogger

function clientOf(registry: TestRegistry, options: TestClientOptions = {}): RegistryClient {
  const made = makeClient(registry, options)
  logger = made.logger
  return made.client
}

describe('a push', () => {
  test('to an open registry takes five requests and is read back as it was', async () => {
    const registry = await startRegistry()
    const client = clientOf(registry)
    const artifact = artifactOf('a')
    const reference = referenceIn(registry)
    await pushArtifact(artifact, { client, reference })
    expect([...registry.log].sort()).toEqual([
      'POST /v2/team/demo/blobs/uploads/',
      'POST /v2/team/demo/blobs/uploads/',
      'PUT /v2/team/demo/blobs/uploads/<session>',
      'PUT /v2/team/demo/blobs/uploads/<session>',
      'PUT /v2/team/demo/manifests/1.0.0'
    ])
    const found = await client.getManifest(reference)
    expect(found).toMatchObject({
      kind: 'found',
      bytes: artifact.manifest.bytes,
      digest: artifact.manifest.digest
    })
    expect(
      registry.requests.every(({ headers }) => headers['user-agent'] === 'publish-helm-chart/test')
    ).toBe(true)
  })

  test.each<[string, RegistryAuth, readonly string[]]>([
    ['Basic', { kind: 'basic', ...LOGIN }, ['none', 'Basic', 'Basic']],
    ['Bearer', { kind: 'bearer', ...LOGIN }, ['none', 'Basic', 'Bearer', 'Bearer']]
  ])('with %s asks once and then logs in with every request', async (_, auth, schemes) => {
    const registry = await startRegistry({ auth })
    const client = clientOf(registry, { login: LOGIN })
    const reference = referenceIn(registry)
    expect(await client.getManifest(reference)).toMatchObject({ kind: 'absent' })
    await client.pushBlob(reference.repository, artifactOf('a').config)
    const sent = registry.requests.map(
      ({ headers }) => headers.authorization?.split(' ')[0] ?? 'none'
    )
    expect(sent).toEqual([...schemes, schemes.at(-1)])
  })

  test('asks for a token for the repository alone, with the service that the registry named', async () => {
    const registry = await startRegistry({ auth: { kind: 'bearer', ...LOGIN } })
    const client = clientOf(registry, { login: LOGIN })
    await client.getManifest(referenceIn(registry))
    const [token] = registry.requests.filter(({ url }) => url.startsWith('/token'))
    const { searchParams } = new URL(token?.url ?? '', 'http://any')
    expect([...searchParams]).toEqual([
      ['service', 'test registry'],
      ['scope', 'repository:team/demo:pull,push']
    ])
  })

  test('gets a new token when one expires in the middle', async () => {
    const auth: RegistryAuth = { kind: 'bearer', ...LOGIN }
    const registry = await startRegistry({ auth })
    const client = clientOf(registry, { login: LOGIN })
    let expired = false
    registry.fault = ({ method }) => {
      if (method !== 'PUT' || expired) return undefined
      expired = true
      const challenge = `Bearer realm="http://${registry.host}/token",service="test registry",error="invalid_token"`
      return { status: 401, headers: { 'www-authenticate': challenge } }
    }
    const artifact = artifactOf('a')
    await pushArtifact(artifact, { client, reference: referenceIn(registry) })
    expect(registry.store.manifest('team/demo', '1.0.0')).toEqual(artifact.manifest.bytes)
    expect(registry.log.filter((line) => line === 'GET /token').length).toBeGreaterThan(1)
  })
})

describe('a login that fails', () => {
  test.each<[string, RegistryAuth]>([
    ['Basic', { kind: 'basic', ...LOGIN }],
    ['Bearer', { kind: 'bearer', ...LOGIN }]
  ])('with %s is tried once and told, with its fix', async (_, auth) => {
    const registry = await startRegistry({ auth })
    const client = clientOf(registry, { login: { ...LOGIN, password: 'wrong' } })
    const looked = client.getManifest(referenceIn(registry))
    await expect(looked).rejects.toMatchObject({
      kind: 'auth',
      fix: expect.stringContaining('Check `')
    })
    expect(registry.requests).toHaveLength(2)
  })

  test('ends with the second 401', async () => {
    const registry = await startRegistry({ auth: { kind: 'bearer', ...LOGIN } })
    const client = clientOf(registry, { login: LOGIN })
    const challenge = `Bearer realm="http://${registry.host}/token",service="test registry",error="insufficient_scope"`
    registry.fault = onApi(() => ({ status: 401, headers: { 'www-authenticate': challenge } }))
    const looked = client.getManifest(referenceIn(registry))
    await expect(looked).rejects.toMatchObject({ kind: 'auth' })
    expect(registry.log.filter((line) => line.startsWith('GET /v2/'))).toHaveLength(2)
  })

  test('does not fall back to Basic when a token was refused, as Harbor would have it', async () => {
    const registry = await startRegistry({ auth: { kind: 'bearer', ...LOGIN } })
    const client = clientOf(registry, { login: LOGIN })
    registry.fault = onApi(({ headers }) => {
      if (!headers.authorization) return undefined
      return { status: 401, headers: { 'www-authenticate': 'Basic realm="harbor"' } }
    })
    const looked = client.getManifest(referenceIn(registry))
    await expect(looked).rejects.toMatchObject({ kind: 'auth' })
    const toApi = registry.requests.filter(({ url }) => url.startsWith('/v2/'))
    expect(toApi.map(({ headers }) => headers.authorization?.split(' ')[0])).toEqual([
      undefined,
      'Bearer'
    ])
  })
})

describe('a password', () => {
  test('does not follow a registry that changes its token service', async () => {
    const thief = await startRegistry({ auth: { kind: 'bearer', ...LOGIN } })
    const registry = await startRegistry({ auth: { kind: 'bearer', ...LOGIN } })
    const client = clientOf(registry, { login: LOGIN })
    const reference = referenceIn(registry)
    await client.getManifest(reference)
    const challenge = `Bearer realm="http://${thief.host}/token",service="test registry"`
    registry.fault = onApi(() => ({ status: 401, headers: { 'www-authenticate': challenge } }))
    await expect(client.getManifest(reference)).rejects.toThrow('changed its token service')
    expect(thief.requests).toEqual([])
  })

  test('does not go where an upload is sent to', async () => {
    const thief = await startRegistry()
    const registry = await startRegistry({ auth: { kind: 'basic', ...LOGIN } })
    const client = clientOf(registry, { login: LOGIN })
    registry.fault = ({ method, headers }) => {
      if (method !== 'POST' || !headers.authorization) return undefined
      return { status: 202, headers: { location: `http://${thief.host}/v2/u/1` } }
    }
    const pushed = client.pushBlob(referenceIn(registry).repository, artifactOf('a').config)
    await expect(pushed).rejects.toThrow('to another server')
    expect(thief.requests).toEqual([])
  })

  test('does not follow a redirect', async () => {
    const thief = await startRegistry()
    const registry = await startRegistry({ auth: { kind: 'basic', ...LOGIN } })
    const client = clientOf(registry, { login: LOGIN })
    registry.fault = ({ headers }) => {
      if (!headers.authorization) return undefined
      return { status: 307, headers: { location: `http://${thief.host}/v2/` } }
    }
    const looked = client.getManifest(referenceIn(registry))
    await expect(looked).rejects.toMatchObject({ kind: 'registry' })
    expect(thief.requests).toEqual([])
  })
})

describe('a tag is absent', () => {
  test.each<[string, Answer]>([
    ['when the registry says so', errorAnswer(404, 'MANIFEST_UNKNOWN', 'manifest unknown')],
    ['when the repository is unknown', errorAnswer(404, 'NAME_UNKNOWN', 'no such repository')],
    [
      'when JSON comes as text',
      { ...errorAnswer(404, 'NOT_FOUND', ''), headers: { 'content-type': 'text/plain' } }
    ],
    [
      'when an empty 404 bears the header of a registry',
      { status: 404, headers: { 'docker-distribution-api-version': 'registry/2.0' } }
    ]
  ])('%s', async (_, answer) => {
    expect(await lookAt(answer)).toMatchObject({ kind: 'absent' })
  })

  test.each<[string, Answer]>([
    [
      'a page of HTML',
      { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>Not Found</h1>' }
    ],
    ['an empty 404', { status: 404 }],
    ['500', errorAnswer(500, 'UNKNOWN', 'trouble')],
    ['429', { status: 429 }],
    ['a redirect', { status: 302, headers: { location: '/login' } }]
  ])('but not when the answer is %s', async (_, answer) => {
    await expect(lookAt(answer)).rejects.toMatchObject({ kind: 'registry' })
  })

  async function lookAt(answer: Answer) {
    const registry = await startRegistry({ fault: () => answer })
    return clientOf(registry).getManifest(referenceIn(registry))
  }
})

describe('a refusal of the manifest is told in the words of the registry, as', () => {
  test.each<[string, Answer, string, string]>([
    [
      'not allowed',
      errorAnswer(403, 'DENIED', 'requested access is denied'),
      'auth',
      '403 DENIED "requested access is denied"'
    ],
    [
      'frozen at ECR',
      errorAnswer(400, 'TAG_INVALID', 'the tag is immutable'),
      'conflict',
      '400 TAG_INVALID "the tag is immutable"'
    ],
    ['frozen at Quay', errorAnswer(409, 'TAG_IMMUTABLE', ''), 'conflict', '409 TAG_IMMUTABLE'],
    [
      'frozen at Harbor',
      errorAnswer(412, 'PRECONDITION', 'configured as immutable'),
      'conflict',
      '412 PRECONDITION'
    ],
    [
      'a repository to create first',
      errorAnswer(404, 'NAME_UNKNOWN', 'repository does not exist'),
      'auth',
      '404 NAME_UNKNOWN'
    ],
    [
      'a path that is too short',
      errorAnswer(400, 'NAME_INVALID', 'missing image name'),
      'usage',
      '400 NAME_INVALID'
    ],
    [
      'too large for a proxy',
      { status: 413, body: '<html><h1>413 Too Large</h1></html>' },
      'registry',
      '413 "413 Too Large"'
    ],
    [
      'a type that it does not take',
      errorAnswer(415, 'UNSUPPORTED', 'media type'),
      'registry',
      '415 UNSUPPORTED'
    ],
    ['trouble', { status: 503 }, 'registry', '503.']
  ])('%s', async (_, answer, kind, words) => {
    const registry = await startRegistry({
      fault: ({ method, url }) => {
        return method === 'PUT' && url.includes('/manifests/') ? answer : undefined
      }
    })
    const pushed = pushArtifact(artifactOf('a'), {
      client: clientOf(registry),
      reference: referenceIn(registry)
    })
    await expect(pushed).rejects.toMatchObject({
      kind,
      message: expect.stringContaining(
        `refused to write ${registry.host}/team/demo:1.0.0: ${words}`
      ),
      fix: expect.stringMatching(/\.$/)
    })
  })
})

test('an answer without end is cut off', async () => {
  const endless = { status: 200, body: Buffer.alloc(5 * 1024 * 1024) }
  const registry = await startRegistry({ fault: () => endless })
  const looked = clientOf(registry).getManifest(referenceIn(registry))
  await expect(looked).rejects.toThrow('more than 4194304 bytes')
})

test('a connection that breaks off is told as such', async () => {
  const registry = await startRegistry({ fault: () => 'drop' })
  const looked = clientOf(registry).getManifest(referenceIn(registry))
  await expect(looked).rejects.toMatchObject({
    kind: 'registry',
    message: expect.stringContaining('closed the connection')
  })
})

test('an abort ends a request that hangs, with the reason of the abort', async () => {
  const registry = await startRegistry({ fault: () => 'hang' })
  const controller = new AbortController()
  const looked = clientOf(registry, { signal: controller.signal }).getManifest(
    referenceIn(registry)
  )
  setTimeout(() => controller.abort(new Error('stopped by a user')), 50)
  await expect(looked).rejects.toThrow('stopped by a user')
})

test('requests are logged without their query', async () => {
  const registry = await startRegistry()
  await clientOf(registry).pushBlob(referenceIn(registry).repository, artifactOf('a').config)
  expect(logger.lines.join('\n')).toContain('debug: PUT http://')
  expect(logger.lines.join('\n')).not.toContain('_state')
})

/** A fault that leaves the token service alone. */
function onApi(fault: Fault): Fault {
  return (request) => (request.url.startsWith('/v2/') ? fault(request) : undefined)
}
