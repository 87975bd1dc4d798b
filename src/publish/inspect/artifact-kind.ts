import type { ParsedManifest } from '../../oci/spec/manifest.ts'

/** What other tools keep in registries, by the types of their artifacts, layers and configs; the first that fits is it. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^application\/vnd\.dev\.cosign\.simplesigning\./, 'a signature by cosign'],
  [/^application\/vnd\.dev\.sigstore\.bundle/, 'a Sigstore bundle (a signature or attestation)'],
  [/^application\/vnd\.cncf\.notary\.signature/, 'a signature by Notation'],
  [/^application\/(vnd\.in-toto|vnd\.dsse)/, 'an attestation'],
  [/^(application|text)\/(spdx|vnd\.cyclonedx|vnd\.syft)/, 'a list of components (SBOM)'],
  [/^application\/vnd\.cncf\.artifacthub\./, 'metadata for Artifact Hub'],
  [/^application\/(vnd\.wasm\.|wasm$)/, 'a WebAssembly module'],
  [/^application\/vnd\.cncf\.flux\./, 'an artifact of Flux'],
  [/^application\/vnd\.cncf\.openpolicyagent\./, 'a bundle of Open Policy Agent'],
  [/^application\/vnd\.docker\.plugin\./, 'a plugin of Docker'],
  [/^application\/vnd\.oci\.image\.config\.v1\+json$/, 'a container image'],
  [/^application\/vnd\.docker\.container\.image\.v1\+json$/, 'a container image']
]

/** What the artifact is when it is clearly no chart, in words; undefined when it is one or was meant to be one. */
export function artifactKind({ artifactType, config, layers }: ParsedManifest): string | undefined {
  const types = [artifactType, ...layers.map(({ mediaType }) => mediaType), config?.mediaType ?? '']
  if (types.some((type) => /helm|^application\/tar\+gzip$/i.test(type))) return undefined
  return KINDS.find(([pattern]) => types.some((type) => pattern.test(type)))?.[1]
}
