import type { Secret } from '../../shared/secret.ts'

/** Who signs what is published. */
export const SIGN = ['off', 'keyless', 'key'] as const
/** What is attested of it. */
export const ATTEST = ['off', 'provenance'] as const
/** Whether provenance is stored at GitHub. */
export const GITHUB_ATTESTATION = ['auto', 'true', 'false'] as const

/** A key of the user, and its password, as they were given. */
export interface GivenCosignKey {
  readonly key: Secret
  readonly password: Secret | undefined
}

/** What is to be signed and attested with Sigstore, and with what. */
export interface TrustRequest {
  readonly sign: (typeof SIGN)[number]
  /** Undefined as well in a dry run that gets no secrets. */
  readonly cosignKey: GivenCosignKey | undefined
  readonly attest: (typeof ATTEST)[number]
  readonly githubAttestation: (typeof GITHUB_ATTESTATION)[number]
  readonly githubToken: Secret | undefined
  /** `auto`, `public-good`, `github`, or the path of a signing configuration. */
  readonly sigstore: string
  /** Path. */
  readonly trustedRoot: string | undefined
}
