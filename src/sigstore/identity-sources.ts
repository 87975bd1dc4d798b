import type { Secret } from '../shared/secret.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import type { TokenRequestAccess } from './auth-requests.ts'

/** Where cosign looks for one (sigstore/cosign, pkg/providers/filesystem). */
const TOKEN_FILE = '/var/run/sigstore/cosign/oidc-token'
/** Shorter paths are words, such as `/token`; GitHub's have two UUIDs. */
const SHORTEST_PATH = 16

/** Where ID tokens may come from; what the environment had of it, as secrets. */
export interface IdentitySources {
  /** GitHub's, where the job has the permission. */
  readonly request: TokenRequestAccess | undefined
  /** SIGSTORE_ID_TOKEN, as GitLab's `id_tokens` sets it. */
  readonly idToken: Secret | undefined
  /** Read when there is nothing else. */
  readonly file: string
  /** Which CI this is, for advice. */
  readonly ci: 'github' | 'gitlab' | undefined
}

/**
 * Takes what leads to ID tokens out of the environment, so that no child gets it, and masks it. To be called before the
 * tokens of the runner are removed.
 */
export function takeIdentitySources(
  environment: Record<string, string | undefined>,
  secrets: SecretRegistry,
  file = TOKEN_FILE
): IdentitySources {
  const take = (name: string): Secret | undefined => {
    const value = environment[name]?.trim()
    delete environment[name]
    return value ? secrets.registerToken(value) : undefined
  }
  maskPath(environment['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '', secrets)
  const url = take('ACTIONS_ID_TOKEN_REQUEST_URL')
  const token = take('ACTIONS_ID_TOKEN_REQUEST_TOKEN')
  const idToken = take('SIGSTORE_ID_TOKEN')
  const isGitHub = environment['GITHUB_ACTIONS'] === 'true'
  const isGitLab = environment['GITLAB_CI'] === 'true'
  const ci = isGitHub ? 'github' : isGitLab ? 'gitlab' : undefined
  return { request: url && token ? { url, token } : undefined, idToken, file, ci }
}

/** GitHub's has the ids of the job in its path, which logs of requests show without the rest of the address. */
function maskPath(address: string, secrets: SecretRegistry): void {
  if (!URL.canParse(address)) return
  const { pathname } = new URL(address)
  if (pathname.length >= SHORTEST_PATH) secrets.registerToken(pathname)
}
