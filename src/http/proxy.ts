import { BlockList, isIP } from 'node:net'
import { keepLogin, percentDecoded } from '../shared/address-logins.ts'
import type { Environment } from '../shared/environment.ts'
import { Failure } from '../shared/failure.ts'
import type { Secret } from '../shared/secret.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import { isLoopback } from './private-address.ts'

/** A forward proxy, without the login that its address had. */
export interface ForwardProxy {
  readonly url: URL
  /** `user:password` in base64, only for the proxy. */
  readonly login: Secret | undefined
  /** The variable of the environment that named it. */
  readonly variable: string
}

/** A failure where the address cannot be used: it matters to hosts alone that the proxy would lead to. */
export type NamedProxy = ForwardProxy | Failure | undefined

/** Which proxy, if any, leads to a host. */
export interface Proxies {
  readonly https: NamedProxy
  readonly http: NamedProxy
  readonly isExempt: Exemption
}

export const NO_PROXIES: Proxies = { https: undefined, http: undefined, isExempt: () => true }

/** Also those that we do not use: credential helpers get them, and what a failing one prints is shown. */
const PROXY_VARIABLE = /^(?:https?|all|ftp)_proxy$/i

/**
 * The proxies that the environment names; of a variable in both cases the lower one counts. As for curl
 * and Go, https goes only through HTTPS_PROXY, never through HTTP_PROXY. Logins are masked first, those
 * of all variables.
 */
export function proxiesFrom(environment: Environment, secrets: SecretRegistry): Proxies {
  for (const [name, text = ''] of Object.entries(environment)) {
    if (PROXY_VARIABLE.test(name)) maskLogin(text, secrets)
  }
  return {
    https: readProxy(environment, 'HTTPS_PROXY', secrets),
    http: readProxy(environment, 'HTTP_PROXY', secrets),
    isExempt: parseNoProxy(environment['no_proxy'] || environment['NO_PROXY'] || '')
  }
}

/** The proxy for an origin, or why it cannot be used; undefined where the way is direct. */
export function proxyFor(proxies: Proxies, { protocol, hostname, port }: Address): NamedProxy {
  const proxy = protocol === 'https:' ? proxies.https : proxies.http
  if (!proxy || proxies.isExempt(hostname, port || defaultPort(protocol))) return undefined
  return proxy
}

/** As much of a URL as says where a connection goes. */
export interface Address {
  readonly protocol: string
  readonly hostname: string
  /** Empty for the protocol's own. */
  readonly port: string
}

export function defaultPort(protocol: string): string {
  return protocol === 'https:' ? '443' : '80'
}

function readProxy(environment: Environment, name: string, secrets: SecretRegistry): NamedProxy {
  const variable = environment[name.toLowerCase()] ? name.toLowerCase() : name
  const text = environment[variable]?.trim()
  if (!text) return undefined
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || url.hostname === '') return unusable(variable, 'it contains no address')
  // Nothing of it is shown: its host may be the user, and its port the beginning of the password.
  if (`${url.pathname}${url.search}${url.hash}`.includes('@')) {
    return unusable(variable, 'its login has a character that has to be percent-encoded')
  }
  const login = loginOf(url, secrets)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return unusable(variable, `proxies of the kind "${url.protocol}//" are not supported`)
  }
  return { url: new URL(url.origin), login, variable }
}

/**
 * Masks all before the last `@`. By the text only: an address that does not parse, such as one whose password has a
 * `#`, shows up in what others print as any other does.
 */
function maskLogin(text: string, secrets: SecretRegistry): void {
  const [, login = ''] = /^\s*(?:[a-z][a-z0-9+.-]*:\/\/)?(.*)@/is.exec(text) ?? []
  keepLogin(login, secrets)
}

/** Masks what the address says of a login, as the parser of URLs writes it, and as it is sent. */
function loginOf(url: URL, secrets: SecretRegistry): Secret | undefined {
  if (url.username === '' && url.password === '') return undefined
  const password = percentDecoded(url.password)
  if (password !== '') secrets.register(password)
  if (url.password !== password) secrets.registerRaw(url.password)
  const pair = Buffer.from(`${percentDecoded(url.username)}:${password}`, 'utf8')
  return secrets.registerRaw(pair.toString('base64'))
}

/** The value itself is not shown: it may hold a password. */
function unusable(variable: string, why: string): Failure {
  const message = `The proxy in ${variable} cannot be used: ${why}.`
  return new Failure('usage', { message, fix: `Set ${variable} to http://host:port, or unset it.` })
}

/** Whether a host is to be reached without a proxy. `hostname` in lower case, `port` always given. */
type Exemption = (hostname: string, port: string) => boolean

/**
 * Reads NO_PROXY by the rules of Go (golang.org/x/net/http/httpproxy), since helm reads it so: `name` is
 * the host and all below it, `.name` and `*.name` what is below it, `*` all; addresses and CIDR blocks of
 * v4 and v6; each but a block may have a port. Loopback is exempt always. Spaces separate as commas do.
 */
export function parseNoProxy(text: string): Exemption {
  const entries = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(parseEntry)
  return (hostname, port) => {
    const host = hostname
      .toLowerCase()
      .replace(/^\[|\]$/g, '')
      .replace(/\.$/, '')
    const authority = host.includes(':') ? `[${host}]` : host
    return isLoopback(authority) || entries.some((matches) => matches(host, port))
  }
}

function parseEntry(entry: string): Exemption {
  if (entry === '*') return () => true
  const block = parseBlock(entry)
  if (block) return (host) => contains(block, host)
  const { name, port: wanted } = splitPort(entry)
  const matches = isIP(name) === 0 ? matcherOfName(name) : matcherOfAddress(name)
  return (host, port) => (wanted === undefined || wanted === port) && matches(host)
}

function matcherOfName(name: string): (host: string) => boolean {
  const bare = name.replace(/^\*\./, '.')
  if (bare.startsWith('.')) return (host) => host.endsWith(bare)
  return (host) => host === bare || host.endsWith(`.${bare}`)
}

function matcherOfAddress(address: string): (host: string) => boolean {
  const list = new BlockList()
  list.addAddress(address, familyOf(address))
  return (host) => contains(list, host)
}

function parseBlock(entry: string): BlockList | undefined {
  const [, address = '', bits = ''] = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(entry) ?? []
  const version = isIP(address)
  if (version === 0 || Number(bits) > (version === 4 ? 32 : 128)) return undefined
  const list = new BlockList()
  list.addSubnet(address, Number(bits), familyOf(address))
  return list
}

function splitPort(entry: string): { readonly name: string; readonly port?: string } {
  if (isIP(entry) !== 0) return { name: entry }
  const [, name = entry, port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? []
  const bare = name.replace(/^\[|\]$/g, '')
  return port === undefined ? { name: bare } : { name: bare, port }
}

function contains(list: BlockList, host: string): boolean {
  return isIP(host) !== 0 && list.check(host, familyOf(host))
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6'
}
