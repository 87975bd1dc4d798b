import { isNearby, isNeverShared, type Resolve } from '../../http/guarded-lookup.ts'
import { addressScope } from '../../http/private-address.ts'
import { type Proxies, proxyFor } from '../../http/proxy.ts'
import { Failure } from '../../shared/failure.ts'

/** How far a request may reach: `near` also to this machine and its network, `far` only elsewhere. */
export type Reach = 'near' | 'far'

interface Step {
  readonly url: URL
  /** What led there: the repository whose index names it, or the address that redirects. */
  readonly from: URL
}

/**
 * Where requests may lead: never to a metadata service, which answers whoever is on the machine; to this machine and its
 * network only from a repository that Chart.yaml names, or from what is there as well. A public index could otherwise
 * make a runner ask the services of its own network.
 */
export class Surroundings {
  readonly #proxies: Proxies
  readonly #resolve: Resolve | undefined
  readonly #near = new Map<string, Promise<boolean>>()

  constructor(proxies: Proxies, resolve: Resolve | undefined) {
    this.#proxies = proxies
    this.#resolve = resolve
  }

  /** @throws Failure registry, when the address may not be asked at all */
  async reachOf({ url, from }: Step, before: Reach): Promise<Reach> {
    requireShared(addressScope(url.hostname), url.host)
    if (url.hostname === from.hostname) return before
    const reach = (await this.#isNear(from)) ? 'near' : 'far'
    if (reach === 'far' && addressScope(url.hostname)) throw tooNear(url.host, from.host)
    return reach
  }

  /** What only a proxy reaches is not in this network, whatever its name means here. */
  #isNear(url: URL): Promise<boolean> {
    const { hostname } = url
    const isProxied = proxyFor(this.#proxies, url) !== undefined
    const near =
      this.#near.get(hostname) ??
      (isProxied ? Promise.resolve(false) : isNearby(url, this.#resolve))
    this.#near.set(hostname, near)
    return near
  }
}

/** @throws Failure registry */
export function requireShared(scope: ReturnType<typeof addressScope>, host: string): void {
  if (!isNeverShared(scope)) return
  const message = `${host} was not contacted: it is a link-local address or the metadata service of a cloud.`
  throw new Failure('registry', { message, fix: 'Use another repository in Chart.yaml.' })
}

/** The failure of an address inside this network that something outside leads to, by its host where that is known. */
export function tooNear(host: string, from = 'A host outside of this network'): Failure {
  const message = `${from} points to ${host}, an address inside this network, so it was not contacted.`
  const fix =
    'Use a repository inside this network in Chart.yaml, or commit the archive to charts/.'
  return new Failure('registry', { message, fix })
}
