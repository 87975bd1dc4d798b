import type { ParsedManifest } from '../../oci/spec/manifest.ts'

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
