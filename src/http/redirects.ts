import {
  type HttpRequest,
  type HttpResponse,
  headerOf,
  isRedirect,
  MOST_REDIRECTS
} from './message.ts'

/** What led to a request. */
export interface Hop {
  /** The address that redirected to it; undefined for the first request. */
  readonly from: URL | undefined
  /**
   * Whether a redirect has led to another origin since the first request: no credential may go along then, also when the
   * way leads back.
   */
  readonly hasLeft: boolean
}

interface RedirectRules {
  readonly send: (request: HttpRequest, hop: Hop) => Promise<HttpResponse>
  /** Where an answer redirects to. @throws Failure, when it may not be followed */
  readonly target: (response: HttpResponse) => URL
  /** The failure of too many redirects; called with how many were followed. */
  readonly tooMany: (followed: number) => Error
}

/**
 * Sends a GET, and follows where it is redirected to (RFC 9110, 15.4): the first answer that does not redirect.
 * @throws what the rules throw
 */
export async function followRedirects(
  request: HttpRequest,
  { send, target, tooMany }: RedirectRules
): Promise<HttpResponse> {
  let hasLeft = false
  let response = await send(request, { from: undefined, hasLeft })
  for (let followed = 0; isRedirect(response); followed++) {
    if (followed === MOST_REDIRECTS) throw tooMany(followed)
    const url = target(response)
    hasLeft ||= url.origin !== request.url.origin
    response = await send({ ...request, url }, { from: response.url, hasLeft })
  }
  return response
}

/** The http(s) address in the Location of an answer, resolved; undefined where there is none. */
export function locationOf(response: HttpResponse): URL | undefined {
  const location = headerOf(response, 'location') ?? ''
  if (location === '' || !URL.canParse(location, response.url.href)) return undefined
  const url = new URL(location, response.url)
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined
}
