/** A transparency log, by the version of Rekor that it speaks. */
export interface LogService {
  readonly url: URL
  readonly version: 1 | 2
}

/** The services that sign with. */
export interface SigningServices {
  /** For messages. */
  readonly name: string
  /** A Fulcio. */
  readonly authority: URL
  /** The signature is written into each of them. */
  readonly logs: readonly LogService[]
  /** The endpoints themselves; each of them dates the signature. */
  readonly timestampAuthorities: readonly URL[]
}

/**
 * Sigstore's public instance: everybody can read for ever what is signed there, and by whom. By its signing configuration
 * (sigstore/root-signing, targets/signing_config.v0.2.json, August 2026) with Rekor v1, which all verifiers know.
 */
export function publicGoodServices(): SigningServices {
  return {
    name: "Sigstore's public instance",
    authority: new URL('https://fulcio.sigstore.dev'),
    logs: [{ url: new URL('https://rekor.sigstore.dev'), version: 1 }],
    timestampAuthorities: [new URL('https://timestamp.sigstore.dev/api/v1/timestamp')]
  }
}

/** The tenant of GitHub Enterprise Cloud with data residency that a server belongs to. */
const TENANT = /^([a-z0-9-]+)\.ghe\.com$/

/**
 * GitHub's own instance, which has no log, for repositories that are not public (actions/toolkit,
 * packages/attest/src/endpoints.ts).
 * @param serverUrl GITHUB_SERVER_URL
 */
export function gitHubServices(serverUrl: string): SigningServices {
  const host = URL.canParse(serverUrl) ? new URL(serverUrl).hostname : ''
  const [, tenant] = TENANT.exec(host) ?? []
  const domain = tenant === undefined ? 'githubapp.com' : `${tenant}.ghe.com`
  return {
    name: "GitHub's instance of Sigstore",
    authority: new URL(`https://fulcio.${domain}`),
    logs: [],
    timestampAuthorities: [new URL(`https://timestamp.${domain}/api/v1/timestamp`)]
  }
}

/** Who may read the repository of a token, by the claims of GitHub and of GitLab; undefined where they do not say. */
export function visibilityIn(
  claims: Readonly<Record<string, unknown>>
): 'public' | 'private' | undefined {
  const visibility = claims['repository_visibility'] ?? claims['project_visibility']
  if (visibility === 'public') return 'public'
  return visibility === 'private' || visibility === 'internal' ? 'private' : undefined
}
