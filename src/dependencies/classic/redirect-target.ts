import type { HttpResponse } from '../../http/message.ts'
import { locationOf } from '../../http/redirects.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'

/**
 * Where an answer redirects to: never to an address with a login, and from https to plain http only where the user allows
 * that for the host. What is shown of a target is its host: the rest may be signed.
 * @throws Failure registry
 */
export function redirectTarget(response: HttpResponse, mayBePlain: (url: URL) => boolean): URL {
  const { url, status } = response
  const target = locationOf(response)
  const redirects = `${url.host} redirects (${status})`
  const fix = 'Check the URL of the repository in Chart.yaml, and the proxies in between.'
  if (!target) {
    const message = `${redirects}, but not to a valid http address.`
    throw new Failure('registry', { message, fix })
  }
  if (target.username !== '' || target.password !== '') {
    const message = `${redirects} to an address on ${target.host} with a login in it, which is not followed.`
    throw new Failure('registry', { message, fix })
  }
  if (url.protocol === 'https:' && target.protocol === 'http:' && !mayBePlain(target)) {
    const message = `${redirects} from https to plain http on ${target.host}, which is not followed.`
    const consent = `Change the redirect to https, or add ${target.host} to ${input('plain-http')}.`
    throw new Failure('registry', { message, fix: consent })
  }
  return target
}

export function tooManyRedirects({ host }: URL, followed: number): Failure {
  const message = `${host} redirects more than ${followed} times.`
  const fix = 'Check the URL of the repository in Chart.yaml, and the proxies in between.'
  return new Failure('registry', { message, fix })
}
