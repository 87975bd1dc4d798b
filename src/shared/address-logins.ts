import { endOfAuthority, secretParameters } from './address-secrets.ts'
import type { SecretRegistry } from './secret-registry.ts'

/** A user without a password may be a token; shorter ones are names, which would be hidden everywhere. */
const SHORTEST_TOKEN = 8
const DIGEST = /@sha\d+:/i
/** What stands before the first colon of a line without being a user: kinds of charts, drives of Windows. */
const NO_USER = /^(?:oci-layout|oci-archive|[a-z](?=:[\\/])|[^:]*\s.*):/i

/**
 * Masks the logins and the secret parameters of the addresses in `text`, line by line, also of those that do not
 * parse: a password may have any character in it.
 */
export function registerAddressLogins(text: string, secrets: SecretRegistry): void {
  for (const line of text.split(/[\r\n]+/)) {
    for (const login of loginsIn(line)) keepLogin(login, secrets)
    for (const value of secretParameters(line)) keepWritings(value, secrets)
  }
}

/** As `registerAddressLogins`, for what is an address also without a scheme, such as `user:password@host/path`. */
export function registerHostLogins(text: string, secrets: SecretRegistry): void {
  registerAddressLogins(text, secrets)
  for (const line of text.split(/[\r\n]+/).map((line) => line.trim())) {
    const address = withoutDigest(line)
    const login = address.slice(0, Math.max(0, address.lastIndexOf('@')))
    const isAddress = address.includes('://') || NO_USER.test(address)
    if (!isAddress && login.includes(':')) keepLogin(login, secrets)
  }
}

/** Masks what stands before the `@` of an address, and the password in it, as written, decoded and sent. */
export function keepLogin(login: string, secrets: SecretRegistry): void {
  const [user = '', ...more] = login.split(':')
  const password = more.join(':')
  if (password === '' && user.length < SHORTEST_TOKEN) return
  for (const text of password === '' ? [user] : [login, password]) keepWritings(text, secrets)
  const pair = Buffer.from(`${percentDecoded(user)}:${percentDecoded(password)}`, 'utf8')
  secrets.registerRaw(pair.toString('base64'))
}

function keepWritings(text: string, secrets: SecretRegistry): void {
  secrets.register(text)
  secrets.register(percentDecoded(text))
}

function loginsIn(line: string): readonly string[] {
  return line
    .split('://')
    .slice(1)
    .flatMap((rest) => loginIn(withoutDigest(rest)) ?? [])
}

/** What stands before the last `@` of an authority, or of all when the authority has no valid port. */
function loginIn(address: string): string | undefined {
  const authority = address.slice(0, endOfAuthority(address, 0))
  const isWhole = authority.includes('@') || isHost(authority, address[authority.length])
  const text = isWhole ? authority : address
  const at = text.lastIndexOf('@')
  return at > 0 ? text.slice(0, at) : undefined
}

/** `user:12` before a `#` or a `?` is the beginning of a login: nobody writes an `@` into a fragment or a query. */
function isHost(authority: string, next: string | undefined): boolean {
  const hasPort = /^(?:\[[^\]]*\]|[^:]*)(?::\d*)?$/.test(authority)
  return hasPort && (next === undefined || next === '/' || !authority.includes(':'))
}

function withoutDigest(address: string): string {
  return address.slice(0, DIGEST.exec(address)?.index)
}

/** The text itself where its percent signs mean nothing. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
