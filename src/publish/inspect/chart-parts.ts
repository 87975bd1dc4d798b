import type { Descriptor, ParsedManifest } from '../../oci/spec/manifest.ts'
import { artifactKind } from '../artifact/artifact-kind.ts'
import { CONFIG_TYPE, isChartLayer, PROVENANCE_TYPE } from '../artifact/media-types.ts'

/** Which blobs of a manifest are the parts of a chart; undefined where none is. */
export interface ChartParts {
  readonly config: Descriptor | undefined
  readonly chart: Descriptor | undefined
  readonly provenance: Descriptor | undefined
}

/**
 * The parts of the chart in `manifest`. A sole layer of another type counts as the chart, since that is
 * what a wrong push looks like; a config of another type is none.
 */
export function partsOf(manifest: ParsedManifest): ChartParts {
  if (artifactKind(manifest) !== undefined) {
    return { config: undefined, chart: undefined, provenance: undefined }
  }
  const { config, layers } = manifest
  const provenance = layers.find(({ mediaType }) => mediaType === PROVENANCE_TYPE)
  const others = layers.filter((layer) => layer.mediaType !== PROVENANCE_TYPE)
  const sole = others.length === 1 ? others[0] : undefined
  const chart = layers.find(isChartLayer) ?? sole
  return { config: config?.mediaType === CONFIG_TYPE ? config : undefined, chart, provenance }
}
