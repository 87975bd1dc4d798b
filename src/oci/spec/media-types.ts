/** Media types of the image spec and, beside them, of Docker's own manifests (schema 2). */
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'

/** Manifests and indexes, which name other content by descriptors. */
export const MANIFEST_TYPES: readonly string[] = [
  OCI_MANIFEST,
  OCI_INDEX,
  DOCKER_MANIFEST,
  DOCKER_LIST
]

/**
 * All that a tag may point at: the manifests above, Docker's schema 1, and the artifact manifest that image-spec v1.1
 * dropped before its release and oras 1.0 wrote.
 */
export const SERVED_TYPES: readonly string[] = [
  ...MANIFEST_TYPES,
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
  'application/vnd.docker.distribution.manifest.v1+json',
  'application/vnd.oci.artifact.manifest.v1+json'
]

/** For a GET of whatever a tag points at: distribution answers 404 to one that does not accept its type. */
export const ACCEPT_ALL_MANIFESTS = [...SERVED_TYPES, '*/*'].join(', ')

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const CONTENT_TYPE = new RegExp(
  `^\\s*(${TOKEN}/${TOKEN})\\s*(?:;\\s*(?:${TOKEN}=(?:${TOKEN}|"[^"]*")\\s*)?)*$`
)

/** The media type of a Content-Type field (RFC 9110, 8.3.1), lower case, without parameters; undefined when it has none. */
export function mediaTypeOf(field: string | undefined): string | undefined {
  return CONTENT_TYPE.exec(field ?? '')?.[1]?.toLowerCase()
}
