import { type Digest, isDigest } from '../../oci/spec/digest.ts'

const PREFIX = 'oci-layout:'

/** A chart in an OCI image layout, or all that is in there. */
export interface LayoutReference {
  readonly folder: string
  /** Of the manifest. */
  readonly digest: Digest | undefined
}

/** Reads `oci-layout:FOLDER` and `oci-layout:FOLDER@sha256:…`; undefined for anything else. */
export function layoutReference(text: string): LayoutReference | undefined {
  if (!text.startsWith(PREFIX)) return undefined
  const [, folder = '', digest = ''] =
    /^(.*?)(?:@(sha256:[0-9a-f]{64}))?$/s.exec(text.slice(PREFIX.length)) ?? []
  return { folder, digest: isDigest(digest) ? digest : undefined }
}

export function layoutText(folder: string, digest: Digest): string {
  return `${PREFIX}${folder}@${digest}`
}
