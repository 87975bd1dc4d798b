// helm, pkg/registry/constants.go
export const CONFIG_TYPE = 'application/vnd.cncf.helm.config.v1+json'
export const CHART_TYPE = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'
export const PROVENANCE_TYPE = 'application/vnd.cncf.helm.chart.provenance.v1.prov'
/** Of Helm's first experiments with registries; it still reads it, and warns. */
export const LEGACY_CHART_TYPE = 'application/tar+gzip'
/** image-spec v1.1, "Guidance for an Empty Descriptor": what oras writes when it is given no config. */
export const EMPTY_CONFIG_TYPE = 'application/vnd.oci.empty.v1+json'

export function isChartLayer({ mediaType }: { readonly mediaType: string }): boolean {
  return mediaType === CHART_TYPE || mediaType === LEGACY_CHART_TYPE
}
