import { describe, expect, test } from '@jest/globals'
import { pushArtifact } from '../../src/oci/push.ts'
import {
  always,
  answerLost,
  any,
  countOf,
  first,
  isGetManifest,
  isHead,
  isPutBlob,
  isPutManifest
} from '../support/faults/faults.ts'
import {
  artifactOf,
  noPauses,
  referenceIn,
  type TestClientOptions,
  useClients
} from '../support/registry/clients.ts'
import type { Fault, TestRegistry } from '../support/registry/registry.ts'
import { type Answer, errorAnswer } from '../support/registry/registry-store.ts'
import { useRegistries } from '../support/registry/servers.ts'

const startRegistry = useRegistries()
const makeClient = useClients()
const OURS = artifactOf('a')
const THEIRS = artifactOf('b')
const WRONG = `sha256:${'0'.repeat(64)}`

/** Pushes while the registry does what `faultOf` says; the error is undefined when all went well. */
async function push(
  faultOf: (registry: TestRegistry) => Fault,
  { there, ...options }: TestClientOptions & { readonly there?: typeof OURS } = {}
) {
  const registry = await startRegistry()
  if (there) {
    const { mediaType: type, bytes } = there.manifest
    registry.store.setManifest('team/demo', '1.0.0', { type, bytes })
  }
  registry.fault = faultOf(registry)
  const { client, logger } = makeClient(registry, options)
  const error = await pushArtifact(OURS, { client, reference: referenceIn(registry) }).then(
    () => undefined,
    (reason: unknown) => reason
  )
  return {
    registry,
    lines: logger.lines,
    error,
    tag: registry.store.manifest('team/demo', '1.0.0')
  }
}

describe('a manifest whose answer is lost', () => {
  test('is found by its tag, and not written twice', async () => {
    const done = await push((registry) => answerLost(registry, isPutManifest))
    expect(done).toMatchObject({ error: undefined, tag: OURS.manifest.bytes })
    expect(countOf(done.registry, isPutManifest)).toBe(1)
  })

  test('is written again when the tag does not show it', async () => {
    const done = await push(() => first(isPutManifest, 'drop', { status: 502 }))
    expect(done).toMatchObject({ error: undefined, tag: OURS.manifest.bytes })
    expect(countOf(done.registry, isPutManifest)).toBe(3)
    expect(countOf(done.registry, isGetManifest)).toBe(2)
  })

  test('is found after a time-out as well', async () => {
    const done = await push(
      (registry) => (request) => {
        if (!isPutManifest(request)) return undefined
        registry.store.answer(request)
        return 'hang'
      },
      { connection: { limits: { uploadMs: 200 } } }
    )
    expect(done).toMatchObject({ error: undefined, tag: OURS.manifest.bytes })
  })
})

