import { decodeBase64 } from '../../shared/base64.ts'
import { isObject, parseJson } from '../../shared/json.ts'
import { type Digest, isDigest } from './blob.ts'
import {
  DOCKER_LIST,
  DOCKER_MANIFEST,
  MANIFEST_TYPES,
  OCI_INDEX,
  OCI_MANIFEST
} from './media-types.ts'

/** Whether `bytes` are a manifest or an index of the image spec, as opposed to a page that some server sends for everything. */
export function isManifest(bytes: Buffer): boolean {
  const parsed = parseJson(bytes)
  return isObject(parsed) && parsed['schemaVersion'] === 2
}

/** How a manifest names content (image-spec, "descriptor"). What is missing there is an empty text, and size 0. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
}

/** A manifest or an index, as clients in Go read them: missing texts and layers are empty. */
export interface ParsedManifest {
  readonly schemaVersion: number | undefined
  readonly artifactType: string
  readonly subject: Descriptor | undefined
  readonly config: Descriptor | undefined
  readonly layers: readonly Descriptor[]
  /** Those of an index; undefined in what is none. */
  readonly manifests: readonly Descriptor[] | undefined
}

type ManifestReading =
  | { readonly manifest: ParsedManifest }
  /** What cannot be read, as it reads after "it is no manifest: ". */
  | { readonly fault: string }

const KEYS = ['schemaVersion', 'mediaType', 'artifactType', 'subject', 'config', 'layers']
const MANIFEST_KEYS = [...KEYS, 'manifests', 'annotations']
const DESCRIPTOR_KEYS = ['mediaType', 'digest', 'size', 'urls', 'annotations', 'data', 'platform']

/**
 * Reads a manifest or index as strictly as encoding/json fills the structs of the image spec
 * (specs-go/v1), and more so in two things: a key in other case, which Go takes for the real one and
 * others do not, and a digest that is no SHA-256 are faults.
 */
export function parseManifest(bytes: Buffer): ManifestReading {
  const parsed = parseJson(bytes)
  if (!isObject(parsed)) return { fault: 'it is not a JSON object' }
  const fraction = FRACTION.exec(bytes.toString('utf8'))?.[1]
  if (fraction !== undefined) return { fault: `\`${fraction}\` is not written as a whole number` }
  try {
    return { manifest: readManifest(parsed) }
  } catch (error) {
    if (error instanceof ManifestFault) return { fault: error.message }
    throw error
  }
}

/**
 * The manifests that a client copies together with this one, as oras does (oras-go v2, content.Successors):
 * those of an index, the subject, and what a manifest may name among its layers.
 */
export function linkedManifests(
  { subject, config, layers, manifests }: ParsedManifest,
  mediaType: string
): readonly Descriptor[] {
  const blobs = [...(config ? [config] : []), ...layers]
  const attached = subject ? [subject] : []
  const linked: Readonly<Record<string, readonly Descriptor[]>> = {
    [OCI_MANIFEST]: [...attached, ...blobs],
    [OCI_INDEX]: [...attached, ...(manifests ?? [])],
    [DOCKER_MANIFEST]: blobs,
    [DOCKER_LIST]: manifests ?? []
  }
  return (linked[mediaType] ?? []).filter((item) => MANIFEST_TYPES.includes(item.mediaType))
}

/** By its content: how it was served is another question. */
export function isIndex({ manifests, config, layers }: ParsedManifest): boolean {
  return manifests !== undefined && !config && layers.length === 0
}

/** A number that is whole but not written so, such as 7.0, which Go refuses; JSON.parse tells no difference. */
const FRACTION = /"(size|schemaVersion)"\s*:\s*-?\d+[.eE]/

class ManifestFault extends Error {}

type JsonObject = Readonly<Record<string, unknown>>

function readManifest(json: JsonObject): ParsedManifest {
  requireExactKeys(json, MANIFEST_KEYS)
  requireTexts(json['annotations'], 'annotations')
  text(json, 'mediaType', 'mediaType')
  return {
    schemaVersion: integer(json, 'schemaVersion', 'schemaVersion'),
    artifactType: text(json, 'artifactType', 'artifactType'),
    subject: optional(json['subject'], 'subject'),
    config: optional(json['config'], 'config'),
    layers: descriptors(json['layers'], 'layers'),
    manifests: 'manifests' in json ? descriptors(json['manifests'], 'manifests') : undefined
  }
}

function optional(value: unknown, path: string): Descriptor | undefined {
  return value === undefined || value === null ? undefined : descriptor(value, path)
}

function descriptors(value: unknown, path: string): readonly Descriptor[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new ManifestFault(`\`${path}\` is not a list`)
  return value.map((item, index) => descriptor(item, `${path}[${index}]`))
}

function descriptor(value: unknown, path: string): Descriptor {
  if (!isObject(value)) throw new ManifestFault(`\`${path}\` is not an object`)
  requireExactKeys(value, DESCRIPTOR_KEYS)
  requireTexts(value['annotations'], `${path}.annotations`)
  for (const key of ['urls', 'data', 'platform']) requireShape(value[key], `${path}.${key}`, key)
  const digest = text(value, 'digest', `${path}.digest`)
  if (!isDigest(digest))
    throw new ManifestFault(`\`${path}.digest\` is "${digest}", not a SHA-256 digest`)
  const size = integer(value, 'size', `${path}.size`) ?? 0
  if (size < 0) throw new ManifestFault(`\`${path}.size\` is ${size}`)
  return { mediaType: text(value, 'mediaType', `${path}.mediaType`), digest, size }
}

function text(json: JsonObject, key: string, path: string): string {
  const value = json[key] ?? ''
  if (typeof value === 'string') return value
  throw new ManifestFault(`\`${path}\` is not a string`)
}

function integer(json: JsonObject, key: string, path: string): number | undefined {
  const value = json[key] ?? undefined
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw new ManifestFault(`\`${path}\` is not a whole number`)
}

function requireTexts(value: unknown, path: string): void {
  if (value === undefined || value === null) return
  const isMap = isObject(value) && Object.values(value).every(isTextOrNull)
  if (!isMap) throw new ManifestFault(`\`${path}\` is not a map of strings`)
}

function requireShape(value: unknown, path: string, key: string): void {
  if (value === undefined || value === null || SHAPES[key]?.(value)) return
  throw new ManifestFault(`\`${path}\` cannot be read`)
}

const SHAPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  urls: (value) => Array.isArray(value) && value.every(isTextOrNull),
  data: (value) => typeof value === 'string' && decodeBase64(value) !== undefined,
  platform: isObject
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string'
}

/** encoding/json folds case, the long s and the Kelvin sign among it; the later of two keys wins. */
function requireExactKeys(json: JsonObject, known: readonly string[]): void {
  const folded = (key: string) => key.normalize('NFKC').toLowerCase()
  const wrong = Object.keys(json).find((key) => {
    return !known.includes(key) && known.some((name) => folded(name) === folded(key))
  })
  if (wrong !== undefined) throw new ManifestFault(`its key "${wrong}" is in the wrong case`)
}
