import type { RegistryAccess } from '../oci/access.ts'
import type { ArtifactReference } from '../oci/spec/artifact-reference.ts'
import type { IdentityPolicy } from '../sigstore/policy.ts'

/** One artifact to verify. */
export interface VerifyInput {
  /** As it was given. */
  readonly input: string
  readonly reference: ArtifactReference
}

export interface VerifyRequest extends RegistryAccess {
  readonly inputs: readonly VerifyInput[]
  /** Who has to have signed; undefined where anybody will do. */
  readonly policy: IdentityPolicy | undefined
  /** Files of public keys, one of which has to have signed. */
  readonly keyFiles: readonly string[]
  /** Files of PGP keys, one of which has to have signed the provenance. */
  readonly keyringFiles: readonly string[]
  /** A file with the only authorities and logs to trust; the built-in ones unless given. */
  readonly trustedRootFile: string | undefined
}
