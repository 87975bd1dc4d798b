import { describe, expect, test } from '@jest/globals'
import type { RegistryClient } from '../../src/oci/client.ts'
import { pushArtifact } from '../../src/oci/push.ts'
import type { Reference } from '../../src/oci/spec/reference.ts'
import {
  always,
  countOf,
  first,
  isGetManifest,
  isHead,
  isPost,
  isPutBlob,
  isPutManifest,
  type RequestKind
} from '../support/faults/faults.ts'
import {
  artifactOf,
  descriptorOf,
  manifestOf,
  noPauses,
  referenceIn,
  useClients
} from '../support/registry/clients.ts'
import { OTHER_NOT_FOUND, REGISTRY_NOT_FOUND } from '../support/registry/not-found.ts'
import type { Fault, RegistryAuth, TestRegistry } from '../support/registry/registry.ts'
import type { Answer } from '../support/registry/registry-store.ts'
import { useRegistries } from '../support/registry/servers.ts'

const LOGIN = { username: 'ci', password: 'correct horse' }
const ARTIFACT = artifactOf('a')
const INDEX = 'application/vnd.oci.image.index.v1+json'
const startRegistry = useRegistries()
const makeClient = useClients()

const isToken: RequestKind = ({ url }) => url.startsWith('/token')
const isProbe: RequestKind = ({ url }) => url === '/v2/'
const isGetBlob: RequestKind = ({ method, url }) => method === 'GET' && url.includes('/blobs/')
const isTags: RequestKind = ({ url }) => url.includes('/tags/list')
const isReferrers: RequestKind = ({ url }) => url.includes('/referrers/')

interface Wanted {
  readonly auth?: RegistryAuth
  readonly act: (client: RegistryClient, reference: Reference) => Promise<unknown>
}

const push: Wanted['act'] = (client, reference) => pushArtifact(ARTIFACT, { client, reference })
const blob: Wanted['act'] = (client, { repository }) =>
  client.getBlob(repository, ARTIFACT.config).then(({ kind }) => kind)

/** Every request that a client makes, with something that it does by it. */
const REQUESTS: readonly [string, RequestKind, Wanted, unknown][] = [
  [
    'the look at a tag',
    isGetManifest,
    { act: (client, at) => client.getManifest(at).then(({ kind }) => kind) },
    'found'
  ],
  ['the POST of an upload', isPost, { act: push }, true],
  ['the PUT of a blob', isPutBlob, { act: push }, true],
  ['the PUT of a manifest', isPutManifest, { act: push }, true],
  ['the GET of a blob', isGetBlob, { act: blob }, 'found'],
  ['the token', isToken, { auth: { kind: 'bearer', ...LOGIN }, act: push }, true],
  [
    'the list of tags',
    isTags,
    { act: (client, { repository }) => client.listTags(repository) },
    ['1.0.0']
  ]
]

/** A registry with a manifest and its blobs. */
async function start(): Promise<TestRegistry> {
  const registry = await startRegistry()
  const { mediaType: type, bytes } = ARTIFACT.manifest
  registry.store.setManifest('team/demo', '1.0.0', { type, bytes })
  for (const { bytes: content } of [ARTIFACT.config, ...ARTIFACT.layers]) {
    registry.store.setBlob(content)
  }
  return registry
}

const TAGS: Answer = { status: 200, body: '{"tags":["1.0.0"]}' }

describe.each(REQUESTS)('%s', (_, kind, { auth, act }, result) => {
  test.each(Object.entries(OTHER_NOT_FOUND))(
    'is made again when another server answers it once: %s',
    async (__, answer) => {
      const registry = await (act === push ? startRegistry({ ...(auth && { auth }) }) : start())
      const once = first(kind, answer)
      registry.fault = (request) => once(request) ?? (isTags(request) ? TAGS : undefined)
      const { client, logger } = makeClient(registry, { login: LOGIN })
      expect(await act(client, referenceIn(registry))).toEqual(result)
      expect(logger.lines.join('\n')).toContain('Attempt 2 of 4')
    }
  )

  test('is made four times, then the error says that no registry answered', async () => {
    const fault = always(kind, { status: 404, body: 'default backend - 404' })
    const registry = await startRegistry({ ...(auth && { auth }), fault })
    const { client } = makeClient(registry, { login: LOGIN })
    await expect(act(client, referenceIn(registry))).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining('404 "default backend - 404"')
    })
    await client.close()
    const most = kind === isPost || kind === isPutBlob ? 8 : 4
    expect(countOf(registry, kind)).toBeGreaterThanOrEqual(4)
    expect(countOf(registry, kind)).toBeLessThanOrEqual(most)
  })
})

