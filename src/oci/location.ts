import { Failure } from '../shared/failure.ts'
import type { Digest } from './digest.ts'

/**
 * Where to PUT a blob: the Location of an upload session (distribution-spec v1.1, "Pushing a blob
 * monolithically"), resolved against the request, with `digest` added and the rest of the query as
 * it came: it may be signed. Another host is refused; http from a proxy that forgets its TLS is
 * brought back to our own origin.
 * @throws Failure registry
 */
export function uploadUrl(location: string | undefined, request: URL, digest: Digest): URL {
  if (location === undefined) throw senseless(request, 'no Location for the upload')
  // `https,http://host/` comes of doubled X-Forwarded-Proto headers and would resolve to nonsense.
  if (!/^(?:https?:\/\/|\/|\?)/.test(location))
    throw senseless(request, 'a Location that is no address')
  if (!URL.canParse(location, request.href))
    throw senseless(request, 'a Location that is no address')
  const url = new URL(location, request)
  if (url.hostname !== request.hostname) throw elsewhere(request, url)
  const lostTls = url.protocol === 'http:' && request.protocol === 'https:'
  if (!lostTls && url.origin !== request.origin) throw elsewhere(request, url)
  const separator = url.search === '' ? '?' : '&'
  return new URL(
    `${request.origin}${url.pathname}${url.search}${separator}digest=${encodeURIComponent(digest)}`
  )
}

/**
 * Where a redirect of a download leads: any host, but never from https to http.
 * @throws Failure registry
 */
export function redirectUrl(location: string | undefined, request: URL): URL {
  if (location === undefined) throw senseless(request, 'a redirect without Location')
  if (!URL.canParse(location, request.href)) {
    throw senseless(request, 'a redirect to what is no address')
  }
  const url = new URL(location, request)
  const isHttp = url.protocol === 'https:' || url.protocol === 'http:'
  if (!isHttp || url.username !== '' || url.password !== '') {
    throw senseless(
      request,
      `a redirect to ${url.protocol}//${url.host}, which is not to be followed`
    )
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
    fix: 'Check that `registry` names an OCI registry, and proxies before it.'
  })
}

function elsewhere(request: URL, location: URL): Failure {
  const message = `${request.host} wants the upload to go to ${location.origin}, which is another place; nothing was sent there.`
  const fix =
    'Name the registry by the host that it calls itself, or correct its external URL (`http.host` of distribution).'
  return new Failure('registry', { message, fix })
}
