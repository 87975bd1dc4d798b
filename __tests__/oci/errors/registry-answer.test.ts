import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import type { HttpResponse } from '../../../src/http/message.ts'
import type { RegistryClient } from '../../../src/oci/client.ts'
import { isMisdirected, saysAbsent } from '../../../src/oci/errors/registry-answer.ts'
import type { Reference } from '../../../src/oci/spec/reference.ts'
import { countOf, isHead, isPutBlob } from '../../support/faults/faults.ts'
import { artifactOf, referenceIn, useClients } from '../../support/registry/clients.ts'
import { OTHER_NOT_FOUND, REGISTRY_NOT_FOUND } from '../../support/registry/not-found.ts'
import type { RegistryAuth, TestRegistry } from '../../support/registry/registry.ts'
import type { Answer, RecordedRequest } from '../../support/registry/registry-store.ts'
import { useRegistries } from '../../support/registry/servers.ts'

function responseOf({ status, headers = {}, body = '' }: Answer): HttpResponse {
  return { status, headers, body: Buffer.from(body), url: new URL('https://reg.example/v2/') }
}

describe.each(Object.entries(REGISTRY_NOT_FOUND))('a 404 of %s', (_, answer) => {
  test('says that there is no such thing', () => {
    expect(saysAbsent(responseOf(answer))).toBe(true)
    expect(isMisdirected(responseOf(answer))).toBe(false)
  })

  test('is read so only with its status', () => {
    expect(saysAbsent(responseOf({ ...answer, status: 400 }))).toBe(false)
    expect(isMisdirected(responseOf({ ...answer, status: 405 }))).toBe(false)
  })
})

describe.each(Object.entries(OTHER_NOT_FOUND))('a 404 of another server: %s', (_, answer) => {
  test('says nothing about the registry', () => {
    expect(saysAbsent(responseOf(answer))).toBe(false)
    expect(isMisdirected(responseOf(answer))).toBe(true)
  })

  test('nor does it with 405, while other statuses have meanings of their own', () => {
    expect(isMisdirected(responseOf({ ...answer, status: 405 }))).toBe(true)
    for (const status of [200, 400, 401, 403, 410, 502]) {
      expect(isMisdirected(responseOf({ ...answer, status }))).toBe(false)
    }
  })
})

const LOGIN = { username: 'ci', password: 'correct horse' }
const ARTIFACT = artifactOf('a'.repeat(1000))
const startRegistry = useRegistries()
const makeClient = useClients()

/** A registry whose proxy compresses what `isEncoded` says, as nginx does: chunked, with the type of before. */
async function start(
  isEncoded: (request: RecordedRequest) => boolean,
  auth?: RegistryAuth
): Promise<TestRegistry> {
  const registry = await startRegistry({ ...(auth && { auth }) })
  const { mediaType: type, bytes } = ARTIFACT.manifest
  registry.store.setManifest('team/demo', '1.0.0', { type, bytes })
  registry.store.setBlob(ARTIFACT.config.bytes)
  registry.fault = (request) => {
    if (!isEncoded(request)) return undefined
    if (request.url.includes('/tags/')) return encoded({ status: 200, body: '{"tags":[]}' })
    if (request.url.startsWith('/token')) return encoded({ status: 200, body: '{"token":"t"}' })
    return encoded(registry.store.answer(request))
  }
  return registry
}

function encoded({ status, headers, body = '' }: Answer): Answer {
  const { 'content-length': _, ...others } = headers ?? {}
  return { status, headers: { ...others, 'content-encoding': 'gzip' }, body: gzipSync(body) }
}

const READS: readonly [
  string,
  (client: RegistryClient, at: Reference) => Promise<unknown>,
  string
][] = [
  ['manifest', (client, at) => client.getManifest(at), 'the manifest of'],
  [
    'blob',
    (client, { repository }) => client.getBlob(repository, ARTIFACT.config),
    'the blob sha256:'
  ],
  ['list', (client, { repository }) => client.listTags(repository), 'a list']
]

test.each(READS)('a %s that is compressed says so', async (_, read, what) => {
  const registry = await start(() => true)
  const { client } = makeClient(registry)
  await expect(read(client, referenceIn(registry))).rejects.toMatchObject({
    exitCode: 6,
    message: expect.stringMatching(new RegExp(`sent ${what}.* with the Content-Encoding gzip`)),
    fix: expect.stringContaining('`gzip off`')
  })
})

test('a token that is compressed says so', async () => {
  const auth = { kind: 'bearer', ...LOGIN } as const
  const registry = await start(({ url }) => url.startsWith('/token'), auth)
  const { client } = makeClient(registry, { login: LOGIN })
  const looked = client.getManifest(referenceIn(registry))
  await expect(looked).rejects.toThrow('sent a token with the Content-Encoding gzip')
})

test('a blob that storage kept with an encoding of its own, and gives as it is, is right', async () => {
  const registry = await start(() => false)
  registry.fault = ({ url }) => {
    if (!url.includes('/blobs/')) return undefined
    return { status: 200, headers: { 'content-encoding': 'gzip' }, body: ARTIFACT.config.bytes }
  }
  const { client } = makeClient(registry)
  const { repository } = referenceIn(registry)
  expect(await client.getBlob(repository, ARTIFACT.config)).toMatchObject({ kind: 'found' })
})

test('the length of a compressed blob is not compared', async () => {
  const registry = await start(isHead)
  const { client } = makeClient(registry)
  await client.pushMissing(referenceIn(registry).repository, [ARTIFACT.config])
  expect(countOf(registry, isPutBlob)).toBe(0)
})

test.each(['identity', 'Identity', ''])('"%s" is no encoding', async (encoding) => {
  const registry = await start(() => false)
  registry.fault = (request) => {
    const answer = registry.store.answer(request)
    return { ...answer, headers: { ...answer.headers, 'content-encoding': encoding } }
  }
  const { client } = makeClient(registry)
  expect(await client.getManifest(referenceIn(registry))).toMatchObject({ kind: 'found' })
})