test.each(Object.entries(OTHER_NOT_FOUND))(
  'nothing is pushed to where every look at the tag is answered by another server: %s',
  async (_, answer) => {
    const registry = await start()
    registry.fault = always(isGetManifest, answer)
    const { client } = makeClient(registry)
    const looked = client.getManifest(referenceIn(registry))
    await expect(looked).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringMatching(
        /This answer does not come from a registry\. It was tried 4 times\.$/
      )
    })
    expect(countOf(registry, isPost)).toBe(0)
  }
)

test.each(Object.entries(REGISTRY_NOT_FOUND))(
  'the word of a registry is taken at once, without a pause: %s',
  async (_, answer) => {
    const paused: number[] = []
    const registry = await startRegistry({ fault: always(isGetManifest, answer) })
    const { client } = makeClient(registry, { retry: noPauses(paused) })
    expect(await client.getManifest(referenceIn(registry))).toMatchObject({ kind: 'absent' })
    expect([registry.requests.length, paused]).toEqual([1, []])
  }
)

test('405 of a web server to a PUT is retried; that of a read-only registry is not', async () => {
  const page = { status: 405, body: '<h1>405 Not Allowed</h1>' }
  const registry = await startRegistry({ fault: first(isPutManifest, page) })
  await push(makeClient(registry).client, referenceIn(registry))
  const readOnly = {
    status: 405,
    headers: { 'docker-distribution-api-version': 'registry/2.0' },
    body: 'Method not allowed'
  }
  const frozen = await startRegistry({ fault: always(isPost, readOnly) })
  const pushed = push(makeClient(frozen).client, referenceIn(frozen))
  await expect(pushed).rejects.toThrow('405 "Method not allowed"')
  expect(countOf(frozen, isPost)).toBeLessThanOrEqual(2)
})

test('a session that the registry has lost is begun anew at once', async () => {
  const paused: number[] = []
  const lost = {
    status: 404,
    body: '{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN","message":"blob upload unknown"}]}'
  }
  const registry = await startRegistry({ fault: first(isPutBlob, lost) })
  const { client } = makeClient(registry, { retry: noPauses(paused) })
  await client.pushBlob(referenceIn(registry).repository, ARTIFACT.config)
  expect([countOf(registry, isPost), paused]).toEqual([2, []])
})

test('a 404 to HEAD, which shows no writer, means that the blob is sent', async () => {
  const registry = await start()
  registry.fault = first(isHead, { status: 404 })
  const { client } = makeClient(registry)
  const { repository } = referenceIn(registry)
  await client.pushMissing(repository, [ARTIFACT.config])
  expect([countOf(registry, isHead), countOf(registry, isPutBlob)]).toEqual([1, 1])
})

test('the read-back takes any 404 for a registry that lags behind', async () => {
  const registry = await startRegistry({ fault: () => ({ status: 404 }) })
  const { client } = makeClient(registry)
  const { repository, tag } = referenceIn(registry)
  expect(await client.getManifestAfterPush(repository, tag)).toMatchObject({ kind: 'absent' })
  expect(registry.requests).toHaveLength(1)
})

test('a challenge behind a probe that another server answers once is found', async () => {
  const registry = await startRegistry({ auth: { kind: 'basic', ...LOGIN } })
  const probe = first(isProbe, { status: 404, body: 'default backend - 404' })
  const hidden = first(isGetManifest, REGISTRY_NOT_FOUND['GHCR'])
  registry.fault = (request) => probe(request) ?? hidden(request)
  const { client } = makeClient(registry, { login: LOGIN })
  expect(await client.getManifest(referenceIn(registry))).toMatchObject({ kind: 'absent' })
  expect(registry.requests.at(-1)?.headers.authorization).toMatch(/^Basic /)
})