describe('a registry that does not have the blobs yet', () => {
  const missing = errorAnswer(400, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry')

  test('is given them again and asked once more, a second later', async () => {
    const paused: number[] = []
    const done = await push(
      () => any(first(isPutManifest, missing), first(isHead, { status: 404 })),
      { retry: noPauses(paused) }
    )
    expect(done).toMatchObject({ error: undefined, tag: OURS.manifest.bytes })
    expect(countOf(done.registry, isHead)).toBe(2)
    expect(countOf(done.registry, isPutBlob)).toBe(3)
    expect(paused).toEqual([1000])
  })

  test('is not asked a third time', async () => {
    const { registry, error } = await push(() => always(isPutManifest, missing))
    expect(error).toMatchObject({ message: expect.stringContaining('MANIFEST_BLOB_UNKNOWN') })
    expect(countOf(registry, isPutManifest)).toBe(2)
  })
})

describe('a tag that another run writes while ours has to wait', () => {
  const theirs = { type: THEIRS.manifest.mediaType, bytes: THEIRS.manifest.bytes }
  const isAbsent = (registry: TestRegistry) => async () => {
    return registry.store.manifest('team/demo', '1.0.0') === undefined
  }

  test.each([
    ['429, which is asked to wait', { status: 429, headers: { 'retry-after': '1' } }],
    ['503', { status: 503 }],
    ['a broken connection', 'drop'],
    ['missing blobs', errorAnswer(400, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry')]
  ] as const)('is left as it is, after %s', async (_, answer) => {
    const registry = await startRegistry()
    registry.fault = (request) => {
      if (!isPutManifest(request)) return undefined
      registry.store.setManifest('team/demo', '1.0.0', theirs)
      return answer
    }
    const { client } = makeClient(registry)
    const options = { client, reference: referenceIn(registry), shouldWrite: isAbsent(registry) }
    expect(await pushArtifact(OURS, options)).toBe(false)
    expect(countOf(registry, isPutManifest)).toBe(1)
    expect(registry.store.manifest('team/demo', '1.0.0')).toEqual(THEIRS.manifest.bytes)
  })
})

const ARTIFACTORY = {
  status: 400,
  body: JSON.stringify({
    errors: [
      {
        code: 'MANIFEST_INVALID',
        message: 'manifest invalid',
        detail: { description: 'Failed to deploy: HTTP 403 Forbidden' }
      }
    ]
  })
}

const FROZEN: readonly [string, Answer][] = [
  ['ECR', errorAnswer(400, 'TAG_INVALID', 'the tag is immutable')],
  ['Quay', errorAnswer(409, 'TAG_IMMUTABLE', '')],
  ['Quay, older', errorAnswer(409, 'TAG_ALREADY_EXISTS', '')],
  ['Harbor', errorAnswer(412, 'PRECONDITION', 'configured as immutable')],
  ['Docker Hub', errorAnswer(403, 'DENIED', 'the tag is immutable')],
  ['Artifactory', ARTIFACTORY]
]

describe.each(FROZEN)('a frozen tag of %s', (_, answer) => {
  test('with our digest is success', async () => {
    const { error } = await push(() => always(isPutManifest, answer), { there: OURS })
    expect(error).toBeUndefined()
  })

  test('with another digest is one clear conflict: exit code 7', async () => {
    const { error, tag } = await push(() => always(isPutManifest, answer), { there: THEIRS })
    expect(error).toMatchObject({
      exitCode: 7,
      message: expect.stringContaining(`exists with different content, ${THEIRS.manifest.digest}`)
    })
    expect(tag).toEqual(THEIRS.manifest.bytes)
  })
})

test.each<[string, Answer, number]>([
  ['403', errorAnswer(403, 'DENIED', 'requested access is denied'), 5],
  ['MANIFEST_INVALID around 403', ARTIFACTORY, 6]
])('%s is no frozen tag where there is no tag', async (_, answer, exitCode) => {
  const { error } = await push(() => always(isPutManifest, answer))
  expect(error).toMatchObject({ exitCode, message: expect.stringContaining('refused to write') })
})

describe('a Docker-Content-Digest of the manifest that is wrong', () => {
  const answerWith = (keep: typeof OURS) => (registry: TestRegistry) => {
    const fault: Fault = (request) => {
      if (!isPutManifest(request)) return undefined
      registry.store.answer({ ...request, body: keep.manifest.bytes })
      const { mediaType: type, bytes } = keep.manifest
      registry.store.setManifest('team/demo', '1.0.0', { type, bytes })
      return { status: 201, headers: { 'docker-content-digest': WRONG } }
    }
    return fault
  }

  test('is warned about when the right bytes are there', async () => {
    const { error, lines } = await push(answerWith(OURS))
    expect(error).toBeUndefined()
    expect(lines.filter((line) => line.startsWith('warning'))).toEqual([
      expect.stringContaining(`answered with the digest ${WRONG}`)
    ])
  })

  test('is an error when others are there: exit code 8', async () => {
    const { error } = await push(answerWith(THEIRS))
    expect(error).toMatchObject({ exitCode: 8 })
  })
})

test('a 500 for a name that is not valid is asked two times, no more', async () => {
  const { registry, error } = await push(() => {
    return always(isPutManifest, errorAnswer(500, 'UNKNOWN', 'unknown error'))
  })
  expect(error).toMatchObject({ exitCode: 6 })
  expect(countOf(registry, isPutManifest)).toBe(2)
})

test('no HEAD or GET of a manifest is sent without Accept', async () => {
  const { registry } = await push((registry) => answerLost(registry, isPutManifest))
  const looks = registry.requests.filter(isGetManifest)
  expect(looks.map(({ headers }) => headers.accept)).toEqual([
    expect.stringContaining(
      'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index'
    )
  ])
})

test('no PATCH is sent, and no blob by POST alone', async () => {
  const { registry } = await push(() => () => undefined)
  expect(registry.log.filter((line) => line.startsWith('PATCH'))).toEqual([])
  expect(registry.requests.filter(({ url }) => url.endsWith('/?digest='))).toEqual([])
})
