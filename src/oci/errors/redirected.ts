import { type HttpResponse, headerOf, isRedirect } from '../../http/message.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { repositoryIn } from './response-error.ts'

/**
 * The failure of a request that was redirected: only downloads of blobs are followed, since a push has to know where
 * it goes. Undefined for answers that do not redirect.
 * @param what was asked for, as it reads after "refused"
 */
export function redirected(response: HttpResponse, what: string): Failure | undefined {
  const { status, url } = response
  if (!isRedirect(response)) return undefined
  const refused = `${url.host} refused ${what}`
  const target = targetOf(response)
  if (target === undefined) {
    const message = `${refused}: it redirects (${status}) without a valid URL.`
    const fix = `Check that ${input('registry')} names an OCI registry, and check the proxies in between.`
    return new Failure('registry', { message, fix })
  }
  // Without its query and login, which may be secrets.
  const place = `${target.origin === 'null' ? target.protocol : target.origin}${target.pathname}`
  const message = `${refused}: it redirects to ${place} (${status}), which is not followed.`
  return new Failure('registry', { message, fix: fixOf(url, target) })
}

function targetOf(response: HttpResponse): URL | undefined {
  const location = headerOf(response, 'location') ?? ''
  const isAddress = location !== '' && URL.canParse(location, response.url.href)
  return isAddress ? new URL(location, response.url) : undefined
}

function fixOf(asked: URL, target: URL): string {
  const from = repositoryIn(asked) ?? ''
  const to = repositoryIn(target)
  if (to === undefined) {
    return `Check that ${input('registry')} names an OCI registry, and that no login page or proxy in front of it intercepts requests to /v2/.`
  }
  if (to === from && target.hostname === asked.hostname) return schemeFix(asked, target)
  return `Use ${target.host}/${to} instead of ${asked.host}/${from}${registryHint(from, to, target)}.`
}

/** For the same repository on the same host. */
function schemeFix(asked: URL, target: URL): string {
  if (target.protocol === asked.protocol) {
    return 'Check the registry, and the proxies in front of it: it redirects to itself.'
  }
  return target.protocol === 'https:'
    ? `Do not set ${input('plain-http')} for ${asked.host}: it speaks https.`
    : 'Configure the registry, or the proxy in front of it, to redirect to https.'
}

/** The path to give as `registry`, where the chart keeps its name. */
function registryHint(from: string, to: string, { host }: URL): string {
  const name = from.slice(from.lastIndexOf('/') + 1)
  if (!to.endsWith(`/${name}`)) return ''
  return `: set ${input('registry')} to oci://${host}/${to.slice(0, -name.length - 1)}`
}
