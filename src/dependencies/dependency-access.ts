import type { RegistryAccess } from '../oci/access.ts'
import { givenLoginSource } from '../oci/auth/credential.ts'
import { namesHost } from '../oci/auth/host-key.ts'
import { credentialFor, type RegistryAuth } from '../oci/auth/registry-auth-keys.ts'

/**
 * The access to registries of dependencies, which Chart.yaml names: keys of `registry-auth` come first, then, for
 * `ownHosts` (the hosts of targets and sources that the inputs name), the login of the inputs, then those of the machine.
 * The login of the inputs goes to exactly these hosts and ports.
 */
export function dependencyAccess(
  access: RegistryAccess,
  ownHosts: readonly string[]
): RegistryAccess {
  return {
    ...access,
    credential: undefined,
    registryAuth: withGivenLogin(access, ownHosts)
  }
}

/** `registry-auth` with the login of the inputs for each host that has no key without a path. */
function withGivenLogin(
  { credential, registryAuth, plainHttpHosts }: RegistryAccess,
  ownHosts: readonly string[]
): RegistryAuth | undefined {
  if (!credential) return registryAuth
  const given = { ...credential, source: givenLoginSource(credential) }
  const auth = new Map(registryAuth)
  for (const host of ownHosts) {
    const plainHttp = namesHost(plainHttpHosts, host, true)
    if (credentialFor(auth, { host, path: '', plainHttp })) continue
    auth.set(withPort(host, plainHttp), given)
  }
  return auth
}

/** With its port written, a key is for the one scheme that has this port by default. */
function withPort(host: string, plainHttp: boolean): string {
  return /:\d+$/.test(host) ? host : `${host}:${plainHttp ? 80 : 443}`
}
