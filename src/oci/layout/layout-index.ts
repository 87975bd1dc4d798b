import { isObject, parseJson } from '../../shared/json.ts'
import type { Digest } from '../spec/blob.ts'
import { type Descriptor, parseManifest } from '../spec/manifest.ts'
import { OCI_INDEX } from '../spec/media-types.ts'

const REF_NAME = 'org.opencontainers.image.ref.name'
const TITLE = 'org.opencontainers.image.title'

type JsonObject = Readonly<Record<string, unknown>>

/** What an image layout holds, by its index.json (image-layout spec); what we do not know of it is kept. */
export interface LayoutIndex {
  readonly json: JsonObject
  readonly entries: readonly LayoutEntry[]
}

/** A manifest in a layout. One that bears several tags has an entry for each. */
export interface LayoutEntry {
  readonly descriptor: Descriptor
  /** `org.opencontainers.image.ref.name`: by convention a bare tag. */
  readonly tag: string | undefined
  /** What bears the tag, where it says so: tags of a layout are of one space, for whatever lies in it. */
  readonly title: string | undefined
  readonly json: JsonObject
}

/** A manifest that is to be in a layout under a tag. */
interface NewEntry {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
  readonly tag: string
  readonly title: string
}

export const EMPTY_INDEX: LayoutIndex = {
  json: { schemaVersion: 2, mediaType: OCI_INDEX },
  entries: []
}

/** Reads an index.json; what is wrong with it, where it is none, reads after "its index.json cannot be read: ". */
export function readLayoutIndex(
  bytes: Buffer
): { readonly index: LayoutIndex } | { readonly fault: string } {
  const reading = parseManifest(bytes)
  if ('fault' in reading) return reading
  const json = parseJson(bytes)
  const { manifests, schemaVersion } = reading.manifest
  if (!isObject(json) || schemaVersion !== 2 || !manifests) return { fault: 'it is not an index' }
  const items: readonly unknown[] = Array.isArray(json['manifests']) ? json['manifests'] : []
  const entries = manifests.map((descriptor, position) => entryOf(descriptor, items[position]))
  return { index: { json, entries } }
}

function entryOf(descriptor: Descriptor, item: unknown): LayoutEntry {
  const json = isObject(item) ? item : {}
  const annotations = isObject(json['annotations']) ? json['annotations'] : {}
  const text = (key: string) => {
    const value = annotations[key]
    return typeof value === 'string' ? value : undefined
  }
  return { descriptor, tag: text(REF_NAME), title: text(TITLE), json }
}

/**
 * The index with a manifest more. It takes the place of what bore its tag, unless that is something else, by
 * its title: then the newcomer is tagged `TITLE-TAG`, since a tag of a layout names one thing.
 */
export function withEntry(index: LayoutIndex, entry: NewEntry): LayoutIndex {
  const { title, mediaType, digest, size } = entry
  const isTaken = index.entries.some((other) => {
    return other.tag === entry.tag && other.title !== title && other.descriptor.digest !== digest
  })
  const tag = isTaken ? `${title}-${entry.tag}` : entry.tag
  const annotations = { [REF_NAME]: tag, [TITLE]: title }
  const descriptor = { mediaType, digest, size }
  const added = { descriptor, tag, title, json: { ...descriptor, annotations } }
  return { ...index, entries: [...index.entries.filter((other) => other.tag !== tag), added] }
}

/** The index as bytes for index.json. */
export function indexBytes({ json, entries }: LayoutIndex): Buffer {
  return Buffer.from(JSON.stringify({ ...json, manifests: entries.map((entry) => entry.json) }))
}
