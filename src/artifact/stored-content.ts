import {
  type Descriptor,
  isIndex,
  type ParsedManifest,
  parseManifest
} from '../oci/spec/manifest.ts'
import { mediaTypeOf, OCI_MANIFEST, SERVED_TYPES } from '../oci/spec/media-types.ts'
import { isObject, parseJson } from '../shared/json.ts'
import { shorten } from '../shared/printable.ts'
import { layerProblems, wrongType } from './manifest-problems.ts'
import { artifactKind, EMPTY_CONFIG_TYPE, isChartLayer, typesOf } from './media-types.ts'

/** What a manifest describes, as far as the manifest says it: whether the blobs exist is another question. */
export type StoredContent =
  /** A chart that Helm can use. */
  | {
      readonly kind: 'chart'
      readonly config: Descriptor
      readonly chart: Descriptor
      readonly layers: readonly Descriptor[]
    }
  /** It has one of Helm's own media types, but Helm cannot use it. `faults` are sentences. */
  | { readonly kind: 'broken-chart'; readonly faults: readonly string[] }
  /** Something else: an image, an index, an artifact of another tool. `what` reads as "a container image". */
  | { readonly kind: 'other'; readonly what: string }
  /** It is stored as a manifest, but says nothing that can be used. `why` reads after "it". */
  | { readonly kind: 'unreadable'; readonly why: string }
  /** No registry would call this a manifest: a page of some other server. */
  | { readonly kind: 'no-manifest' }

type JsonObject = Readonly<Record<string, unknown>>

/**
 * Decides what a registry has under a tag, by the bytes and the Content-Type that it serves them with. Only what has
 * Helm's media types is a chart, usable or broken; anything else belongs to somebody else.
 */
export function storedContent(bytes: Buffer, contentType: string | undefined): StoredContent {
  const isServedAsManifest = SERVED_TYPES.includes(mediaTypeOf(contentType) ?? '')
  const json = parseJson(bytes)
  if (!isObject(json)) {
    const isPacked = bytes.subarray(0, 2).equals(GZIP_MAGIC)
    return isServedAsManifest && !isPacked
      ? unreadable('is not a JSON object')
      : { kind: 'no-manifest' }
  }
  if (!isServedAsManifest && !KEYS.some((key) => key in json)) return { kind: 'no-manifest' }
  if (json['schemaVersion'] === 1) {
    return { kind: 'other', what: 'a container image in the old format of Docker (schema 1)' }
  }
  const reading = parseManifest(bytes)
  if ('manifest' in reading) return contentOf(reading.manifest, json, contentType)
  const fault = `The manifest cannot be read: ${reading.fault}.`
  return isMeantAsChart(json)
    ? { kind: 'broken-chart', faults: [fault] }
    : unreadable(`cannot be read: ${reading.fault}`)
}

/** Some proxies pack what nobody asked them to pack; the manifest in it may be a sound one. */
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b])

/** Of manifests and of indexes (image-spec v1.1), and of Docker's schema 1; any server may send other JSON. */
const KEYS = ['schemaVersion', 'config', 'layers', 'manifests']

function unreadable(why: string): StoredContent {
  return { kind: 'unreadable', why }
}

function contentOf(
  manifest: ParsedManifest,
  json: JsonObject,
  contentType: string | undefined
): StoredContent {
  if (isIndex(manifest)) return { kind: 'other', what: indexText(json) }
  const kind = artifactKind(manifest)
  if (kind !== undefined) return { kind: 'other', what: kind }
  if (!isMeantAsChart(json)) return unknownArtifact(manifest)
  const errors = layerProblems(manifest, '').filter(({ allows }) => allows === 'refused')
  const faults = errors.map(({ message }) => message)
  if (mediaTypeOf(contentType) !== OCI_MANIFEST) faults.push(wrongType(contentType).message)
  const { config, layers } = manifest
  const chart = layers.find(isChartLayer)
  return faults.length === 0 && config && chart
    ? { kind: 'chart', config, chart, layers }
    : { kind: 'broken-chart', faults }
}

/** Helm's own types (helm, pkg/registry/constants.go, older ones as well); nobody else has a reason to write them. */
const OWN_TYPE = /^application\/vnd\.cncf\.helm\./i

function isMeantAsChart({ artifactType, config, layers }: JsonObject): boolean {
  const descriptors = [config, ...(Array.isArray(layers) ? layers : [])].filter(isObject)
  const types = [artifactType, ...descriptors.map(({ mediaType }) => mediaType)]
  return types.some((type) => typeof type === 'string' && OWN_TYPE.test(type))
}

function unknownArtifact(manifest: ParsedManifest): StoredContent {
  const types = typesOf(manifest).filter((type) => type !== '' && type !== EMPTY_CONFIG_TYPE)
  const [type] = types
  if (type === undefined) return unreadable('names no content')
  return { kind: 'other', what: `an artifact of the type "${shorten(type, LONGEST_TYPE)}"` }
}

/** RFC 6838, 4.2: 127 characters on either side of the slash. */
const LONGEST_TYPE = 255

function indexText(json: JsonObject): string {
  const manifests = Array.isArray(json['manifests']) ? json['manifests'].filter(isObject) : []
  const isImage = manifests.some(({ platform }) => isObject(platform))
  if (isImage) return 'a container image for several platforms (an index)'
  return `an index of ${manifests.length} manifests`
}
