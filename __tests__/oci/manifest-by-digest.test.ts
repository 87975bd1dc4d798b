import { describe, expect, test } from '@jest/globals'
import { always, answerLost, first, type RequestKind } from '../support/faults/faults.ts'
import { attachment, REPOSITORY, SUBJECT, useAttaching } from '../support/registry/attachments.ts'
import type { Fault, TestRegistry } from '../support/registry/registry.ts'
import { type Answer, errorAnswer } from '../support/registry/registry-store.ts'

const { start } = useAttaching()
const { digest: DIGEST } = attachment('a').manifest
const isPut: RequestKind = ({ method, url }) => method === 'PUT' && url.endsWith(DIGEST)

/** Attaches to a registry with the API, while it does what `faultOf` says. */
async function attach(faultOf: (registry: TestRegistry) => Fault) {
  const { registry, push, client, repository, logger } = await start()
  const manifest = await push('a')
  registry.fault = faultOf(registry)
  registry.requests.splice(0)
  const attaching = { manifests: [manifest], keptBy: 'api' } as const
  const error = await client.attach(repository, attaching).catch((reason) => reason)
  const methods = registry.requests.filter(({ url }) => url.endsWith(DIGEST))
  return { error, methods: methods.map(({ method }) => method), lines: logger.lines, registry }
}

describe('what is written under its digest is not read back', () => {
  test('when all is well', async () => {
    const { error, methods } = await attach(() => () => undefined)
    expect(error).toBeUndefined()
    expect(methods).toEqual(['PUT'])
  })

  test('when the answer is lost: it is written again', async () => {
    const { error, methods } = await attach((registry) => answerLost(registry, isPut))
    expect(error).toBeUndefined()
    expect(methods).toEqual(['PUT', 'PUT'])
  })

  test('when a proxy lost it', async () => {
    const { error, methods } = await attach(() => first(isPut, { status: 502 }))
    expect(error).toBeUndefined()
    expect(methods).toEqual(['PUT', 'PUT'])
  })

  test('when the registry says another digest, of which it warns', async () => {
    const headers = { 'docker-content-digest': SUBJECT.digest }
    const { error, methods, lines } = await attach(() => always(isPut, { status: 201, headers }))
    expect(error).toBeUndefined()
    expect(methods).toEqual(['PUT'])
    const said = `answered with the digest ${SUBJECT.digest} for ${DIGEST}`
    expect(lines.filter((line) => line.includes(said))).toHaveLength(1)
  })

  test('but looked for when it is refused as if it were there', async () => {
    const { error, methods } = await attach((registry) => {
      const { mediaType: type, bytes } = attachment('a').manifest
      registry.store.setManifest(REPOSITORY, DIGEST, { type, bytes })
      return always(isPut, errorAnswer(409, 'CONFLICT', 'it exists'))
    })
    expect(error).toBeUndefined()
    expect(methods).toEqual(['PUT', 'GET'])
  })
})

describe('a registry that does not take it', () => {
  const BY_DIGEST = 'by its digest'
  const WITH_SUBJECT = 'which names a subject'
  const page: Answer = { status: 404, body: '404 page not found' }
  const cases: readonly (readonly [string, Answer, string, string])[] = [
    ['405', errorAnswer(405, 'UNSUPPORTED', 'no'), BY_DIGEST, 'accepts manifests by digest'],
    ['501 of a proxy', { status: 501, body: '<html>' }, BY_DIGEST, 'accepts manifests by digest'],
    ['404 of a router', page, BY_DIGEST, 'accepts manifests by digest'],
    [
      'a digest that it takes for a tag',
      errorAnswer(400, 'TAG_INVALID', 'no'),
      BY_DIGEST,
      'accepts manifests by digest'
    ],
    [
      'MANIFEST_INVALID',
      errorAnswer(400, 'MANIFEST_INVALID', 'no'),
      WITH_SUBJECT,
      'accepts manifests with a subject'
    ],
    [
      'a subject that it wants first',
      errorAnswer(404, 'MANIFEST_UNKNOWN', 'no'),
      WITH_SUBJECT,
      'accepts manifests with a subject'
    ],
    [
      '415',
      errorAnswer(415, 'UNSUPPORTED', 'no'),
      WITH_SUBJECT,
      'accepts manifests with a subject'
    ],
    ['400 without a word', { status: 400 }, WITH_SUBJECT, 'accepts manifests with a subject']
  ]

  test.each(cases)('for %s is told with what helps', async (_, answer, refused, fix) => {
    const { error } = await attach(() => always(isPut, answer))
    expect(error.message).toContain(`refused to write 127.0.0.1:`)
    expect(error.message).toContain(`@${DIGEST}`)
    expect(error.message).toContain(refused)
    expect(error.message).toContain(`: ${answer.status}`)
    expect(error.fix).toContain(fix)
    expect(error.fix).toContain('leave out `sign` and `attest`')
  })

  test.each<[string, Answer, number]>([
    ['a right', errorAnswer(403, 'DENIED', 'no'), 5],
    ['a repository', errorAnswer(404, 'NAME_UNKNOWN', 'no'), 5],
    ['blobs', errorAnswer(400, 'MANIFEST_BLOB_UNKNOWN', 'no'), 6]
  ])('for the lack of %s has the fix of that', async (_, answer, exitCode) => {
    const { error } = await attach(() => always(isPut, answer))
    expect(error).toMatchObject({ exitCode })
    expect(error.fix).not.toContain('`sign`')
  })
})
