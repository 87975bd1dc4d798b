/** A token service as a challenge of its registry names it. */
export interface KnownTokenService {
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
