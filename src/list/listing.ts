import type { RegistryAccess } from '../oci/access.ts'
import type { Repository } from '../oci/spec/reference.ts'

/** What `list` is to show. */
export interface ListRequest extends RegistryAccess {
  readonly repository: Repository
  /** How many versions, and how many other tags, are looked at. */
  readonly limit: number
}

export interface ListedProblem {
  readonly code: string
  /** An error is why the chart is not usable. */
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly fix: string
}

/**
 * Something that is attached to a version, which nobody has verified.
 * - `signature`, `provenance`, `other`: a Sigstore bundle, as `verify` names it
 * - `cosign-tag`: a signature or attestation of cosign 1 or 2, which has a tag
 * - `notation`: a signature by Notation
 * - `pgp`: the provenance of Helm, a layer of the manifest
 */
export interface ListedStatement {
  readonly kind: 'signature' | 'provenance' | 'other' | 'cosign-tag' | 'notation' | 'pgp'
  readonly predicateType: string | null
  /** Of the manifest that attaches it, of `pgp` that of the layer; null where it is not known. */
  readonly digest: string | null
}

/** One tag, as `--json` shows it: every key is there, null where it is not known. */
export interface ListedTag {
  readonly tag: string
  /** Which the tag says; of a tag that is no version, that of the chart which it points at. */
  readonly version: string | null
  /** Of the manifest. */
  readonly digest: string | null
  /** RFC 3339, as the manifest has it. */
  readonly created: string | null
  /** Bytes of the archive. */
  readonly size: number | null
  readonly appVersion: string | null
  /** Whether Helm could use it, by what the registry shows of it; null where that is not known. */
  readonly usable: boolean | null
  readonly problems: readonly ListedProblem[]
  /** Null where the list of them could not be read. */
  readonly signatures: readonly ListedStatement[] | null
}

/** What a repository has. */
export interface Listing {
  /** In Helm's order, the newest first. */
  readonly versions: readonly ListedTag[]
  readonly otherTags: readonly ListedTag[]
  /** How many there are, also beyond the limit. */
  readonly total: { readonly versions: number; readonly otherTags: number }
}
