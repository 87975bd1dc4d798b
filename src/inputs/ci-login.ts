import { parseAuthKey, placeOfKey, type RegistryAuth } from '../oci/auth/registry-auth-keys.ts'
import type { Secret } from '../shared/secret.ts'

/** The login that a CI system gives its jobs for its own registry. */
export interface CiLogin {
  /** `host[:port]`. */
  readonly registry: string
  readonly username: string
  readonly password: Secret
  /** Where it comes from, as logs and fixes name it. */
  readonly source: string
}

/**
 * Adds the login of a CI system to what is given by host, only for its registry. What is given for that host comes first.
 * Nothing is added where the registry is not written as a host.
 */
export function withCiLogin(
  given: RegistryAuth | undefined,
  { registry, username, password, source }: CiLogin
): RegistryAuth | undefined {
  const key = registry.includes('/') ? undefined : parseAuthKey(registry)
  if (key === undefined || username.includes(':')) return given
  const isGiven = [...(given?.keys() ?? [])].some((other) => placeOfKey(other) === placeOfKey(key))
  if (isGiven) return given
  return new Map([...(given ?? []), [key, { kind: 'login', username, password, source }]])
}
