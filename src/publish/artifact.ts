import { manifestAnnotations } from '../chart/annotations.ts'
import type { ChartArchive } from '../chart/archive.ts'
import { encodeConfig } from '../chart/config.ts'
import { type GoJson, goJson } from '../chart/go-json.ts'
import { type Artifact, type Blob, blobOf } from '../oci/blob.ts'

// helm, pkg/registry/constants.go
const CONFIG_TYPE = 'application/vnd.cncf.helm.config.v1+json'
const CHART_TYPE = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json'

/** An artifact whose layers hold the archive of a chart. */
export interface ChartArtifact extends Artifact {
  readonly chart: Blob
}

/**
 * The artifact that `helm push` would make of `archive`, byte for byte: the same config, layer,
 * manifest, and so the same digest. The manifest bears no `mediaType`, as Helm's does not.
 * @param created the `created` annotation, from the time of the archive file
 */
export function buildArtifact(archive: ChartArchive, created: string): ChartArtifact {
  const config = blobOf(CONFIG_TYPE, encodeConfig(archive.metadata))
  const chart = blobOf(CHART_TYPE, archive.bytes)
  const layers = [chart]
  const manifest = new Map<string, GoJson>([
    ['schemaVersion', 2],
    ['config', descriptor(config)],
    ['layers', layers.map(descriptor)],
    ['annotations', manifestAnnotations(archive.metadata, created)]
  ])
  const bytes = Buffer.from(goJson(manifest), 'utf8')
  return { config, chart, layers, manifest: blobOf(MANIFEST_TYPE, bytes) }
}

function descriptor({ mediaType, digest, size }: Blob): GoJson {
  return new Map<string, GoJson>([
    ['mediaType', mediaType],
    ['digest', digest],
    ['size', size]
  ])
}
