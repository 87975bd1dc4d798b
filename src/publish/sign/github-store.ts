import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import {
  type GitHubAccess,
  hasAttestations,
  storeAttestation
} from '../../sigstore/github-attestations.ts'
import { ServiceClient } from '../../sigstore/service-client.ts'
import type { SigstoreAccess } from '../../sigstore/sigstore-access.ts'
import type { TrustRequest } from '../model/trust-request.ts'

interface Provenance {
  readonly digest: string
  readonly bundle: Buffer
  readonly predicateType: string
}

/** Stores provenance at GitHub, once for each digest of a run. */
export class GitHubStore {
  readonly #client: ServiceClient
  readonly #access: GitHubAccess
  readonly #stored = new Map<string, Promise<string | undefined>>()

  constructor(sigstore: SigstoreAccess, access: GitHubAccess) {
    this.#client = new ServiceClient(sigstore)
    this.#access = access
  }

  /** The page where it is; undefined where GitHub does not say. @throws Failure signing */
  store(provenance: Provenance): Promise<string | undefined> {
    const { digest } = provenance
    const stored = this.#stored.get(digest) ?? this.#store(provenance)
    this.#stored.set(digest, stored)
    return stored
  }

  async close(): Promise<void> {
    await this.#client.close()
  }

  async #store(provenance: Provenance): Promise<string | undefined> {
    return (await storeAttestation(this.#client, this.#access, provenance)).url
  }
}

/**
 * What stores the provenance of a run at GitHub; undefined where that is not wanted, or where GitHub cannot.
 * @throws Failure usage, when it is asked for, and cannot be done
 */
export function gitHubStore(
  { attest, githubAttestation: wanted, githubToken: token }: TrustRequest,
  access: SigstoreAccess
): GitHubStore | undefined {
  if (attest === 'off' || wanted === 'false') return undefined
  const { GITHUB_SERVER_URL, GITHUB_API_URL, GITHUB_REPOSITORY: repository } = access.environment
  const serverUrl = GITHUB_SERVER_URL ?? 'https://github.com'
  const apiUrl = GITHUB_API_URL ?? 'https://api.github.com'
  if (wanted === 'auto' && !hasAttestations(serverUrl)) return undefined
  if (token && repository) return new GitHubStore(access, { apiUrl, serverUrl, repository, token })
  const missing = token ? 'GITHUB_REPOSITORY' : input('github-token')
  if (wanted === 'auto') {
    access.logger.notice(`The provenance is not stored at GitHub, because ${missing} is not set.`)
    return undefined
  }
  const message = `${input('github-attestation', 'true')} is given, but ${missing} is not set.`
  throw new Failure('usage', { message, fix: `Set ${missing}.` })
}
