import { isTarName, type LayoutPlace } from '../../oci/layout/layout-place.ts'
import {
  type ArtifactReference,
  artifactText,
  type ParsedReference
} from '../../oci/spec/artifact-reference.ts'
import { type Digest, isDigest } from '../../oci/spec/blob.ts'
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
  /** Where its files are. */
  readonly folder: string
  /** The tar file that was unpacked there, where it was one. */
  readonly tar?: string | undefined
  /** Of the manifest. */
  readonly digest: Digest
}

/** A chart in a registry, which is copied. */
export interface RegistrySource {
  readonly kind: 'registry'
  readonly reference: ArtifactReference
}

const LAYOUT_PREFIX = 'oci-layout:'
const TAR_PREFIX = 'oci-archive:'
const REGISTRY_PREFIX = 'oci://'

/** A source as users see it: its path, `oci-layout:FOLDER@sha256:…`, `oci-archive:FILE@sha256:…`, or `oci://host/path/name:tag`. */
export function sourceText(source: ChartSource): string {
  switch (source.kind) {
    case 'directory':
    case 'archive':
      return source.path
    case 'layout': {
      const { folder, tar, digest } = source
      return `${tar === undefined ? `${LAYOUT_PREFIX}${folder}` : `${TAR_PREFIX}${tar}`}@${digest}`
    }
    case 'registry':
      return `${REGISTRY_PREFIX}${artifactText(source.reference)}`
  }
}

/** The source that a chart is for a later run, which this one has saved in the layout at `path`. */
export function savedSource(path: string, digest: Digest): LayoutSource {
  return { kind: 'layout', folder: path, tar: isTarName(path) ? path : undefined, digest }
}

/** Where a source lies, and what it is called in messages. */
export function layoutPlace({ folder, tar }: LayoutSource): LayoutPlace {
  return { folder, name: tar ?? folder }
}

/** What an entry of `chart` names of an OCI image layout: one chart, or all of them. */
export interface LayoutEntry {
  /** Of the folder, or of the tar file. */
  readonly path: string
  readonly isTar: boolean
  readonly digest: Digest | undefined
}

/** Reads `oci-layout:FOLDER` and `oci-archive:FILE`, with `@sha256:…` or without; undefined for anything else. */
export function layoutEntry(text: string): LayoutEntry | undefined {
  const prefix = [LAYOUT_PREFIX, TAR_PREFIX].find((one) => text.startsWith(one))
  if (prefix === undefined) return undefined
  const [, path = '', digest = ''] =
    /^(.*?)(?:@(sha256:[0-9a-f]{64}))?$/s.exec(text.slice(prefix.length)) ?? []
  return { path, isTar: prefix === TAR_PREFIX, digest: isDigest(digest) ? digest : undefined }
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
