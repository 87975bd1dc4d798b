import type { Digest } from '../../oci/spec/blob.ts'

/** The result of a publication: what the registry has now, or would have. */
export interface PushResult {
  readonly status: 'published' | 'unchanged' | 'skipped' | 'planned'
  readonly digest: Digest
  readonly chartDigest: Digest | undefined
  readonly configDigest: Digest | undefined
  /** Bytes of the archive. */
  readonly size: number | undefined
  readonly manifest: Buffer
  readonly warnings: readonly string[]
}
