import { createHash } from 'node:crypto'
import { isObject, parseJson } from '../shared/json.ts'
import { BUNDLE_TYPE } from './bundle.ts'

/** What a manifest names: image-spec, "descriptor". */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

interface Attachment {
  /** The manifest that the bundle is about. */
  readonly subject: Descriptor
  readonly bundle: Buffer
  readonly predicateType: string
  readonly created: Date
}

/** Where a manifest, and the list of referrers, says what the bundle states. */
const PREDICATE_ANNOTATION = 'dev.sigstore.bundle.predicateType'

/** The predicate that annotations name; undefined where they name none. */
export function predicateIn(annotations: unknown): string | undefined {
  const type = isObject(annotations) ? annotations[PREDICATE_ANNOTATION] : undefined
  return typeof type === 'string' && type !== '' ? type : undefined
}

/** The config of every such manifest: image-spec, "Guidance for an Empty Descriptor". */
export const EMPTY_CONFIG = {
  mediaType: 'application/vnd.oci.empty.v1+json',
  bytes: Buffer.from('{}')
}

/**
 * The manifest that attaches a bundle, as cosign and actions/attest write it (sigstore/cosign, specs/BUNDLE_SPEC.md).
 * Artifact Hub reads the predicate from the annotations.
 */
export function bundleManifest({ subject, bundle, predicateType, created }: Attachment): Buffer {
  const { mediaType, digest, size } = subject
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    artifactType: BUNDLE_TYPE,
    config: descriptorOf(EMPTY_CONFIG.mediaType, EMPTY_CONFIG.bytes),
    layers: [descriptorOf(BUNDLE_TYPE, bundle)],
    subject: { mediaType, digest, size },
    annotations: {
      'dev.sigstore.bundle.content': 'dsse-envelope',
      [PREDICATE_ANNOTATION]: predicateType,
      'org.opencontainers.image.created': created.toISOString().replace(/\.\d+Z$/, 'Z')
    }
  }
  return Buffer.from(JSON.stringify(manifest))
}

/** All versions of the format: verifiers look for what begins so. */
const BUNDLE_PREFIX = 'application/vnd.dev.sigstore.bundle'

/** Whether an artifact type, or the media type of a layer, is that of a bundle. */
export function isBundleType(type: string): boolean {
  return type.startsWith(BUNDLE_PREFIX)
}

/** Where the bundle of a manifest is; undefined when it has none. */
export function bundleOfManifest(manifest: Buffer): Descriptor | undefined {
  const content = parseJson(manifest)
  const layers = isObject(content) && Array.isArray(content['layers']) ? content['layers'] : []
  for (const { mediaType, digest, size } of layers.filter(isObject)) {
    const isNamed = typeof mediaType === 'string' && typeof digest === 'string'
    if (isNamed && typeof size === 'number' && isBundleType(mediaType)) {
      return { mediaType, digest, size }
    }
  }
  return undefined
}

function descriptorOf(mediaType: string, bytes: Buffer): Descriptor {
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  return { mediaType, digest, size: bytes.length }
}
