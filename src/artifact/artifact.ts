import type { ChartArchive } from '../chart/archive.ts'
import { encodeConfig, manifestAnnotations } from '../chart/metadata/config.ts'
import { type GoJson, goJson } from '../chart/metadata/go-json.ts'
import { type Artifact, type Blob, blobOf } from '../oci/spec/blob.ts'
import { OCI_MANIFEST } from '../oci/spec/media-types.ts'
import { CHART_TYPE, CONFIG_TYPE, PROVENANCE_TYPE } from './media-types.ts'

/** An artifact whose layers hold the archive of a chart. */
export interface ChartArtifact extends Artifact {
  readonly chart: Blob
}

/** What an artifact is made of beside the archive. */
export interface ArtifactParts {
  /** The `created` annotation, from the time of the archive file. */
  readonly created: string
  /** What lies beside the archive as .prov; Helm pushes it as it is. */
  readonly provenance?: Buffer | undefined
  /** Over those that Helm derives; with any, the digest is another than that of `helm push`. */
  readonly annotations?: ReadonlyMap<string, string> | undefined
}

/**
 * The artifact that `helm push` would make of `archive`, byte for byte: the same config, layer,
 * manifest, and so the same digest. The manifest has no `mediaType`, as Helm's does not, and its layers
 * are in the order of their digests.
 */
export function buildArtifact(
  archive: ChartArchive,
  { created, provenance, annotations }: ArtifactParts
): ChartArtifact {
  const config = blobOf(CONFIG_TYPE, encodeConfig(archive.metadata))
  const chart = blobOf(CHART_TYPE, archive.bytes)
  const prov = provenance ? [blobOf(PROVENANCE_TYPE, provenance)] : []
  const layers = [chart, ...prov].sort((a, b) => (a.digest < b.digest ? -1 : 1))
  const manifest = new Map<string, GoJson>([
    ['schemaVersion', 2],
    ['config', descriptor(config)],
    ['layers', layers.map(descriptor)],
    ['annotations', manifestAnnotations(archive.metadata, created, annotations)]
  ])
  const bytes = Buffer.from(goJson(manifest), 'utf8')
  return { config, chart, layers, manifest: blobOf(OCI_MANIFEST, bytes) }
}

function descriptor({ mediaType, digest, size }: Blob): GoJson {
  return new Map<string, GoJson>([
    ['mediaType', mediaType],
    ['digest', digest],
    ['size', size]
  ])
}
