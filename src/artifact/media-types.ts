import type { ParsedManifest } from '../oci/spec/manifest.ts'

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

/** What other tools store in registries, by the types of artifacts, layers and configs; the first match decides. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^application\/vnd\.dev\.cosign\.simplesigning\./, 'a signature by cosign'],
  [/^application\/vnd\.dev\.sigstore\.bundle/, 'a Sigstore bundle (a signature or attestation)'],
  [/^application\/vnd\.cncf\.notary\.signature/, 'a signature by Notation'],
  [/^application\/(vnd\.in-toto|vnd\.dsse)/, 'an attestation'],
  [/^(application|text)\/(spdx|vnd\.cyclonedx|vnd\.syft)/, 'a list of components (SBOM)'],
  [/^application\/vnd\.cncf\.artifacthub\./, 'metadata for Artifact Hub'],
  [/^application\/vnd\.helm\.plugin\./, 'a Helm plugin'],
  [/^application\/(vnd\.wasm\.|wasm$)/, 'a WebAssembly module'],
  [/^application\/vnd\.cncf\.flux\./, 'an artifact of Flux'],
  [/^application\/vnd\.cncf\.openpolicyagent\./, 'a bundle of Open Policy Agent'],
  [/^application\/vnd\.docker\.plugin\./, 'a plugin of Docker'],
  [/^application\/vnd\.buildkit\.cacheconfig\./, 'a build cache of BuildKit'],
  [/^application\/vnd\.oci\.image\.config\.v1\+json$/, 'a container image'],
  [/^application\/vnd\.docker\.container\.image\.v1\+json$/, 'a container image']
]

/** Types of charts, the misspelt ones of a wrong push as well. A Helm plugin is not a chart. */
const CHART_LIKE = /helm(?!\.plugin\.)|^application\/tar\+gzip$/i

/** What the artifact is when it is clearly not a chart, in words; undefined when it is one or was meant to be one. */
export function artifactKind(manifest: ParsedManifest): string | undefined {
  const types = typesOf(manifest)
  if (types.some((type) => CHART_LIKE.test(type))) return undefined
  return KINDS.find(([pattern]) => types.some((type) => pattern.test(type)))?.[1]
}

/** The types that a manifest names, from the most specific one on; empty texts where it names none. */
export function typesOf({ artifactType, config, layers }: ParsedManifest): readonly string[] {
  return [artifactType, ...layers.map(({ mediaType }) => mediaType), config?.mediaType ?? '']
}
