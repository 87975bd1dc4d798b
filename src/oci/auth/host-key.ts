import { isDockerHub, type Repository } from '../spec/reference.ts'

/** The key under which Docker keeps the login of Docker Hub (docker/cli, registry.IndexServer). */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/'
/** Paths of the registry APIs themselves, which some tools leave in the key. */
const API_PATH = /^\/v[12]\/?$/

/** `host` without the port that its scheme implies, and one name for all of Docker Hub; undefined for what is none. */
export function canonicalHost(host: string, plainHttp: boolean): string | undefined {
  if (!/^[^\s/@?#\\]+$/.test(host)) return undefined
  const text = `${plainHttp ? 'http' : 'https'}://${host}`
  if (!URL.canParse(text)) return undefined
  const canonical = new URL(text).host
  return isDockerHub(canonical) ? 'docker.io' : canonical
}

/** Whether a list of hosts has this one, with or without the port that the scheme implies. */
export function namesHost(list: readonly string[], host: string, plainHttp: boolean): boolean {
  const wanted = canonicalHost(host, plainHttp)
  return wanted !== undefined && list.some((named) => canonicalHost(named, plainHttp) === wanted)
}

/** The name of a host that a credential helper knows it by. */
export function helperKey(host: string): string {
  return host === 'docker.io' ? DOCKER_HUB_KEY : host
}

export interface KeySearch {
  readonly repository: Repository
  readonly plainHttp: boolean
}

/**
 * The keys of a Docker or Podman file that are for the repository, best first: paths that it lies in
 * (containers-auth.json(5), the longest first), its bare host, its https address, its http address.
 * A key with a path is never taken for the host alone, as Docker does at random.
 */
export function matchingKeys(keys: Iterable<string>, search: KeySearch): readonly string[] {
  return [...keys]
    .flatMap((key) => {
      const rank = rankOf(key, search)
      return rank === undefined ? [] : [{ key, rank }]
    })
    .sort((a, b) => a.rank - b.rank || a.key.length - b.key.length || (a.key < b.key ? -1 : 1))
    .map(({ key }) => key)
}

const BARE_HOST = 0
const HTTPS_ADDRESS = 1
const HTTP_ADDRESS = 2

/** Lower is better; a path counts by its length below zero. */
function rankOf(key: string, { repository, plainHttp }: KeySearch): number | undefined {
  const [, scheme, host = '', path = ''] = /^(?:(https?):\/\/)?([^/]+)(\/.*)?$/i.exec(key) ?? []
  const isHttp = scheme === undefined ? plainHttp : scheme.toLowerCase() === 'http'
  const wanted = canonicalHost(repository.host, plainHttp)
  if (wanted === undefined || canonicalHost(host, isHttp) !== wanted) return undefined
  if (scheme !== undefined) return isHttp ? HTTP_ADDRESS : HTTPS_ADDRESS
  return rankOfPath(path, repository.name)
}

function rankOfPath(path: string, repository: string): number | undefined {
  const prefix = path.replace(/^\/|\/$/g, '')
  if (prefix === '') return BARE_HOST
  if (`${repository}/`.startsWith(`${prefix}/`)) return -prefix.length
  return API_PATH.test(path) ? BARE_HOST : undefined
}
