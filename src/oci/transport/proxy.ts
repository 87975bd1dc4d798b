import { keepLogin } from '../../shared/address-logins.ts'
import type { Environment } from '../../shared/environment.ts'
import { Failure } from '../../shared/failure.ts'
import type { Secret } from '../../shared/secret.ts'
import type { SecretKeeper } from '../../shared/secret-keeper.ts'
import { type Exemption, parseNoProxy } from './no-proxy.ts'

/** A forward proxy, without the login that its address had. */
export interface ForwardProxy {
  readonly url: URL
  /** `user:password` in base64, for the proxy alone. */
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
 * and Go, https goes through HTTPS_PROXY alone, never through HTTP_PROXY. Logins are masked first, those
 * of all variables.
 */
export function proxiesFrom(environment: Environment, secrets: SecretKeeper): Proxies {
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

function readProxy(environment: Environment, name: string, secrets: SecretKeeper): NamedProxy {
  const variable = environment[name.toLowerCase()] ? name.toLowerCase() : name
  const text = environment[variable]?.trim()
  if (!text) return undefined
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || url.hostname === '') return unusable(variable, 'it holds no address')
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
function maskLogin(text: string, secrets: SecretKeeper): void {
  const [, login = ''] = /^\s*(?:[a-z][a-z0-9+.-]*:\/\/)?(.*)@/is.exec(text) ?? []
  keepLogin(login, secrets)
}

/** Masks what the address says of a login, as the parser of URLs writes it, and as it is sent. */
function loginOf(url: URL, secrets: SecretKeeper): Secret | undefined {
  if (url.username === '' && url.password === '') return undefined
  const password = decode(url.password)
  if (password !== '') secrets.keep(password)
  if (url.password !== password) secrets.keepOpaque(url.password)
  const pair = Buffer.from(`${decode(url.username)}:${password}`, 'utf8')
  return secrets.keepOpaque(pair.toString('base64'))
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The value itself is not shown: it may hold a password. */
function unusable(variable: string, why: string): Failure {
  const message = `The proxy in ${variable} cannot be used: ${why}.`
  return new Failure('usage', { message, fix: `Set ${variable} to http://host:port, or unset it.` })
}
