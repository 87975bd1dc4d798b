import {
  artifactKind,
  CONFIG_TYPE,
  isChartLayer,
  PROVENANCE_TYPE
} from '../artifact/media-types.ts'
import type { FetchedManifest, ManifestAnswer } from '../oci/fetched-manifest.ts'
import {
  type Descriptor,
  isIndex,
  type ParsedManifest,
  parseManifest
} from '../oci/spec/manifest.ts'

/** A manifest that comes with another: a child of an index, a subject. */
export interface LinkedManifest {
  readonly descriptor: Descriptor
  readonly answer: ManifestAnswer
}

/** The manifest of the chart among all that come with a reference; when there is no chart, the first that is no index. */
export function chartManifest(
  root: FetchedManifest,
  linked: readonly LinkedManifest[]
): ParsedManifest | undefined {
  const manifests = leavesOf(root, linked)
  return manifests.find(isChart) ?? manifests[0]
}

/** How many different charts a reference leads to: Helm takes what it fetches last of them. */
export function countCharts(root: FetchedManifest, linked: readonly LinkedManifest[]): number {
  const charts = leavesOf(root, linked).filter(isChart)
  return new Set(charts.map(contentKey)).size
}

function leavesOf(
  root: FetchedManifest,
  linked: readonly LinkedManifest[]
): readonly ParsedManifest[] {
  const found = [root, ...linked.flatMap(({ answer }) => (answer.kind === 'found' ? [answer] : []))]
  return found.flatMap(({ bytes }) => {
    const reading = parseManifest(bytes)
    return 'fault' in reading || isIndex(reading.manifest) ? [] : [reading.manifest]
  })
}

function isChart({ config, layers }: ParsedManifest): boolean {
  return config?.mediaType === CONFIG_TYPE || layers.some(isChartLayer)
}

/** Two manifests with the same config and chart are no two charts to Helm. */
function contentKey({ config, layers }: ParsedManifest): string {
  return [config?.digest, ...layers.filter(isChartLayer).map(({ digest }) => digest)].join(' ')
}

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
