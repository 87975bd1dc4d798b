import type { FoundManifest, ManifestAnswer } from '../../oci/found-manifest.ts'
import {
  type Descriptor,
  isIndex,
  type ParsedManifest,
  parseManifest
} from '../../oci/spec/manifest.ts'
import { CONFIG_TYPE, isChartLayer } from '../artifact/media-types.ts'

/** A manifest that comes with another: a child of an index, a subject. */
export interface LinkedManifest {
  readonly descriptor: Descriptor
  readonly answer: ManifestAnswer
}

/** The manifest of the chart among all that come with a reference; when there is no chart, the first that is no index. */
export function chartManifest(
  root: FoundManifest,
  linked: readonly LinkedManifest[]
): ParsedManifest | undefined {
  const manifests = leavesOf(root, linked)
  return manifests.find(isChart) ?? manifests[0]
}

/** How many different charts a reference leads to: Helm takes what it fetches last of them. */
export function countCharts(root: FoundManifest, linked: readonly LinkedManifest[]): number {
  const charts = leavesOf(root, linked).filter(isChart)
  return new Set(charts.map(contentKey)).size
}

function leavesOf(
  root: FoundManifest,
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
