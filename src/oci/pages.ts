import { Failure } from '../shared/failure.ts'
import { nextLink } from './link-header.ts'
import { pageUrl } from './location.ts'
import type { Repository } from './spec/reference.ts'
import type { HttpRequest, HttpResponse } from './transport/http.ts'
import type { Wire } from './wire.ts'

/** A hundred pages of distribution's hundred tags; a page holds 4 MiB at the most (body.ts), as with oras. */
const MOST_PAGES = 100

/**
 * The pages of a list, one after the other as its Link headers say, on our own origin alone. The first answer
 * that is no 200 is the last one.
 * @throws Failure registry, for a list that goes round in circles or does not end
 */
export async function* pagesOf(
  wire: Wire,
  repository: Repository,
  request: HttpRequest
): AsyncGenerator<HttpResponse, void, undefined> {
  const seen = new Set<string>()
  let url: URL | undefined = request.url
  while (url) {
    if (seen.has(url.href) || seen.size === MOST_PAGES) throw endless(wire.host, seen)
    seen.add(url.href)
    const response = await wire.send(repository, { ...request, url })
    yield response
    const link = response.status === 200 ? nextLink(response.headers['link']) : undefined
    url = link === undefined ? undefined : pageUrl(link, response.url)
  }
}

function endless(host: string, { size }: ReadonlySet<string>): Failure {
  const message = `${host} gives a list that does not end: ${size} pages were read.`
  return new Failure('registry', { message, fix: 'Look at the registry and at proxies before it.' })
}
