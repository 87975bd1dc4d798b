import { type Digest, digestOf } from './digest.ts'

/** Content and its descriptor (image-spec, "descriptor"): what is pushed, and how a manifest names it. */
export interface Blob {
  readonly mediaType: string
  readonly digest: Digest
  /** Size in bytes. */
  readonly size: number
  readonly bytes: Buffer
}

export function blobOf(mediaType: string, bytes: Buffer): Blob {
  return { mediaType, digest: digestOf(bytes), size: bytes.length, bytes }
}

/** An artifact ready to push: blobs first, then the manifest that names them. */
export interface Artifact {
  readonly config: Blob
  readonly layers: readonly Blob[]
  readonly manifest: Blob
}
