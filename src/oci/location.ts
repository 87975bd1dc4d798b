import { Failure } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { Digest } from './spec/blob.ts'

/**
 * Where an upload session lives: its Location (distribution-spec v1.1, "Pushing a blob monolithically"),
 * resolved against the request, with its query as it came, for it may be signed. Another host is refused;
 * http from a proxy that forgets its TLS is brought back to our own origin.
 * @throws Failure registry
 */
export function sessionUrl(location: string | undefined, request: URL): URL {
  if (!location) throw senseless(request, 'no Location for the upload')
  const url = resolve(location, request)
  if (url === undefined) throw senseless(request, 'a Location that is not a URL')
  if (!isSameHost(url, request)) throw elsewhere(request, url)
  return new URL(`${request.origin}${url.pathname}${url.search}`)
}

/** Whether a Location or link on our own host was given as http although we speak https. */
export function hasLostTls(location: string, request: URL): boolean {
  return resolve(location, request)?.protocol === 'http:' && request.protocol === 'https:'
}

/** Where to PUT the blob that ends a session: `digest` is added, nothing else of the query is touched. */
export function uploadUrl(session: URL, digest: Digest): URL {
  const separator = session.search === '' ? '?' : '&'
  return new URL(`${session.href}${separator}digest=${encodeURIComponent(digest)}`)
}

/**
 * Where the next page of a list is (distribution-spec v1.1, "Listing tags"): only on our own origin.
 * @throws Failure registry
 */
export function pageUrl(link: string, request: URL): URL {
  const url = resolve(link, request)
  if (url !== undefined && isSameHost(url, request)) {
    return new URL(`${request.origin}${url.pathname}${url.search}`)
  }
  throw senseless(request, `a list that continues at ${url?.origin ?? 'an invalid URL'}`)
}

/**
 * http(s) or a path. What else has a colon in its first part, such as the `https,http://host/` of doubled
 * X-Forwarded-Proto headers, would resolve to a nonsensical path on our own origin.
 */
function resolve(reference: string, request: URL): URL | undefined {
  if (!/^(?:https?:\/\/|[^:]*$|[^:/?#]*[/?#])/i.test(reference)) return undefined
  return URL.canParse(reference, request.href) ? new URL(reference, request) : undefined
}

/** The same origin, or the same name over http where TLS ends before the registry. */
function isSameHost(url: URL, request: URL): boolean {
  if (url.hostname !== request.hostname) return false
  const lostTls = url.protocol === 'http:' && request.protocol === 'https:'
  return lostTls || url.origin === request.origin
}

/**
 * Where a redirect of a download leads: any host, but never from https to http.
 * @throws Failure registry
 */
export function redirectUrl(location: string | undefined, request: URL): URL {
  if (location === undefined) throw senseless(request, 'a redirect without Location')
  if (!URL.canParse(location, request.href)) {
    throw senseless(request, 'a redirect to an invalid URL')
  }
  const url = new URL(location, request)
  const isHttp = url.protocol === 'https:' || url.protocol === 'http:'
  if (!isHttp || url.username !== '' || url.password !== '') {
    throw senseless(request, `a redirect to ${url.protocol}//${url.host}, which was not followed`)
  }
  if (url.protocol === 'http:' && request.protocol === 'https:') {
    throw senseless(request, `a redirect from https to ${url.origin}, which was not followed`)
  }
  return url
}

function senseless(request: URL, what: string): Failure {
  const message = `${request.host} answered with ${what}.`
  return new Failure('registry', {
    message,
    fix: `Check that ${input('registry')} names an OCI registry, and check the proxies in front of it.`
  })
}

function elsewhere(request: URL, location: URL): Failure {
  const message = `${request.host} directs the upload to another server, ${location.origin}; nothing was sent there.`
  const fix =
    'Use the host name that the registry has in its configuration, or correct its external URL (`http.host` of distribution).'
  return new Failure('registry', { message, fix })
}
