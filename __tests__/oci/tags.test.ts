import { expect, test } from '@jest/globals'
import { referenceIn, useClients } from '../support/registry/clients.ts'
import type { TestRegistry } from '../support/registry/registry.ts'
import { type Answer, errorAnswer } from '../support/registry/registry-store.ts'
import { useRegistries } from '../support/registry/servers.ts'

const startRegistry = useRegistries()
const makeClient = useClients()

async function list(answerTo: (url: string, registry: TestRegistry) => Answer) {
  const registry = await startRegistry()
  registry.fault = ({ url }) => answerTo(url, registry)
  const { client } = makeClient(registry)
  return { registry, tags: client.listTags(referenceIn(registry).repository) }
}

function page(tags: unknown, link?: string): Answer {
  const body = JSON.stringify({ name: 'team/demo', tags })
  return { status: 200, headers: link === undefined ? {} : { link }, body }
}

test('the list comes in the order of the registry, and no page size is asked for', async () => {
  const { registry, tags } = await list(() => page(['b', 'a', '1.0.0_x']))
  expect(await tags).toEqual(['b', 'a', '1.0.0_x'])
  expect(registry.requests.map(({ url }) => url)).toEqual(['/v2/team/demo/tags/list'])
})

test('pages are followed, as links say that are relative, absolute, or not quoted', async () => {
  const { tags } = await list((url, { host }) => {
    if (url.endsWith('last=c')) return page(['d'])
    if (url.endsWith('last=b')) {
      return page(['c'], `<http://${host}/v2/team/demo/tags/list?last=c>; rel="next"`)
    }
    if (url.endsWith('last=a')) return page(['b'], '</v2/team/demo/tags/list?last=b>; rel=next')
    return page(['a'], '</x>; rel=first, </v2/team/demo/tags/list?last=a>; rel="next"')
  })
  expect(await tags).toEqual(['a', 'b', 'c', 'd'])
})

test.each<[string, Answer]>([
  ['null', page(null)],
  ['no list', page(undefined)],
  ['404 NAME_UNKNOWN', errorAnswer(404, 'NAME_UNKNOWN', 'repository name not known')]
])('there are no tags when the answer is %s', async (_, answer) => {
  const { tags } = await list(() => answer)
  expect(await tags).toEqual([])
})

test.each<[string, Answer, number]>([
  ['a page of HTML', { status: 200, body: '<html>' }, 6],
  ['a list of other things', page([1]), 6],
  ['404 of another server', { status: 404, body: '404 page not found' }, 6],
  ['403', errorAnswer(403, 'DENIED', 'no'), 5],
  ['a page of more than 4 MiB', page(['x'.repeat(5 * 1024 * 1024)]), 6]
])('%s is an error', async (_, answer, exitCode) => {
  const { tags } = await list(() => answer)
  await expect(tags).rejects.toMatchObject({ exitCode })
})

test('a 404 in place of a later page is an error, since tags were there before', async () => {
  const { tags } = await list((url) => {
    if (url.endsWith('last=a')) return errorAnswer(404, 'NAME_UNKNOWN', 'repository name not known')
    return page(['a'], '</v2/team/demo/tags/list?last=a>; rel="next"')
  })
  await expect(tags).rejects.toThrow('NAME_UNKNOWN')
})

test('a link to another host is not followed', async () => {
  const thief = await startRegistry()
  const { tags } = await list(() => page(['a'], `<http://${thief.host}/v2/>; rel=next`))
  await expect(tags).rejects.toThrow('a list that continues at')
  expect(thief.requests).toEqual([])
})

test('a list that comes back to a page is given up', async () => {
  const { registry, tags } = await list(() =>
    page(['a'], '</v2/team/demo/tags/list?p=1>; rel=next')
  )
  await expect(tags).rejects.toThrow('an endless list')
  expect(registry.requests).toHaveLength(2)
})

test('a list without end is given up after a hundred pages', async () => {
  let count = 0
  const { registry, tags } = await list(() => {
    count += 1
    return page([String(count)], `</v2/team/demo/tags/list?p=${count}>; rel=next`)
  })
  await expect(tags).rejects.toThrow('100 pages were read')
  expect(registry.requests).toHaveLength(100)
})

test('a tag that is listed again, on the same page or on another, is one tag', async () => {
  const { tags } = await list((url) => {
    if (url.endsWith('p=2')) return page(['1.0.0', 'b'])
    return page(['b', '1.0.0', 'b'], '</v2/team/demo/tags/list?p=2>; rel=next')
  })
  expect(await tags).toEqual(['b', '1.0.0'])
})

test('a list that would fill the memory is given up at a hundred thousand entries', async () => {
  const many = Array.from({ length: 60_000 }, (_, index) => `${index}`)
  let pages = 0
  const { registry, tags } = await list(() => {
    pages += 1
    return page(many, `</v2/team/demo/tags/list?p=${pages}>; rel=next`)
  })
  await expect(tags).rejects.toMatchObject({ exitCode: 6 })
  await expect(tags).rejects.toThrow(/to list the tags of .* returned more than 100000 entries/)
  expect(registry.requests).toHaveLength(2)
})
