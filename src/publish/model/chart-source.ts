import { type Digest, isDigest } from '../../oci/spec/blob.ts'
import {
  type ArtifactReference,
  artifactText,
  type ParsedReference
} from '../../oci/spec/reference.ts'
import { parseVersionReference } from './version-reference.ts'

/** Where a chart of the run comes from, decided once: when it is found. */
export type ChartSource =
  | DirectorySource
  /** An archive that was packaged before. Whether it is a file is found out when it is read. */
  | ArchiveSource
  | LayoutSource
  | RegistrySource

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

/** A chart in a registry, which is copied. */
export interface RegistrySource {
  readonly kind: 'registry'
  readonly reference: ArtifactReference
}

const LAYOUT_PREFIX = 'oci-layout:'
const REGISTRY_PREFIX = 'oci://'

/** A source as users see it: its path, `oci-layout:FOLDER@sha256:…`, or `oci://host/path/name:tag`. */
export function sourceText(source: ChartSource): string {
  switch (source.kind) {
    case 'directory':
    case 'archive':
      return source.path
    case 'layout':
      return `${LAYOUT_PREFIX}${source.folder}@${source.digest}`
    case 'registry':
      return `${REGISTRY_PREFIX}${artifactText(source.reference)}`
  }
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

/** What an entry of `chart` names of a registry; undefined for anything else. */
export function registryEntry(text: string): ParsedReference | undefined {
  if (!text.toLowerCase().startsWith(REGISTRY_PREFIX)) return undefined
  const parsed = parseVersionReference(text)
  if (!('problem' in parsed) || !/[\s,]oci:\/\//i.test(text)) return parsed
  return { problem: { ...parsed.problem, fix: 'Write one chart per line.' } }
}

/** The hosts of the registries that entries of `chart` name, as far as these can be read. */
export function sourceHosts(entries: readonly string[]): readonly string[] {
  return entries.flatMap((entry) => {
    const parsed = registryEntry(entry)
    return parsed && 'reference' in parsed ? [parsed.reference.repository.host] : []
  })
}
