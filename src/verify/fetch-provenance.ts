import type { ReferrerClient } from '../artifact/attached-bundles.ts'
import { CONFIG_TYPE, isChartLayer, PROVENANCE_TYPE } from '../artifact/media-types.ts'
import { archiveName } from '../artifact/provenance.ts'
import { LARGEST_CONFIG_BYTES, LARGEST_PROVENANCE_BYTES } from '../artifact/size-limits.ts'
import type { BlobAnswer } from '../oci/download.ts'
import type { FetchedManifest } from '../oci/fetched-manifest.ts'
import type { ArtifactReference } from '../oci/spec/artifact-reference.ts'
import { type Descriptor, type ParsedManifest, parseManifest } from '../oci/spec/manifest.ts'
import type { Repository } from '../oci/spec/reference.ts'
import { isObject, parseJson } from '../shared/json.ts'

/** The PGP provenance of a chart, and what it has to be about. */
export interface FetchedProvenance {
  /** One of them, where Helm takes any. */
  readonly layer: Descriptor
  /** How many different ones the manifest has. */
  readonly count: number
  readonly blob: BlobAnswer | { readonly kind: 'too-large' }
  /** Of the chart; undefined where the manifest has none, or several. */
  readonly chartDigest: string | undefined
  /** By which Helm pulls the chart; undefined where that is not known. */
  readonly fileName: string | undefined
}

/** Reads the provenance that is a layer of a manifest; undefined where there is none. */
export async function fetchProvenance(
  client: ReferrerClient,
  reference: ArtifactReference,
  root: FetchedManifest
): Promise<FetchedProvenance | undefined> {
  const reading = parseManifest(root.bytes)
  if ('fault' in reading) return undefined
  const { manifest } = reading
  const layers = manifest.layers.filter(({ mediaType }) => mediaType === PROVENANCE_TYPE)
  const [layer] = layers
  if (!layer) return undefined
  const isTooLarge = layer.size > LARGEST_PROVENANCE_BYTES
  const [blob, fileName] = await Promise.all([
    isTooLarge ? { kind: 'too-large' as const } : client.getBlob(reference.repository, layer),
    fileNameOf(client, reference, manifest)
  ])
  return { layer, count: countOf(layers), blob, chartDigest: chartDigestOf(manifest), fileName }
}

function countOf(layers: readonly Descriptor[]): number {
  return new Set(layers.map(({ digest }) => digest)).size
}

function chartDigestOf({ layers }: ParsedManifest): string | undefined {
  const charts = layers.filter(isChartLayer)
  return countOf(charts) === 1 ? charts[0]?.digest : undefined
}

/**
 * Helm makes the name of the file of the repository and the tag (helm, pkg/downloader, DownloadTo). Of a reference
 * without a tag it is the name under which the version would be pulled.
 */
async function fileNameOf(
  client: ReferrerClient,
  { repository, tag }: ArtifactReference,
  manifest: ParsedManifest
): Promise<string | undefined> {
  const name = repository.name.split('/').at(-1) ?? ''
  const version = tag?.replaceAll('_', '+') ?? (await versionIn(client, repository, manifest))
  return version === undefined ? undefined : archiveName({ name, version })
}

/** The version in the config. */
async function versionIn(
  client: ReferrerClient,
  repository: Repository,
  { config }: ParsedManifest
): Promise<string | undefined> {
  if (config?.mediaType !== CONFIG_TYPE || config.size > LARGEST_CONFIG_BYTES) return undefined
  const blob = await client.getBlob(repository, config)
  const json = blob.kind === 'found' ? parseJson(blob.bytes) : undefined
  const version = isObject(json) ? json['version'] : undefined
  return typeof version === 'string' ? version : undefined
}
