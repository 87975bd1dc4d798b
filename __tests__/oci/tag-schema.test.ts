import { describe, expect, test } from '@jest/globals'
import { any, countOf, first, isHead, isPutManifest } from '../support/faults/faults.ts'
import {
  attachment,
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
import type { Fault, TestRegistry } from '../support/registry/registry.ts'
import { type Answer, errorAnswer, sha256 } from '../support/registry/registry-store.ts'

const { start, attacher } = useAttaching()

/** As distribution does: an index may name only what is there. */
function refusesDead(registry: TestRegistry): Fault {
  return (request) => {
    if (!isPutFallback(request)) return undefined
    const entries: readonly { readonly digest: string }[] = JSON.parse(`${request.body}`).manifests
    const dead = entries.find(({ digest }) => !registry.store.manifest(REPOSITORY, digest))
    return dead && errorAnswer(400, 'MANIFEST_BLOB_UNKNOWN', dead.digest)
  }
}

function onEntry(answer: ReturnType<Fault>, method = 'HEAD'): Fault {
  return (request) => {
    const isEntry = request.url.endsWith(ENTRY.digest) && request.method === method
    return isEntry ? answer : undefined
  }
}

const ENTRY = { mediaType: 'test', digest: `sha256:${'1'.repeat(64)}`, size: 7 }

describe('an entry of the index', () => {
  test('that the registry has no more is left out, and named in the log', async () => {
    const { registry, attach, logger } = await start()
    const one = await attach('a')
    const two = await attach('b')
    registry.store.removeManifest(REPOSITORY, one.digest)
    registry.fault = refusesDead(registry)
    const three = await attach('c')
    expect(listedIn(registry)).toEqual([two.digest, three.digest])
    const warnings = logger.lines.filter((line) => line.includes('no longer has'))
    expect(warnings).toEqual([expect.stringContaining(one.digest)])
    expect(warnings.join()).not.toContain(two.digest)
  })

  const ODD = `{"size": 12345678901234567890, "b":1.0,"annotations":{"2":"\\u00e4","1":null},"digest":"${ENTRY.digest}"}`

  test('that stays keeps its bytes, and so does what the index has beside entries', async () => {
    const { registry, attach } = await start(onEntry({ status: 200 }))
    const manifests = `[ ${ODD} ,null, {"digest":"sha512:ab"}]`
    setFallback(registry, INDEX, `{"annotations":{"by":"x"},"manifests":${manifests},"more":1}`)
    const { digest } = await attach('a')
    const index = fallbackOf(registry)
    expect(index).toContain(`"manifests":[ ${ODD} ,null, {"digest":"sha512:ab"},{"mediaType"`)
    const { manifests: entries, ...rest } = JSON.parse(index)
    expect(entries).toHaveLength(4)
    expect(entries[3]).toMatchObject({ digest })
    expect(rest).toEqual({
      annotations: { by: 'x' },
      more: 1,
      schemaVersion: 2,
      mediaType: INDEX
    })
  })

  test.each<[string, Fault]>([
    ['403', onEntry({ status: 403 })],
    ['405', onEntry({ status: 405 })],
    ['500 every time', onEntry({ status: 500 })],
    ['404, and then not', any(onEntry({ status: 404 }), onEntry({ status: 200 }, 'GET'))],
    ['404 by a proxy', any(onEntry({ status: 404 }), onEntry({ status: 404 }, 'GET'))],
    ['404, and then a policy', any(onEntry({ status: 404 }), onEntry({ status: 412 }, 'GET'))]
  ])('stays where the answer for it is %s', async (_, fault) => {
    const { registry, attach } = await start(fault)
    setFallback(registry, INDEX, JSON.stringify({ manifests: [ENTRY] }))
    const { digest } = await attach('a')
    expect(listedIn(registry)).toEqual([ENTRY.digest, digest])
  })

  test('is one of a few that are asked for at once', async () => {
    const { registry, attach } = await start()
    const entries = Array.from({ length: 12 }, (_, index) => {
      return { ...ENTRY, digest: sha256(Buffer.from(`${index}`)) }
    })
    setFallback(registry, INDEX, JSON.stringify({ manifests: entries }))
    let answered = 0
    let most = 0
    registry.delayMs = 20
    registry.fault = (request) => {
      if (!isHead(request)) return undefined
      most = Math.max(most, countOf(registry, isHead) - answered)
      answered++
      return { status: 200 }
    }
    await attach('a')
    expect(countOf(registry, isHead)).toBe(12)
    expect(most).toBe(4)
  })

  test('is not asked for when it is written in this moment: it may not be shown yet', async () => {
    const { registry, attach, attachAll } = await start()
    await attach('a')
    await attachAll(['a', 'b'])
    expect(countOf(registry, isHead)).toBe(0)
    expect(countOf(registry, isPutFallback)).toBe(2)
  })

  test('is not asked for when there is nothing to write', async () => {
    const { registry, attach, attachAll } = await start()
    await attachAll(['a', 'b'])
    registry.requests.splice(0)
    await attach('a')
    expect(countOf(registry, isHead)).toBe(0)
    expect(countOf(registry, isPutFallback)).toBe(0)
  })
})

describe('the index', () => {
  test('is read while the manifests are written, which adds no trip', async () => {
    const { registry, push, client, repository } = await start()
    const manifests = [await push('a'), await push('b')]
    registry.delayMs = 100
    registry.requests.splice(0)
    let before: readonly string[] = []
    registry.fault = () => {
      if (before.length === 0) before = registry.log
      return undefined
    }
    await client.attach(repository, { manifests, keptBy: 'tag' })
    const path = `/v2/${REPOSITORY}/manifests`
    const puts = manifests.map(({ digest }) => `PUT ${path}/${digest}`)
    expect([...before].sort()).toEqual([`GET ${path}/${FALLBACK}`, ...puts].sort())
    expect(registry.log).toHaveLength(4)
    expect(registry.log.at(-1)).toBe(`PUT ${path}/${FALLBACK}`)
  })

  test('is written once for three', async () => {
    const { registry, attachAll } = await start()
    const manifests = await attachAll(['a', 'b', 'c'])
    expect(listedIn(registry)).toEqual(manifests.map(({ digest }) => digest))
    expect(countOf(registry, isPutFallback)).toBe(1)
  })

  test('is not written when a manifest was refused', async () => {
    const { registry, attachAll } = await start(({ method, url }) => {
      const isRefused = method === 'PUT' && url.endsWith(attachment('b').manifest.digest)
      return isRefused ? errorAnswer(403, 'DENIED', 'no') : undefined
    })
    await expect(attachAll(['a', 'b'])).rejects.toMatchObject({ exitCode: 5 })
    expect(fallbackOf(registry)).toBe('')
  })

  test('gets what was swept once more, by attaching again', async () => {
    const { registry, attachAll } = await start()
    const [one] = await attachAll(['a', 'b'])
    registry.store.removeManifest(REPOSITORY, `${one?.digest}`)
    registry.fault = refusesDead(registry)
    const manifests = await attachAll(['a', 'b'])
    expect(listedIn(registry)).toEqual(manifests.map(({ digest }) => digest))
    expect(registry.store.manifest(REPOSITORY, `${one?.digest}`)).toEqual(one?.bytes)
  })
})

describe('two that attach at the same time', () => {
  /** As a registry that heeds preconditions; both read the index before either of them writes it. */
  function heedsTags(registry: TestRegistry): Fault {
    const before = fallbackOf(registry)
    const tagOf = (index: string) => ({ etag: `"${sha256(Buffer.from(index))}"` })
    const early = indexAnswer(JSON.parse(before).manifests)
    const earlyReads = Array.from({ length: 4 }, () => early)
    return any(
      first(
        (request) => request.method === 'GET' && isFallback(request),
        ...earlyReads.map((read) => ({ ...read, headers: { ...read.headers, ...tagOf(before) } }))
      ),
      (request) => {
        if (!isFallback(request)) return undefined
        const tag = tagOf(fallbackOf(registry))
        const match = request.headers['if-match'] ?? tag.etag
        if (match !== tag.etag) return errorAnswer(412, 'PRECONDITION', '')
        const answer = registry.store.answer(request)
        return { ...answer, headers: { ...answer.headers, ...tag } }
      }
    )
  }

  test('lose nothing where the registry heeds ETags', async () => {
    const { registry, attach, attachAll } = await start()
    const other = attacher(registry)
    const { digest } = await attach('first')
    registry.fault = heedsTags(registry)
    const attached = await Promise.all([attachAll(['a', 'b']), other.attachAll(['c', 'd'])])
    const digests = attached.flat().map((manifest) => manifest.digest)
    expect([...listedIn(registry)].sort()).toEqual([digest, ...digests].sort())
    expect(countOf(registry, isPutFallback)).toBe(4)
  })

  test('have what was lost after the loser attaches again, where it does not', async () => {
    const { registry, attach, list } = await start((request) => {
      const isRead = request.method === 'GET' && isFallback(request)
      return isRead ? errorAnswer(404, 'MANIFEST_UNKNOWN', 'not yet') : undefined
    })
    const other = attacher(registry)
    const [one, two] = await Promise.all([attach('a'), other.attach('b')])
    registry.fault = undefined
    const found = (await list()).map(({ digest }) => digest)
    expect(found).toHaveLength(1)
    if (found.includes(one.digest)) await other.attach('b')
    else await attach('a')
    expect([...listedIn(registry)].sort()).toEqual([one.digest, two.digest].sort())
  })

  test('give up when others write all the time', async () => {
    const { registry, attach } = await start()
    await attach('first')
    let count = 0
    registry.fault = (request) => {
      if (!isFallback(request)) return undefined
      if (request.method === 'PUT') return errorAnswer(412, 'PRECONDITION', '')
      const answer = registry.store.answer(request)
      return { ...answer, headers: { ...answer.headers, etag: `"${count++}"` } }
    }
    await expect(attach('a')).rejects.toThrow('3 times while this run tried to write it')
    expect(countOf(registry, isPutFallback)).toBe(4)
  })
})

describe('an index under an immutable tag', () => {
  const detail =
    '{"errors":[{"code":"MANIFEST_INVALID","detail":{"description":"HTTP status 403"}}]}'
  const REFUSALS: readonly (readonly [string, Answer])[] = [
    ['ECR', errorAnswer(400, 'TAG_INVALID', 'the tag is immutable')],
    ['ECR by its API', errorAnswer(400, 'ImageTagAlreadyExistsException', 'exists')],
    ['Harbor', errorAnswer(412, 'PRECONDITION', 'configured as immutable')],
    ['Quay', errorAnswer(409, 'TAG_IMMUTABLE', 'immutable')],
    ['Docker Hub', errorAnswer(403, 'DENIED', 'immutable')],
    ['Artifactory', { status: 400, body: detail }],
    ['others in words', errorAnswer(400, 'UNKNOWN', 'The repository has enabled tag immutability.')]
  ]

  function refuses(answer: Answer, headers = {}): Fault {
    return (request) => {
      if (request.method === 'GET' && isFallback(request)) return undefined
      return isPutFallback(request)
        ? { ...answer, headers: { ...answer.headers, ...headers } }
        : undefined
    }
  }

  test.each(REFUSALS)('of %s is refused with the settings that help', async (_, answer) => {
    const { registry, attach } = await start()
    const { digest } = await attach('first')
    registry.fault = refuses(answer)
    registry.requests.splice(0)
    const error = await attach('a').catch((reason) => reason)
    expect(error).toMatchObject({ kind: 'conflict' })
    expect(error.message).toContain(`the tag ${FALLBACK} is immutable`)
    expect(error.message).toContain(`${answer.status}`)
    expect(error.fix).toContain('`sha256-*` (and `artifacthub.io`)')
    expect(error.fix).toContain('IMMUTABLE_WITH_EXCLUSION')
    expect(error.fix).toContain('Policy > Tag Immutability')
    expect(countOf(registry, isPutFallback)).toBe(1)
    expect(listedIn(registry)).toEqual([digest])
  })

  test('is told apart from a race, where the registry has ETags', async () => {
    const { registry, attach } = await start()
    await attach('first')
    registry.fault = (request) => {
      if (isPutFallback(request)) return errorAnswer(412, 'PRECONDITION', 'immutable')
      if (!isFallback(request)) return undefined
      const answer = registry.store.answer(request)
      return { ...answer, headers: { ...answer.headers, etag: '"1"' } }
    }
    registry.requests.splice(0)
    await expect(attach('a')).rejects.toThrow('is immutable')
    expect(countOf(registry, isPutFallback)).toBe(1)
  })

  test('that has what is to be listed is left alone', async () => {
    const { registry, attach } = await start()
    const { digest } = await attach('a')
    registry.fault = refuses(errorAnswer(412, 'PRECONDITION', 'immutable'))
    await attach('a')
    expect(listedIn(registry)).toEqual([digest])
  })

  test('is not what keeps the first one from being written', async () => {
    const { attach } = await start(refuses(errorAnswer(412, 'PRECONDITION', 'no')))
    const error = await attach('a').catch((reason) => reason)
    expect(error.message).toContain('412 PRECONDITION "no"')
    expect(error.message).not.toContain('immutable')
  })

  test('may be the subject itself', async () => {
    const { registry, attach } = await start(refuses(errorAnswer(409, 'TAG_IMMUTABLE', 'no')))
    setFallback(registry, SUBJECT.mediaType, SUBJECT.bytes)
    await expect(attach('a')).rejects.toThrow('is immutable')
  })
})

test('a weak ETag is no precondition', async () => {
  const { registry, attach } = await start()
  await attach('first')
  registry.fault = (request) => {
    if (!isFallback(request) || request.method !== 'GET') return undefined
    const answer = registry.store.answer(request)
    return { ...answer, headers: { ...answer.headers, etag: 'W/"1"' } }
  }
  await attach('a')
  const puts = registry.requests.filter(isPutFallback)
  expect(puts.map(({ headers }) => headers['if-match'])).toEqual([undefined, undefined])
  expect(countOf(registry, isPutManifest)).toBe(4)
})

test('an index of more entries than 4 MiB hold of manifests is refused, and not taken apart', async () => {
  const { registry, list, attach } = await start()
  const content = (count: number) => `{"manifests":[${new Array(count).fill('{}').join(',')}]}`
  setFallback(registry, INDEX, content(50_001))
  await expect(list()).rejects.toMatchObject({ exitCode: 6 })
  await expect(attach('a')).rejects.toThrow('lists more than 50000 entries')
  setFallback(registry, INDEX, content(50_000))
  expect(await list()).toHaveLength(1)
})
