import { Failure } from '../shared/failure.ts'
import { isLoopback } from './reference.ts'

/**
 * The address of the token service that a registry names, when it may get a password: any https
 * address (a registry that wanted the password could ask for it itself), plain http on the host of
 * a plain-http registry, and plain http on loopback for a registry on loopback.
 * @throws Failure auth
 */
export function parseRealm(text: string, registry: URL): URL {
  const realm = URL.canParse(text, registry.href) ? new URL(text, registry) : undefined
  if (!realm || !isTrusted(realm, registry)) throw untrusted(realm?.origin ?? text, registry)
  return realm
}

function isTrusted(realm: URL, registry: URL): boolean {
  if (realm.username !== '' || realm.password !== '') return false
  if (realm.protocol === 'https:') return true
  if (realm.protocol !== 'http:') return false
  const sameHost = realm.host === registry.host && registry.protocol === 'http:'
  return sameHost || (isLoopback(realm.host) && isLoopback(registry.host))
}

function untrusted(realm: string, registry: URL): Failure {
  const message = `${registry.host} names the token service ${realm}, which may not be given a password: it is not https.`
  return new Failure('auth', { message, fix: 'Have the registry name an https token service.' })
}
