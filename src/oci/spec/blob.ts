import { createHash } from 'node:crypto'

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

/** A digest in the form of the OCI image spec, `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = `sha256:${string}`

const DIGEST = /^sha256:[0-9a-f]{64}$/

export function digestOf(bytes: Buffer): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

export function isDigest(text: string): text is Digest {
  return DIGEST.test(text)
}
