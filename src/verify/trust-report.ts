/**
 * - `valid`: what was asked for holds; without a question at least one statement, and no other is invalid
 * - `invalid`: something of it does not hold
 * - `unchecked`: nothing could be verified without a key, a keyring or another root
 * - `absent`: there is nothing to verify
 */
export type TrustVerdict = 'valid' | 'invalid' | 'unchecked' | 'absent'

/** `foreign` holds as well, but somebody else signed it than was asked for. */
export type StatementVerdict = 'valid' | 'foreign' | 'invalid' | 'unchecked'

/** Who signed a statement, as `--json` shows it: every key is there, null where it is not stated. */
export interface StatedSigner {
  readonly kind: 'certificate' | 'key'
  /** A workflow with its version, or the address of a person. */
  readonly identity: string | null
  readonly issuer: string | null
  /** The URL of the source repository. */
  readonly repository: string | null
  readonly ref: string | null
  /** The URL of the run that signed. */
  readonly run: string | null
  /** The hash of the public key, as the bundle has it. */
  readonly keyHint: string | null
}

/** A Sigstore bundle that is attached. */
export interface Statement {
  readonly kind: 'signature' | 'provenance' | 'other'
  readonly predicateType: string | null
  /** Of the manifest that attaches it. */
  readonly digest: string
  readonly verdict: StatementVerdict
  /** Why it is not valid. */
  readonly reason: string | null
  /** Null where the bundle cannot be read. */
  readonly signedBy: StatedSigner | null
  readonly logs: readonly string[]
  readonly warnings: readonly string[]
}

/** Who signed the PGP provenance. */
export interface PgpSigner {
  readonly userId: string
  /** Of the primary key. */
  readonly fingerprint: string
  readonly keyId: string
  /** RFC 3339. */
  readonly date: string
}

/** The PGP provenance (`.prov`), a layer of the manifest. */
export interface ProvenanceFile {
  readonly verdict: TrustVerdict
  readonly reason: string | null
  /** Of the layer. */
  readonly digest: string | null
  /** By which Helm pulls the chart, and which the provenance has to name. */
  readonly fileName: string | null
  /** Null until it is verified. */
  readonly signer: PgpSigner | null
  /** Of the keys that made its signatures, as far as it could be read. */
  readonly keyIds: readonly string[]
}

/** What the repository has for Artifact Hub; it decides nothing. */
export interface ArtifactHubReport {
  readonly status: 'present' | 'absent' | 'unreadable'
  readonly reason: string | null
  readonly repositoryID: string | null
  readonly owners: readonly { readonly name: string | null; readonly email: string | null }[]
  /** What Artifact Hub would not understand. */
  readonly warnings: readonly string[]
}

export interface TrustProblem {
  readonly code: string
  /** An error is why the verdict is not `valid`. */
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly fix: string
}

/** One artifact, as `--json` shows it: every key is there. */
export interface TrustReport {
  /** As it was given. */
  readonly input: string
  /** `host/path/name:tag`, or by digest. */
  readonly ref: string
  /** Of the manifest that all of it is about. */
  readonly digest: string
  readonly verdict: TrustVerdict
  /** Whether a flag says who has to have signed. */
  readonly identityChecked: boolean
  readonly statements: readonly Statement[]
  readonly provenanceFile: ProvenanceFile
  readonly artifactHub: ArtifactHubReport
  readonly problems: readonly TrustProblem[]
}
