import { createHash } from 'node:crypto'

/** A digest in the form of the OCI image spec, `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = `sha256:${string}`

const DIGEST = /^sha256:[0-9a-f]{64}$/

export function digestOf(bytes: Buffer): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

export function isDigest(text: string): text is Digest {
  return DIGEST.test(text)
}
