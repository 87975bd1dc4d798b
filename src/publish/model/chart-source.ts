import { type Digest, isDigest } from '../../oci/spec/blob.ts'

/** Where a chart of the run comes from, decided once: when it is found. */
export type ChartSource =
  | DirectorySource
  /** An archive that was packaged before. Whether it is a file is found out when it is read. */
  | ArchiveSource
  | LayoutSource

export interface DirectorySource {
  readonly kind: 'directory'
  readonly path: string
}

export interface ArchiveSource {
  readonly kind: 'archive'
  readonly path: string
}

/** A chart in an OCI image layout. */
export interface LayoutSource {
  readonly kind: 'layout'
  readonly folder: string
  /** Of the manifest. */
  readonly digest: Digest
}

const LAYOUT_PREFIX = 'oci-layout:'

/** A source as users see it: its path, or `oci-layout:FOLDER@sha256:…`. */
export function sourceText(source: ChartSource): string {
  if (source.kind !== 'layout') return source.path
  return `${LAYOUT_PREFIX}${source.folder}@${source.digest}`
}

/** What an entry of `chart` names of an OCI image layout: one chart, or all of them. */
export interface LayoutEntry {
  readonly folder: string
  readonly digest: Digest | undefined
}

/** Reads `oci-layout:FOLDER` and `oci-layout:FOLDER@sha256:…`; undefined for anything else. */
export function layoutEntry(text: string): LayoutEntry | undefined {
  if (!text.startsWith(LAYOUT_PREFIX)) return undefined
  const [, folder = '', digest = ''] =
    /^(.*?)(?:@(sha256:[0-9a-f]{64}))?$/s.exec(text.slice(LAYOUT_PREFIX.length)) ?? []
  return { folder, digest: isDigest(digest) ? digest : undefined }
}
