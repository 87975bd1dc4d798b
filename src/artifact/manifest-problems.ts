import { type ChartProblem, chartError, chartWarning } from '../chart/model/problem.ts'
import type { ArtifactReference } from '../oci/spec/artifact-reference.ts'
import type { Descriptor, ParsedManifest } from '../oci/spec/manifest.ts'
import { mediaTypeOf, OCI_INDEX, OCI_MANIFEST } from '../oci/spec/media-types.ts'
import { repositoryText } from '../oci/spec/reference.ts'
import {
  artifactKind,
  CHART_TYPE,
  CONFIG_TYPE,
  EMPTY_CONFIG_TYPE,
  isChartLayer,
  LEGACY_CHART_TYPE,
  PROVENANCE_TYPE
} from './media-types.ts'

export const LOOK = 'Check the registry, and the proxies in front of it.'
export const REPUSH = 'Publish the chart again.'

/** How a registry serves a manifest. */
export interface ManifestHeaders {
  readonly contentType: string | undefined
  readonly contentLength: string | undefined
  /** Docker-Content-Digest. */
  readonly digest: string | undefined
}

/** What is wrong with the headers of a manifest whose bytes have this digest: Helm 4.3 and 3.22 fail on each. */
export function headerProblems(headers: ManifestHeaders, digest: string): readonly ChartProblem[] {
  const type = mediaTypeOf(headers.contentType)
  return [
    ...(type === OCI_MANIFEST || type === OCI_INDEX ? [] : [wrongType(headers.contentType)]),
    ...(headers.contentLength === undefined ? [noLength()] : []),
    ...(contradicts(headers.digest, digest) ? [otherDigest(headers.digest ?? '', digest)] : [])
  ]
}

/** Other algorithms than ours are taken on trust. */
function contradicts(claimed: string | undefined, digest: string): boolean {
  return claimed !== undefined && claimed !== digest && !/^sha(384|512):[0-9a-f]+$/.test(claimed)
}

/** The problem with a Content-Type by which Helm takes the manifest for something else. */
export function wrongType(contentType: string | undefined): ChartProblem {
  const served =
    contentType === undefined ? 'without a Content-Type' : `with the Content-Type "${contentType}"`
  const message = `The manifest is served ${served}, Helm accepts only "${OCI_MANIFEST}".`
  const fix = `Push the manifest with that type (\`helm push\` does), or configure the registry and its proxies not to change it.`
  return chartError('manifest-type', message, fix)
}

function noLength(): ChartProblem {
  const message =
    'The manifest is served without a Content-Length, and Helm does not read such a manifest.'
  return chartError('manifest-length', message, LOOK)
}

function otherDigest(claimed: string, digest: string): ChartProblem {
  const message = `The registry says that the manifest has the digest ${claimed}, but its bytes have ${digest}.`
  return chartError('manifest-digest', message, LOOK)
}

/**
 * What is wrong with the config and the layers that a manifest names, only by their types.
 * @param fix how it would have been right
 */
export function layerProblems(manifest: ParsedManifest, fix: string): readonly ChartProblem[] {
  const kind = artifactKind(manifest)
  if (kind !== undefined) {
    const message = `This is not a chart, but ${kind}.`
    return [chartError('not-a-chart', message, 'Name the repository and tag of a chart.')]
  }
  const { config, layers } = manifest
  return [
    ...(config?.mediaType === CONFIG_TYPE ? [] : [wrongConfig(config, fix)]),
    ...otherConfigs(manifest, fix),
    ...chartLayerProblems(layers, fix),
    ...provenanceLayerProblems(layers)
  ]
}

/** The commands that would have been right. */
export function pushFix({ repository, tag }: ArtifactReference): string {
  const place = `${repositoryText(repository)}:${tag ?? 'VERSION'}`
  const files = `config.json:${CONFIG_TYPE} CHART.tgz:${CHART_TYPE}`
  return `Push the archive with \`helm push\`, or with \`oras push ${place} --config ${files}\`.`
}

function wrongConfig(config: Descriptor | undefined, fix: string): ChartProblem {
  const found = config ? `has the media type "${config.mediaType}"` : 'is missing'
  const isEmpty = config?.mediaType === EMPTY_CONFIG_TYPE
  const why = isEmpty ? ', which it has when it was pushed without a config' : ''
  const message = `The config ${found}${why}; Helm expects "${CONFIG_TYPE}".`
  return chartError('config-type', message, fix)
}

/** Helm looks for its config among all that it fetches, and takes what comes last. */
function otherConfigs({ config, layers }: ParsedManifest, fix: string): readonly ChartProblem[] {
  const others = layers.filter(({ mediaType }) => mediaType === CONFIG_TYPE)
  if (others.every(({ digest }) => digest === config?.digest)) return []
  const message = `${others.length} layers have the media type of the config; Helm uses one of them at random.`
  return [chartError('config-several', message, fix)]
}

function chartLayerProblems(layers: readonly Descriptor[], fix: string): readonly ChartProblem[] {
  const charts = layers.filter(isChartLayer)
  const others = layers.filter(
    ({ mediaType }) => ![PROVENANCE_TYPE, CONFIG_TYPE].includes(mediaType)
  )
  if (charts.length === 0) return [noChartLayer(others, fix)]
  return [
    ...(new Set(charts.map(({ digest }) => digest)).size > 1 ? [several(charts, fix)] : []),
    ...(charts.some(({ mediaType }) => mediaType === LEGACY_CHART_TYPE) ? [deprecated(fix)] : []),
    ...(others.length > charts.length
      ? [ignored(others.filter((layer) => !isChartLayer(layer)))]
      : [])
  ]
}

function noChartLayer(others: readonly Descriptor[], fix: string): ChartProblem {
  if (others.length === 0) {
    return chartError('chart-layer-missing', 'The manifest has no layer with the chart.', fix)
  }
  const message = `No layer has the media type "${CHART_TYPE}", by which Helm finds the chart; it has only ${typesOf(others)}.`
  return chartError('chart-layer-type', message, fix)
}

function several(charts: readonly Descriptor[], fix: string): ChartProblem {
  const message = `${charts.length} layers have the media type of a chart; Helm uses one of them at random.`
  return chartError('chart-layers-several', message, fix)
}

function deprecated(fix: string): ChartProblem {
  const message = `The layer of the chart has the media type "${LEGACY_CHART_TYPE}", which Helm calls deprecated.`
  return chartWarning('chart-layer-deprecated', message, fix)
}

function ignored(layers: readonly Descriptor[]): ChartProblem {
  const message = `Helm ignores layers of unknown types: ${typesOf(layers)}.`
  const fix = 'Leave them out, or attach them to the chart with `oras attach`.'
  return chartWarning('layer-unknown', message, fix)
}

function provenanceLayerProblems(layers: readonly Descriptor[]): readonly ChartProblem[] {
  const provenances = layers.filter(({ mediaType }) => mediaType === PROVENANCE_TYPE)
  if (provenances.length < 2) return []
  const message = `${provenances.length} layers are provenance; \`helm pull --prov\` uses one of them at random.`
  return [
    chartWarning('provenance-several', message, 'Push only the one that belongs to the archive.')
  ]
}

/** The first few types; a hostile manifest may have thousands of layers. */
function typesOf(layers: readonly Descriptor[]): string {
  const types = [...new Set(layers.map(({ mediaType }) => `"${mediaType}"`))]
  return types.length <= 5 ? types.join(', ') : `${types.slice(0, 5).join(', ')} and others`
}
