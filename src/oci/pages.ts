import { nextLink } from '../http/link.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { Failure } from '../shared/failure.ts'
import { refuseEncoded } from './errors/registry-answer.ts'
import { pageUrl } from './location.ts'
import type { RequestContext } from './request-context.ts'
import type { Repository } from './spec/reference.ts'

/** A hundred pages of distribution's hundred tags; a page holds 4 MiB at the most (body.ts), as with oras. */
const MOST_PAGES = 100
/** As many as a hundred pages of a thousand hold, which ECR and Harbor give at most; more would fill the memory. */
const MOST_ENTRIES = 100_000

/** A list, and how it is read. */
interface List<T> {
  readonly request: HttpRequest
  /** What it is for, as in `to list the tags of …`. */
  readonly what: string
  /** Whether the answer in place of the first page says that there is no list; later, it is cut short. */
  readonly isNone: (page: HttpResponse) => boolean
  readonly read: (page: HttpResponse) => readonly T[]
  /** `MOST_PAGES` unless given. */
  readonly mostPages?: number
}

/** All that is on the pages of a list; undefined when there is none. @throws Failure, also for one that is too long */
export async function readPages<T>(
  context: RequestContext,
  repository: Repository,
  { request, what, isNone, read, mostPages = MOST_PAGES }: List<T>
): Promise<readonly T[] | undefined> {
  const all: T[] = []
  let isFirst = true
  for await (const page of pagesOf(context, repository, { request, mostPages })) {
    if (isFirst && isNone(page)) return undefined
    isFirst = false
    if (page.status !== 200) throw context.responseError(page, what)
    refuseEncoded(page, 'a list')
    for (const one of read(page)) all.push(one)
    if (all.length > MOST_ENTRIES) throw tooMany(context.host, what)
  }
  return all
}

/**
 * The pages of a list, one after the other as its Link headers say, only on our own origin. The first answer
 * that is no 200 is the last one.
 * @throws Failure registry, for a list that goes round in circles or does not end
 */
async function* pagesOf(
  context: RequestContext,
  repository: Repository,
  { request, mostPages }: { readonly request: HttpRequest; readonly mostPages: number }
): AsyncGenerator<HttpResponse, void, undefined> {
  const seen = new Set<string>()
  let url: URL | undefined = request.url
  while (url) {
    if (seen.has(url.href) || seen.size === mostPages) throw endless(context.host, seen)
    seen.add(url.href)
    const response = await context.send(repository, { ...request, url })
    yield response
    const link = response.status === 200 ? nextLink(response.headers['link']) : undefined
    url = link === undefined ? undefined : pageUrl(link, response.url)
  }
}

function endless(host: string, { size }: ReadonlySet<string>): Failure {
  const message = `${host} returns an endless list: ${size} pages were read.`
  return new Failure('registry', {
    message,
    fix: 'Check the registry and the proxies in front of it.'
  })
}

function tooMany(host: string, what: string): Failure {
  const message = `${host} was asked ${what}, and returned more than ${MOST_ENTRIES} entries.`
  const fix =
    'Remove entries that are not needed, or check the registry and the proxies in front of it.'
  return new Failure('registry', { message, fix })
}
