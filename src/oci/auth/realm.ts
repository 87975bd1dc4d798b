import { addressScope, isLoopback } from '../../http/private-address.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'

interface RealmRules {
  /** The registry that names the realm. */
  readonly registry: URL
  /** Hosts, with ports where they have one, that the user allows; empty: all that may be trusted. */
  readonly tokenHosts: readonly string[]
}

/**
 * The address of the token service that a registry names, when it may get a password: any https
 * address (a registry that wanted the password could ask for it itself), plain http on the host of
 * a plain-http registry, and plain http on loopback for a registry on loopback. An address of this
 * machine or of its network is for registries of the same kind, or for who names it in `token-hosts`.
 * @throws Failure auth
 */
export function parseRealm(text: string, rules: RealmRules): URL {
  const { registry } = rules
  const realm = URL.canParse(text, registry.href) ? new URL(text, registry) : undefined
  const distrust = realm ? distrustOf(realm, rules) : 'it is not a URL'
  if (realm && !distrust) return realm
  const message = `${registry.host} names the token service ${realm?.origin ?? text}, which may not get the password: ${distrust}.`
  throw new Failure('auth', { message, fix: fixFor(realm, rules) })
}

function distrustOf(realm: URL, { registry, tokenHosts }: RealmRules): string | undefined {
  if (realm.username !== '' || realm.password !== '') return 'its address contains a user'
  if (!isSafelyReached(realm, registry)) return 'it does not use https'
  const isNamed = tokenHosts.includes(realm.host)
  if (tokenHosts.length > 0 && !isNamed) return `it is not one of ${input('token-hosts')}`
  if (!isNamed && isTooNear(realm, registry)) return 'it is an address inside this network'
  return undefined
}

function isSafelyReached(realm: URL, registry: URL): boolean {
  if (realm.protocol === 'https:') return true
  if (realm.protocol !== 'http:') return false
  const sameHost = realm.host === registry.host && registry.protocol === 'http:'
  return sameHost || (isLoopback(realm.host) && isLoopback(registry.host))
}

/** A public registry must not point at the machine that asks, at its network, or at a metadata service. */
function isTooNear(realm: URL, registry: URL): boolean {
  if (realm.hostname === registry.hostname) return false
  const scope = addressScope(realm.hostname)
  if (scope === 'metadata') return true
  return scope !== undefined && scope !== addressScope(registry.hostname)
}

function fixFor(realm: URL | undefined, { registry, tokenHosts }: RealmRules): string {
  if (!realm || !isSafelyReached(realm, registry) || realm.username !== '') {
    return 'Configure the registry to use a token service with https.'
  }
  return tokenHosts.length > 0
    ? `Add ${realm.host} to ${input('token-hosts')} if it is yours.`
    : `Add ${realm.host} to ${input('token-hosts')} if it is yours; otherwise do not use this registry.`
}

/** A token service as a challenge of its registry names it. */
interface KnownTokenService {
  readonly realm: string
  readonly service: string
}

/**
 * The token services of public registries, by origin, as their challenges name them by public reports; no test reaches
 * these hosts. Who asks them at once saves the trip that the challenge takes, and a challenge that names another ends the
 * run.
 */
const KNOWN: Readonly<Record<string, KnownTokenService>> = {
  'https://ghcr.io': { realm: 'https://ghcr.io/token', service: 'ghcr.io' },
  'https://registry-1.docker.io': {
    realm: 'https://auth.docker.io/token',
    service: 'registry.docker.io'
  },
  'https://registry.gitlab.com': {
    realm: 'https://gitlab.com/jwt/auth',
    service: 'container_registry'
  },
  'https://quay.io': { realm: 'https://quay.io/v2/auth', service: 'quay.io' }
}

export function knownTokenService({ origin }: URL): KnownTokenService | undefined {
  return KNOWN[origin]
}