describe('what is attached', () => {
  const entry = { mediaType: 'x', digest: ARTIFACT.config.digest, size: 1 }
  const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [entry] })
  const index: Answer = { status: 200, headers: { 'content-type': INDEX }, body }

  async function list(registry: TestRegistry) {
    const { repository } = referenceIn(registry)
    const { client } = makeClient(registry)
    return (await client.listReferrers(repository, ARTIFACT.manifest.digest)).referrers
  }

  test('is found though another server answers the first time', async () => {
    const page = first(isReferrers, { status: 404, body: '<h1>404</h1>' })
    const registry = await startRegistry({
      fault: (request) => page(request) ?? (isReferrers(request) ? index : undefined)
    })
    expect(await list(registry)).toHaveLength(1)
  })

  test('takes two requests where a registry says that it has no such API', async () => {
    const none = REGISTRY_NOT_FOUND['distribution, no such route']
    const registry = await startRegistry({ fault: always(isReferrers, none) })
    expect(await list(registry)).toEqual([])
    expect(registry.requests).toHaveLength(2)
  })

  test('is not written over by an index of one, when the tag of the index is out of sight', async () => {
    const registry = await start()
    const { client } = makeClient(registry)
    const { repository } = referenceIn(registry)
    const isFallback: RequestKind = ({ method, url }) =>
      method === 'GET' && url.includes('/manifests/sha256-')
    registry.fault = always(isFallback, { status: 404 })
    const { digest } = ARTIFACT.manifest
    const named = JSON.parse(ARTIFACT.manifest.bytes.toString())
    const attachment = manifestOf({ ...named, subject: descriptorOf(ARTIFACT.manifest) })
    const attached = client.attach(repository, { manifests: [attachment], keptBy: 'tag' })
    await expect(attached).rejects.toMatchObject({ exitCode: 6 })
    expect(registry.store.manifest('team/demo', digest.replace(':', '-'))).toBeUndefined()
  })
})

const FAULTS: readonly [string, ReturnType<Fault>][] = [
  ['404 of another server', { status: 404, body: 'default backend - 404' }],
  ['503', { status: 503 }],
  ['a reset', 'drop']
]

/** A registry behind a balancer that gives requests to two backends in turn, one of which is down. */
function startBalanced(answer: ReturnType<Fault>, first: number) {
  let turn = first
  return startRegistry({ fault: () => (turn++ % 2 === 0 ? answer : undefined) })
}

describe.each(FAULTS)('a push ends well when every second request comes to %s', (_, answer) => {
  test.each([0, 1])('beginning with turn %i', async (first) => {
    const registry = await startBalanced(answer, first)
    const { client } = makeClient(registry)
    const reference = referenceIn(registry)
    const shouldWrite = async () => (await client.getManifest(reference)).kind === 'absent'
    expect(await shouldWrite()).toBe(true)
    for (const blob of [ARTIFACT.config, ...ARTIFACT.layers]) {
      await client.pushBlob(reference.repository, blob)
    }
    expect(await client.putManifest(reference, ARTIFACT.manifest, shouldWrite)).toMatchObject({
      kind: 'stored'
    })
    expect(registry.store.manifest('team/demo', '1.0.0')).toEqual(ARTIFACT.manifest.bytes)
  })
})

test('trouble that is over by the second attempt costs no request more', async () => {
  let isTrouble = true
  const registry = await startRegistry({
    fault: (request) => {
      if (!isPutManifest(request) || !isTrouble) return undefined
      isTrouble = false
      return { status: 503 }
    }
  })
  const { client } = makeClient(registry)
  for (const { bytes } of [ARTIFACT.config, ...ARTIFACT.layers]) registry.store.setBlob(bytes)
  await client.putManifest(referenceIn(registry), ARTIFACT.manifest)
  expect([countOf(registry, isProbe), registry.requests.length]).toEqual([0, 3])
})
