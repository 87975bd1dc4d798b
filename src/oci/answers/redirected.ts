import { Failure } from '../../shared/failure.ts'
import { type HttpResponse, headerOf } from '../transport/http.ts'

const REDIRECTS = [301, 302, 303, 307, 308]
/** The path of a request about a repository, and the name in it. */
const REPOSITORY_PATH = /^\/v2\/(.+)\/(?:manifests|blobs|tags|referrers)\//

/**
 * The failure of a request that was redirected: only downloads of blobs are followed, since a push has to know where
 * it goes. Undefined for answers that do not redirect.
 * @param what was asked for, as it reads after "refused"
 */
export function redirected(response: HttpResponse, what: string): Failure | undefined {
  const { status, url } = response
  if (!REDIRECTS.includes(status)) return undefined
  const location = headerOf(response, 'location') ?? ''
  const refused = `${url.host} refused ${what}`
  if (!URL.canParse(location, url.href)) {
    const fix = 'Check that `registry` names an OCI registry, and the proxies in between.'
    return new Failure('registry', {
      message: `${refused}: it redirects (${status}) without a valid address.`,
      fix
    })
  }
  const target = new URL(location, url)
  // Without its query and login, which may be secrets.
  const place = `${target.origin === 'null' ? target.protocol : target.origin}${target.pathname}`
  const message = `${refused}: it redirects to ${place} (${status}), which is not followed.`
  return new Failure('registry', { message, fix: fixOf(url, target) })
}

function fixOf(asked: URL, target: URL): string {
  const [, from = ''] = REPOSITORY_PATH.exec(asked.pathname) ?? []
  const [, to] = REPOSITORY_PATH.exec(target.pathname) ?? []
  if (to === undefined) {
    return `Check that \`registry\` names an OCI registry, and that a login page or proxy in front of it lets requests to /v2/ through.`
  }
  if (to === from && target.hostname === asked.hostname && target.protocol !== asked.protocol) {
    return target.protocol === 'https:'
      ? 'Leave `plain-http` out: the registry speaks https.'
      : 'Have the registry, or the proxy in front of it, redirect to https.'
  }
  return `Use ${target.host}/${to} instead of ${asked.host}/${from}${registryHint(from, to, target)}.`
}

/** The path to give as `registry`, where the chart keeps its name. */
function registryHint(from: string, to: string, { host }: URL): string {
  const name = from.slice(from.lastIndexOf('/') + 1)
  if (!to.endsWith(`/${name}`)) return ''
  return `: set \`registry\` to oci://${host}/${to.slice(0, -name.length - 1)}`
}
