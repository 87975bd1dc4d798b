import { describe, expect, test } from '@jest/globals'
import { DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../../../src/oci/spec/media-types.ts'
import { readBack } from '../../../src/publish/push/read-back.ts'
import {
  always,
  any,
  first,
  isGetManifest,
  isHead,
  type RequestKind
} from '../../support/faults/faults.ts'
import { artifactOf, referenceIn, useClients } from '../../support/registry/clients.ts'
import type { Fault } from '../../support/registry/registry.ts'
import { type Answer, errorAnswer } from '../../support/registry/registry-store.ts'
import { useRegistries } from '../../support/registry/servers.ts'

const OURS = artifactOf('ours')
const [CHART] = OURS.layers
const ABSENT = errorAnswer(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
const MISSING: Answer = { status: 404 }
const startRegistry = useRegistries()
const makeClient = useClients()

const isGetTag: RequestKind = (request) => isGetManifest(request) && request.url.endsWith('/1.0.0')
const isGetDigest: RequestKind = (request) => isGetManifest(request) && !isGetTag(request)
const isGetBlob: RequestKind = ({ method, url }) => method === 'GET' && url.includes('/blobs/')
const isChart: RequestKind = ({ url }) => url.endsWith(CHART?.digest ?? '')

/** Reads an artifact back from a registry that has all of it, but for a fault. Returns the warnings. */
async function readBackWith(fault?: Fault): Promise<readonly string[]> {
  const registry = await startRegistry()
  for (const { bytes } of [OURS.config, ...OURS.layers]) registry.store.setBlob(bytes)
  const { bytes } = OURS.manifest
  registry.store.setManifest('team/demo', '1.0.0', { type: OCI_MANIFEST, bytes })
  registry.fault = fault
  const { client } = makeClient(registry)
  const { signal } = new AbortController()
  const reference = referenceIn(registry)
  return readBack(OURS, { client, reference, signal, pausesMs: [1, 1, 1] })
}

function shows(bytes: Buffer | string, contentType?: string, length = true): Answer {
  const headers = {
    ...(contentType !== undefined && { 'content-type': contentType }),
    ...(length && { 'content-length': String(bytes.length) })
  }
  return { status: 200, body: bytes, headers }
}

test('what was pushed, with its blobs, is good', async () => {
  expect(await readBackWith()).toEqual([])
})

test('a registry that lags behind is asked again, for the tag and for each blob', async () => {
  const isBlob: RequestKind = ({ url }) => url.includes('/blobs/')
  const lag = any(first(isGetTag, ABSENT, MISSING), first(isBlob, MISSING, MISSING, MISSING))
  expect(await readBackWith(lag)).toEqual([])
})

describe('fails with exit code 8:', () => {
  test.each<readonly [string, Fault, string]>([
    ['a tag that never shows up', always(isGetTag, ABSENT), 'does not show it'],
    [
      'bytes that are no manifest',
      always(isGetTag, shows('<html>', 'text/html')),
      'not a manifest'
    ],
    ['a blob that was confirmed and not stored', always(isChart, MISSING), CHART?.digest ?? ''],
    ['a Content-Type of a page', always(isGetTag, ours('text/html')), '"text/html"'],
    ["Docker's Content-Type", always(isGetTag, ours(DOCKER_MANIFEST)), DOCKER_MANIFEST],
    ['the Content-Type of an index', always(isGetTag, ours(OCI_INDEX)), OCI_INDEX],
    ['no Content-Type', always(isGetTag, ours(undefined)), 'without a Content-Type'],
    ['a Content-Type that is none', always(isGetTag, ours('manifest')), '"manifest"'],
    [
      'a tag that nobody may read, and no such digest',
      any(always(isGetTag, { status: 403 }), always(isGetDigest, ABSENT)),
      'denies access to the tag'
    ],
    [
      'a tag that nobody may read, and another manifest under its digest',
      any(always(isGetTag, { status: 412 }), always(isGetDigest, shows('{}', OCI_MANIFEST))),
      'returned sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'
    ],
    [
      'a tag that nobody may read, and a blob that is not there',
      any(always(isGetManifest, { status: 403 }), always(isChart, MISSING)),
      CHART?.digest ?? ''
    ]
  ])('%s', async (_, fault, message) => {
    await expect(readBackWith(fault)).rejects.toMatchObject({
      exitCode: 8,
      message: expect.stringContaining(message)
    })
  })

  test('a blob that has another length and other bytes', async () => {
    await expect(readBackWith(always(isChart, shows('short')))).rejects.toMatchObject({
      exitCode: 8
    })
  })
})

test('another manifest is the work of another run: exit code 7', async () => {
  const other = artifactOf('other').manifest.bytes
  await expect(readBackWith(always(isGetTag, shows(other, OCI_MANIFEST)))).rejects.toMatchObject({
    exitCode: 7,
    message: expect.stringContaining('another run')
  })
})

describe('a policy keeps the tag from being read', () => {
  test.each([403, 412])('%i: it was pushed, but not verified', async (status) => {
    const warnings = await readBackWith(always(isGetManifest, { status }))
    expect(warnings).toEqual([expect.stringContaining('was pushed, but not verified.')])
    expect(warnings[0]).toContain(String(status))
  })

  test('the digest shows that the manifest is in the registry', async () => {
    expect(await readBackWith(always(isGetTag, { status: 403 }))).toEqual([
      expect.stringContaining('not verified; its manifest is in the registry')
    ])
  })

  test('trouble with the digest is no more than that', async () => {
    const fault = any(always(isGetTag, { status: 403 }), always(isGetDigest, { status: 500 }))
    expect(await readBackWith(fault)).toEqual([expect.stringContaining('but not verified.')])
  })
})

test.each([
  `${OCI_MANIFEST}; charset=utf-8`,
  OCI_MANIFEST.toUpperCase(),
  ` ${OCI_MANIFEST} ;a="b" `
])('the Content-Type %s is that of a manifest', async (type) => {
  expect(await readBackWith(always(isGetTag, ours(type)))).toEqual([])
})

test.each<readonly [string, Fault]>([
  ['403', always(isHead, { status: 403 })],
  ['405', always(isHead, { status: 405 })],
  ['404, where a GET gives the blob', always(isHead, MISSING)],
  [
    '404, where a GET says nothing either',
    any(always(isHead, MISSING), always(isGetBlob, { status: 403 }))
  ],
  ['401', always(isHead, { status: 401 })],
  ['500', always(isHead, { status: 500 })],
  ['a redirect to storage', always(isHead, { status: 307, headers: { location: '/elsewhere' } })],
  [
    'a length of 0, and the bytes for a GET',
    always(isHead, { status: 200, headers: { 'content-length': '0' } })
  ]
])('a HEAD that is answered by %s says nothing about a blob', async (_, fault) => {
  expect(await readBackWith(fault)).toEqual([])
})

test('headers that keep Helm from pulling are warnings', async () => {
  const digest = { 'docker-content-digest': CHART?.digest ?? '' }
  const lying = { ...ours(OCI_MANIFEST), headers: { ...ours(OCI_MANIFEST).headers, ...digest } }
  expect(await readBackWith(always(isGetTag, lying))).toEqual([
    expect.stringContaining('but its bytes have')
  ])
  const chunked = shows(OURS.manifest.bytes, OCI_MANIFEST, false)
  const headers = { ...chunked.headers, 'transfer-encoding': 'chunked' }
  expect(await readBackWith(always(isGetTag, { ...chunked, headers }))).toEqual([
    expect.stringContaining('without a Content-Length')
  ])
})

function ours(contentType: string | undefined): Answer {
  return shows(OURS.manifest.bytes, contentType)
}
