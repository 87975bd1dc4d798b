import type { CertificateIdentity } from './policy.ts'

/** Who signed. */
export type SignedBy =
  | ({ readonly kind: 'certificate' } & CertificateIdentity)
  /** By the hash of the public key. */
  | { readonly kind: 'key'; readonly hint: string }

/** What a bundle states, as far as it could be read. */
export interface BundleFacts {
  readonly predicateType: string
  readonly signedBy: SignedBy
  /** The logs that have it, by their addresses, or by their keys where no address is known. */
  readonly logs: readonly string[]
}

/** What became of the check of one bundle. */
export type Verification =
  | {
      readonly kind: 'valid'
      readonly facts: BundleFacts
      /** What could not be checked, since the built-in root does not know it. */
      readonly warnings: readonly string[]
    }
  | { readonly kind: 'invalid'; readonly reason: string; readonly facts: BundleFacts | undefined }
  | {
      readonly kind: 'unchecked'
      /**
       * `no-key`: a key signed it, and none was given; `unknown-authority`: all of it holds but for the certificate, whose
       * authority the built-in root does not know, so that anybody may have made it; `unknown-algorithm`: the signature is
       * of a kind that Node cannot verify, or wrong.
       */
      readonly because: 'no-key' | 'unknown-authority' | 'unknown-algorithm'
      readonly reason: string
      readonly facts: BundleFacts
    }
