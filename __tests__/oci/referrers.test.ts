import { describe, expect, test } from '@jest/globals'
import {
  FALLBACK,
  fallbackOf,
  INDEX,
  indexAnswer,
  isFallback,
  isPutFallback,
  listedIn,
  REPOSITORY,
  SUBJECT,
  setFallback,
  useAttaching
} from '../support/registry/attachments.ts'
import { artifactOf } from '../support/registry/clients.ts'
import type { Fault } from '../support/registry/registry.ts'
import { type Answer, errorAnswer } from '../support/registry/registry-store.ts'

const { start } = useAttaching()

function onReferrers(answer: Answer): Fault {
  return ({ url }) => (url.includes('/referrers/') ? answer : undefined)
}

const ENTRY = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: `sha256:${'1'.repeat(64)}`,
  size: 7,
  artifactType: 'application/vnd.test.signature'
}

const OTHER = { ...ENTRY, digest: `sha256:${'2'.repeat(64)}`, size: 8 }

test('what the API lists is given, page by page', async () => {
  const { list } = await start(({ url }) => {
    if (!url.includes('/referrers/')) return undefined
    if (url.endsWith('?page=2')) return indexAnswer([OTHER])
    const headers = { 'content-type': INDEX, link: `<${url}?page=2>; rel="next"` }
    return { ...indexAnswer([ENTRY]), headers }
  })
  expect(await list()).toEqual([ENTRY, OTHER])
})

test('what the API does not list is given too, where the tag that stands in for it has it', async () => {
  const { registry, list } = await start(onReferrers(indexAnswer([ENTRY])))
  setFallback(registry, INDEX, Buffer.from(JSON.stringify({ manifests: [ENTRY, OTHER] })))
  expect(await list()).toEqual([ENTRY, OTHER])
})

test('what the API lists is given, whatever the tag that stands in for it has', async () => {
  const { registry, list } = await start(onReferrers(indexAnswer([ENTRY])))
  const other = artifactOf('other').manifest
  setFallback(registry, other.mediaType, other.bytes)
  expect(await list()).toEqual([ENTRY])
})

test('a 404 in place of a later page is an error, since the API was there before', async () => {
  const { list } = await start(({ url }) => {
    if (!url.includes('/referrers/')) return undefined
    if (url.endsWith('?page=2')) return { status: 404, body: '404 page not found' }
    const headers = { 'content-type': INDEX, link: `<${url}?page=2>; rel="next"` }
    return { ...indexAnswer([ENTRY]), headers }
  })
  await expect(list()).rejects.toThrow('to list what is attached')
})

describe('the tag schema stands in for the API', () => {
  const elsewhere = { status: 303, headers: { location: 'https://github.com/-/v2/x' } }
  test.each<[string, Answer]>([
    ['404 of a router', { status: 404, body: '404 page not found' }],
    ['405 (olareg, switched off)', errorAnswer(405, 'UNSUPPORTED', '')],
    ['303 to another host (GHCR), which is not followed', elsewhere],
    ['307', { status: 307, headers: { location: '/x' } }],
    ['a page of HTML', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }]
  ])('where the answer is %s', async (_, answer) => {
    const { registry, list } = await start(onReferrers(answer))
    expect(await list()).toEqual([])
    setFallback(registry, INDEX, JSON.stringify({ manifests: [ENTRY] }))
    expect(await list()).toEqual([ENTRY])
  })

  test('but a refusal is an error', async () => {
    const { list } = await start(onReferrers(errorAnswer(403, 'DENIED', 'no')))
    await expect(list()).rejects.toMatchObject({ exitCode: 5 })
  })

  test('and not where the tag shows the subject itself (GitLab)', async () => {
    const { registry, list } = await start()
    setFallback(registry, SUBJECT.mediaType, SUBJECT.bytes)
    expect(await list()).toEqual([])
  })

  test('and the subject itself under the tag is replaced by an index (cosign copy)', async () => {
    const { registry, attach } = await start()
    setFallback(registry, SUBJECT.mediaType, SUBJECT.bytes)
    const { digest } = await attach('a')
    expect(listedIn(registry)).toEqual([digest])
  })

  const other = artifactOf('other').manifest
  test.each<[string, string, string]>([
    ['another manifest', other.mediaType, other.bytes.toString('utf8')],
    ['no JSON', INDEX, '<html>'],
    ['no object', INDEX, '[]']
  ])('and a tag with %s is left as it is', async (_, type, content) => {
    const { registry, attach, list } = await start()
    setFallback(registry, type, content)
    await expect(list()).rejects.toMatchObject({ exitCode: 7 })
    registry.fault = onReferrers(errorAnswer(405, 'UNSUPPORTED', ''))
    await expect(attach('a')).rejects.toMatchObject({ exitCode: 7 })
    expect(fallbackOf(registry)).toBe(content)
  })
})

describe('a manifest that names a subject', () => {
  test('is added to the index of the tag, once', async () => {
    const { registry, attach, list } = await start()
    const one = await attach('a')
    const two = await attach('b')
    await attach('a')
    const listed = await list()
    expect(listed.map(({ digest }) => digest)).toEqual([one.digest, two.digest])
    expect(listed[0]?.artifactType).toBe('application/vnd.test.signature')
    const bytes = registry.store.manifest(REPOSITORY, FALLBACK) ?? Buffer.alloc(0)
    const { mediaType, manifests } = JSON.parse(bytes.toString('utf8'))
    expect(mediaType).toBe(INDEX)
    expect(manifests[0]).toMatchObject({ annotations: { by: 'a' }, size: one.size })
  })

  test('needs no more where the registry has the API', async () => {
    const { registry, attach } = await start(onReferrers(indexAnswer([])))
    await attach('a')
    expect(registry.store.manifest(REPOSITORY, FALLBACK)).toBeUndefined()
  })

  test('is not attached where the registry refuses the index, for manifests that it lacks', async () => {
    const { attach } = await start((request) => {
      return isPutFallback(request)
        ? errorAnswer(404, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown')
        : undefined
    })
    await expect(attach('a')).rejects.toThrow('MANIFEST_BLOB_UNKNOWN')
  })

  test('replaces only the index that was read, and reads it again after another run', async () => {
    const { registry, attach } = await start()
    setFallback(registry, INDEX, '{"manifests":[]}')
    const matches: (string | undefined)[] = []
    let etag = '"1"'
    registry.fault = (request) => {
      if (!isFallback(request)) return undefined
      if (request.method === 'GET') {
        return { ...indexAnswer([ENTRY]), headers: { 'content-type': INDEX, etag } }
      }
      matches.push(request.headers['if-match']?.toString())
      if (request.headers['if-match'] === '"2"') return { status: 201 }
      etag = '"2"'
      return errorAnswer(412, 'PRECONDITION', '')
    }
    await attach('a')
    expect(matches).toEqual(['"1"', '"2"'])
  })
})
