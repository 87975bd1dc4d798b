import { parseHost } from '../spec/reference.ts'
import type { Credential } from './credential.ts'
import { canonicalHost } from './host-key.ts'

/** Credentials by key: `host[:port][/path]`, as `parseAuthKey` writes them. */
export type RegistryAuth = ReadonlyMap<string, Credential>

/** What a credential is wanted for. */
export interface AuthPlace {
  readonly host: string
  /** The name of a repository, or the path of a URL as `URL` writes it. */
  readonly path: string
  readonly plainHttp: boolean
}

/** What a path of RFC 3986 may have without an escape, except for `@` and `:`, behind which people write logins and tags. */
const COMPONENT = /^(?!\.{1,2}$)[\w.~!$&'()*+,;=-]+$/
/** What some servers take for another path: an escaped dot, slash or percent sign, and `..`, also with parameters. */
const AMBIGUOUS = /%(?:25|2e|2f|5c)|\\|(?:^|\/)\.{1,2}(?:;[^/]*)?(?:\/|$)/i

/**
 * Reads a key of `registry-auth`, `host[:port][/path]`, with the host in lower case. Undefined for all else: a scheme, a
 * login, a query, a fragment, an escape, an empty component, `.` or `..`.
 */
export function parseAuthKey(text: string): string | undefined {
  const [hostText = '', ...components] = text.split('/')
  const host = parseHost(hostText)
  const isPath = components.every((component) => COMPONENT.test(component))
  return host !== undefined && isPath ? [host, ...components].join('/') : undefined
}

/** The same text for two keys that mean one place under https. */
export function placeOfKey(key: string): string {
  const { host, path } = partsOf(key)
  return `${canonicalHost(host, false)}/${path}`
}

/**
 * The credential for a place: of the keys for its host and port, the one with the longest path that the place is in, by
 * whole components (containers-auth.json(5)). A key with a path never counts for what is outside that path.
 */
export function credentialFor(auth: RegistryAuth, place: AuthPlace): Credential | undefined {
  const wanted = canonicalHost(place.host, place.plainHttp)
  if (wanted === undefined) return undefined
  const found = [...auth].flatMap(([key, credential]) => {
    const { host, path } = partsOf(key)
    const isFor = canonicalHost(host, place.plainHttp) === wanted && isWithin(place.path, path)
    return isFor ? [{ key, path, credential }] : []
  })
  // Of two keys for one place, such as HOST and HOST:80 for a registry with plain http, the one that writes the port.
  found.sort((a, b) => b.path.length - a.path.length || b.key.length - a.key.length)
  return found[0]?.credential
}

function partsOf(key: string): { readonly host: string; readonly path: string } {
  const [host = '', ...path] = key.split('/')
  return { host, path: path.join('/') }
}

function isWithin(path: string, prefix: string): boolean {
  if (prefix === '') return true
  const bare = path.replace(/^\//, '')
  return `${bare}/`.startsWith(`${prefix}/`) && !AMBIGUOUS.test(bare)
}
