import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { blobOf } from '../../src/oci/spec/blob.ts'
import {
  always,
  answerLost,
  any,
  countOf,
  first,
  isHead,
  isPost,
  isPutBlob,
  type RequestKind
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

const BLOB = artifactOf('a').config
const WRONG = `sha256:${'0'.repeat(64)}`

interface Upload {
  readonly registry: TestRegistry
  readonly lines: readonly string[]
  readonly error: unknown
}

/** Uploads a blob while the registry does what `faultOf` says; the error is undefined when all went well. */
async function upload(
  faultOf: (registry: TestRegistry) => Fault,
  options: TestClientOptions = {}
): Promise<Upload> {
  const registry = await startRegistry()
  registry.fault = faultOf(registry)
  const { client, logger } = makeClient(registry, options)
  const pushed = client.pushBlob(referenceIn(registry).repository, BLOB)
  const error = await pushed.then(
    () => undefined,
    (reason: unknown) => reason
  )
  await client.close()
  return { registry, lines: logger.lines, error }
}

function expectStored({ registry, error }: Upload): void {
  expect(error).toBeUndefined()
  expect(registry.store.blob(BLOB.digest)).toEqual(BLOB.bytes)
}

describe('an upload is repeated', () => {
  test.each([503, 429, 408, 500, 502, 504, 520])(
    'when the session is answered with %i',
    async (status) => {
      const paused: number[] = []
      const done = await upload(() => first(isPost, { status }, { status }), {
        retry: noPauses(paused)
      })
      expectStored(done)
      expect(countOf(done.registry, isPost)).toBe(3)
      expect(paused).toEqual([500, 1000])
    }
  )

  test('in the same session after 429, as long after as the registry says', async () => {
    const paused: number[] = []
    const busy = { status: 429, headers: { 'retry-after': '7' } }
    const done = await upload(() => first(isPutBlob, busy), { retry: noPauses(paused) })
    expectStored(done)
    expect(done.registry.log.map((line) => line.split(' ')[0])).toEqual(['POST', 'PUT', 'PUT'])
    expect(paused).toEqual([7000])
  })

  test('in a new session after 503, and when the connection broke off before anything was stored', async () => {
    for (const fault of [{ status: 503 }, 'drop'] as const) {
      const done = await upload(() => first(isPutBlob, fault, fault))
      expectStored(done)
      const [one, two, three] = done.registry.requests.filter(isPutBlob).map(({ url }) => url)
      expect(new Set([one, two, three]).size).toBe(3)
    }
  })

  test.each<[string, Answer]>([
    ['404 BLOB_UPLOAD_UNKNOWN', errorAnswer(404, 'BLOB_UPLOAD_UNKNOWN', '')],
    ['404 BLOB_UPLOAD_INVALID', errorAnswer(404, 'BLOB_UPLOAD_INVALID', '')],
    ['400 BLOB_UPLOAD_UNKNOWN (olareg)', errorAnswer(400, 'BLOB_UPLOAD_UNKNOWN', '')],
    ['416 RANGE_INVALID (distribution 3)', errorAnswer(416, 'RANGE_INVALID', '')],
    ['416 without a word', { status: 416 }],
    ['400 DIGEST_INVALID, once', errorAnswer(400, 'DIGEST_INVALID', '')]
  ])('in a new session after %s', async (_, answer) => {
    const done = await upload(() => first(isPutBlob, answer))
    expectStored(done)
    expect(countOf(done.registry, isPost)).toBe(2)
  })

  test('in one calm line, with its reason', async () => {
    const { registry, lines } = await upload(() =>
      first(isPost, errorAnswer(503, 'UNAVAILABLE', 'x'))
    )
    expect(lines.filter((line) => line.startsWith('info'))).toEqual([
      `info: ${registry.host} answered 503 UNAVAILABLE "x". Attempt 2 of 4 at POST /v2/team/demo/blobs/uploads/ in 0.5 s.`
    ])
  })
})

describe('an upload is not repeated', () => {
  test('when the blob turns out to be there: one PUT', async () => {
    const done = await upload((registry) => answerLost(registry, isPutBlob))
    expectStored(done)
    expect(countOf(done.registry, isPutBlob)).toBe(1)
    expect(countOf(done.registry, isHead)).toBe(1)
  })

  test('when the session is lost because it was ended: the blob is looked for first', async () => {
    const done = await upload((registry) => {
      return first(
        (request) => isPutBlob(request) && registry.store.answer(request).status === 201,
        errorAnswer(404, 'BLOB_UPLOAD_UNKNOWN', '')
      )
    })
    expectStored(done)
    expect(countOf(done.registry, isPutBlob)).toBe(1)
  })

  test('when the registry has the blob already (201 to the POST)', async () => {
    const done = await upload(() => always(isPost, { status: 201 }))
    expect(done.error).toBeUndefined()
    expect(done.registry.requests).toHaveLength(1)
  })

  test.each<[string, Answer, number]>([
    ['DIGEST_INVALID the second time', errorAnswer(400, 'DIGEST_INVALID', ''), 2],
    ['a session lost for the third time', errorAnswer(404, 'BLOB_UPLOAD_UNKNOWN', ''), 3],
    ['SIZE_INVALID', errorAnswer(400, 'SIZE_INVALID', ''), 1],
    ['413 of a proxy', { status: 413, body: '<html>413</html>' }, 1],
    ['507', { status: 507 }, 1],
    ['503 the fourth time', { status: 503 }, 4]
  ])('after %s', async (_, answer, puts) => {
    const { registry, error } = await upload(() => always(isPutBlob, answer))
    expect(error).toMatchObject({ exitCode: 6, fix: expect.stringMatching(/\.$/) })
    expect(countOf(registry, isPutBlob)).toBe(puts)
  })

  test('when the registry asks to wait for more than a minute, and it says so', async () => {
    const busy = { status: 429, headers: { 'retry-after': '3600' } }
    const { registry, error, lines } = await upload(() => always(isPost, busy))
    expect(error).toMatchObject({ message: expect.stringContaining('It asked to wait 3600 s.') })
    expect(registry.requests).toHaveLength(1)
    expect(lines.join('\n')).toContain('asked to wait 3600.0 s: longer than 60.0 s')
  })

  test('when the time for the conversation is over, though the registry asks to wait for longer', async () => {
    const signal = AbortSignal.timeout(300)
    const busy = { status: 429, headers: { 'retry-after': '50' } }
    const { registry, error } = await upload(() => always(isPost, busy), { signal, retry: {} })
    expect(error).toBe(signal.reason)
    expect(registry.requests).toHaveLength(1)
  })

  test('when the host cannot be reached: it says how often it was tried', async () => {
    const { error } = await upload(() => always(isPost, 'drop'))
    expect(error).toMatchObject({ message: expect.stringContaining('It was tried 4 times.') })
  })
})

describe('an answer that promises less than 201', () => {
  test.each([200, 202, 204])('(%i) counts when the blob is there', async (status) => {
    const done = await upload((registry) => (request) => {
      if (!isPutBlob(request)) return undefined
      registry.store.answer(request)
      return { status }
    })
    expectStored(done)
    expect(countOf(done.registry, isHead)).toBe(1)
  })

  test('does not count when it is not', async () => {
    const { registry, error } = await upload(() => always(isPutBlob, { status: 202 }))
    expect(error).toMatchObject({ exitCode: 6 })
    expect(countOf(registry, isPost)).toBe(3)
  })

  test.each([403, 405])(
    'counts when HEAD is answered with %i: the manifest will show',
    async (status) => {
      const fault = any(always(isPutBlob, { status: 202 }), always(isHead, { status }))
      expect((await upload(() => fault)).error).toBeUndefined()
    }
  )
})

describe('a blob that is looked for', () => {
  test('is there when the look is sent on to storage', async () => {
    const toStorage = { status: 307, headers: { location: 'https://storage.example/x' } }
    const done = await upload(() => any(first(isPutBlob, 'drop'), always(isHead, toStorage)))
    expect(done.error).toBeUndefined()
    expect(countOf(done.registry, isPutBlob)).toBe(1)
  })

  test('is sent again when the registry does not tell', async () => {
    const done = await upload(() => any(first(isPutBlob, 'drop'), always(isHead, { status: 403 })))
    expectStored(done)
    expect(countOf(done.registry, isPutBlob)).toBe(2)
  })

  test('of another length is an error: exit code 8', async () => {
    const other = { status: 200, headers: { 'content-length': '8' } }
    const { error } = await upload(() => any(first(isPutBlob, 'drop'), always(isHead, other)))
    expect(error).toMatchObject({ exitCode: 8, message: expect.stringContaining('with 8 bytes') })
  })
})

describe('a Docker-Content-Digest that contradicts what was sent', () => {
  const answerWith = (digest: string, keep: boolean) => (registry: TestRegistry) => {
    const fault: Fault = (request) => {
      if (!isPutBlob(request)) return undefined
      if (keep) registry.store.answer(request)
      else registry.store.setBlob(Buffer.from('other'), BLOB.digest)
      return { status: 201, headers: { 'docker-content-digest': digest } }
    }
    return fault
  }

  test('is warned about when the right bytes are there', async () => {
    const done = await upload(answerWith(WRONG, true))
    expectStored(done)
    expect(done.lines.filter((line) => line.startsWith('warning'))).toEqual([
      expect.stringContaining(`answered with the digest ${WRONG}`)
    ])
  })

  test('is an error when others are there: exit code 8', async () => {
    const { error } = await upload(answerWith(WRONG, false))
    expect(error).toMatchObject({ exitCode: 8 })
  })

  test('is nothing when it is of another algorithm', async () => {
    const done = await upload(answerWith(`sha512:${'0'.repeat(128)}`, true))
    expectStored(done)
    expect(done.lines.filter((line) => line.startsWith('warning'))).toEqual([])
  })
})

describe('uploads that were begun are cancelled', () => {
  const isDelete: RequestKind = ({ method }) => method === 'DELETE'
  const isStatus: RequestKind = ({ method, url }) => method === 'GET' && url.includes('/uploads/')
  const GONE = errorAnswer(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry')

  /** Aborts an upload in the middle, while the registry answers what comes then as the fault says. */
  async function interrupt(fault: Fault): Promise<Upload> {
    const controller = new AbortController()
    return upload(
      () => (request) => {
        if (!isPutBlob(request)) return fault(request)
        controller.abort(new Error('stopped by a user'))
        return 'hang'
      },
      { signal: controller.signal }
    )
  }

  /** A session that has received so much, as distribution shows it. */
  function status(size: number, headers = {}): Answer {
    const location = `/v2/team/demo/blobs/uploads/1?_state=after-${size}`
    return { status: 204, headers: { range: `0-${size}`, location, ...headers } }
  }

  function lastUrls({ registry }: Upload, kind: RequestKind): readonly string[] {
    return registry.requests.filter(kind).map(({ url }) => url)
  }

  test('at their newest address, when they grow no more', async () => {
    const sizes = [3, 5, 5]
    const done = await interrupt((request) => {
      if (isStatus(request)) return status(sizes.shift() ?? 5)
      return isDelete(request) ? { status: 204 } : undefined
    })
    expect(done.error).toMatchObject({ message: 'stopped by a user' })
    expect(countOf(done.registry, isStatus)).toBe(3)
    expect(lastUrls(done, isDelete)).toEqual(['/v2/team/demo/blobs/uploads/1?_state=after-5'])
    expect(done.lines.join()).not.toContain('could not be cancelled')
  })

  test('once more, when they have grown since they were asked for', async () => {
    const outdated = first(isDelete, errorAnswer(416, 'RANGE_INVALID', 'invalid'))
    const done = await interrupt((request) => {
      if (isStatus(request)) return status(5)
      return outdated(request) ?? (isDelete(request) ? { status: 204 } : undefined)
    })
    expect(countOf(done.registry, isDelete)).toBe(2)
  })

  test.each<[string, Answer]>([
    ['that does not show it', { status: 204 }],
    ['that knows no such request', errorAnswer(400, 'NAME_INVALID', 'no')],
    ['that refuses the old address', errorAnswer(404, 'BLOB_UPLOAD_INVALID', 'invalid')],
    ['that shows one on another host', status(5, { location: 'http://other.test/v2/x' })]
  ])('at the address that is known, at a registry %s', async (_, answer) => {
    const done = await interrupt((request) => {
      if (isStatus(request)) return answer
      return isDelete(request) ? { status: 204 } : undefined
    })
    const [put] = lastUrls(done, isPutBlob)
    const [deleted = 'none'] = lastUrls(done, isDelete)
    expect(put).toContain(deleted)
    expect(countOf(done.registry, isDelete)).toBe(1)
  })

  test('but not those that the registry has ended itself', async () => {
    const done = await interrupt((request) => (isStatus(request) ? GONE : undefined))
    expect([countOf(done.registry, isStatus), countOf(done.registry, isDelete)]).toEqual([1, 0])
  })

  test('and what stays is named in the debug log, without the state of the session', async () => {
    const done = await interrupt((request) => (isDelete(request) ? { status: 401 } : undefined))
    expect(done.error).toMatchObject({ message: 'stopped by a user' })
    expect(countOf(done.registry, isDelete)).toBe(1)
    const text = done.lines.join('\n')
    expect(text).toMatch(/debug: The upload .*\/blobs\/uploads\/\S+ could not be cancelled \(401\)/)
    expect(text).not.toContain('_state')
  })

  test('when the push is given up, and also when the registry does not answer that', async () => {
    const { registry, error } = await upload(() => (request) => {
      if (isDelete(request)) return 'hang'
      return isPutBlob(request) ? { status: 413 } : undefined
    })
    expect(error).toMatchObject({ exitCode: 6 })
    expect(countOf(registry, isDelete)).toBe(1)
  })

  test('but not those that were ended', async () => {
    const { registry } = await upload(() => () => undefined)
    expect(countOf(registry, isDelete)).toBe(0)
  })
})

test('an abort ends the pause before another attempt, with the reason of the abort', async () => {
  const controller = new AbortController()
  const { registry, error } = await upload(() => always(isPost, { status: 503 }), {
    signal: controller.signal,
    retry: {
      sleep: async (_, signal) => {
        controller.abort(new Error('stopped by a user'))
        await sleep(60_000, undefined, { signal })
      }
    }
  })
  expect(error).toMatchObject({ message: 'stopped by a user' })
  expect(registry.requests).toHaveLength(1)
})

test('the query of a Location comes back as it was, and http of a forgetful proxy is not spoken', async () => {
  const done = await upload(() => () => undefined)
  expectStored(done)
  expect(done.registry.requests.find(isPutBlob)?.url).toContain(
    '?_state=a~b%20c==&digest=sha256%3A'
  )
})

test('headers of uploads that are not needed are not looked at', async () => {
  const done = await upload((registry) => (request) => {
    if (!isPost(request)) return undefined
    const answer = registry.store.answer(request)
    const odd = { 'oci-chunk-min-length': '1000000000000000000', range: 'bytes=0--1' }
    return { ...answer, headers: { ...answer.headers, ...odd } }
  })
  expectStored(done)
})

test('a registry without Docker-Content-Digest is taken at its word', async () => {
  const done = await upload((registry) => (request) => {
    return isPutBlob(request) ? { status: registry.store.answer(request).status } : undefined
  })
  expectStored(done)
  expect(countOf(done.registry, isHead)).toBe(0)
})

test('a proxy that refuses a large body before it is read, and leaves, is told by its limit', async () => {
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      response.writeHead(202, { location: '/v2/team/demo/blobs/uploads/1' }).end()
      return
    }
    response.writeHead(413, { 'content-type': 'text/html', connection: 'close' })
    response.end('<html><h1>413 Request Entity Too Large</h1></html>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const { client } = makeClient({ host })
  const large = blobOf('application/octet-stream', Buffer.alloc(20 * 1024 * 1024, 1))
  const pushed = client.pushBlob({ host, name: 'team/demo' }, large)
  await expect(pushed).rejects.toMatchObject({
    exitCode: 6,
    fix: expect.stringContaining('`client_max_body_size`')
  })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
