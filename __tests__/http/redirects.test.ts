import { expect, test } from '@jest/globals'
import type { HttpRequest, HttpResponse } from '../../src/http/message.ts'
import { followRedirects, locationOf } from '../../src/http/redirects.ts'

function answerAt(url: string, location?: string): HttpResponse {
  const headers = location === undefined ? {} : { location }
  const status = location === undefined ? 200 : 307
  return { status, url: new URL(url), headers, body: Buffer.alloc(0) }
}

test.each([
  ['/other?q=1', 'https://host.test/other?q=1'],
  ['other', 'https://host.test/a/other'],
  ['//next.test/x', 'https://next.test/x'],
  ['http://next.test', 'http://next.test/'],
  ['', undefined],
  ['ftp://next.test/', undefined],
  ['javascript:alert(1)', undefined],
  ['https://', undefined]
])('the Location %j leads to %j', (location, to) => {
  expect(locationOf(answerAt('https://host.test/a/b', location))?.href).toBe(to)
})

test('an answer without a Location leads nowhere', () => {
  expect(locationOf(answerAt('https://host.test/a/b'))).toBeUndefined()
})

test('redirects are followed; each request knows what led to it, and whether the origin was left before', async () => {
  const locations: Readonly<Record<string, string>> = {
    'https://a.test/1': '/2',
    'https://a.test/2': 'https://b.test/3',
    'https://b.test/3': 'https://a.test/4'
  }
  const hops: unknown[] = []
  const request: HttpRequest = { method: 'GET', url: new URL('https://a.test/1'), headers: {} }
  const response = await followRedirects(request, {
    send: async ({ url }, { from, hasLeft }) => {
      hops.push([url.href, from?.href, hasLeft])
      return answerAt(url.href, locations[url.href])
    },
    target: (answer) => locationOf(answer) ?? answer.url,
    tooMany: (followed) => new Error(`${followed} are too many`)
  })
  expect(response.url.href).toBe('https://a.test/4')
  expect(hops).toEqual([
    ['https://a.test/1', undefined, false],
    ['https://a.test/2', 'https://a.test/1', false],
    ['https://b.test/3', 'https://a.test/2', true],
    ['https://a.test/4', 'https://b.test/3', true]
  ])
})

test('redirects without end are given up', async () => {
  const request: HttpRequest = { method: 'GET', url: new URL('https://a.test/1'), headers: {} }
  const work = followRedirects(request, {
    send: async ({ url }) => answerAt(url.href, '/1'),
    target: (answer) => locationOf(answer) ?? answer.url,
    tooMany: (followed) => new Error(`${followed} are too many`)
  })
  await expect(work).rejects.toThrow('5 are too many')
})
