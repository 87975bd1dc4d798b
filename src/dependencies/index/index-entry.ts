import {
  type Decoder,
  fieldsOf,
  listOf,
  mismatch,
  text,
  texts
} from '../../chart/metadata/decode.ts'
import { decodeMetadata, EMPTY_METADATA, type Metadata } from '../../chart/metadata/metadata.ts'
import { sanitizeMetadata } from '../../chart/metadata/sanitize.ts'
import { validateMetadata } from '../../chart/metadata/validate.ts'
import type { YamlValue } from '../../chart/yaml/node.ts'
import { newestFirst } from '../rules/version-order.ts'

/** A version of a chart, as an index lists it. */
export interface IndexEntry {
  readonly version: string
  /** Relative to the repository, or absolute; none where the entry is of no use. */
  readonly urls: readonly string[]
  /** As it stands there; empty without one. */
  readonly digest: string
}

/** The versions of one chart. */
export interface IndexEntries {
  /** The newest first, as Helm sorts them. */
  readonly usable: readonly IndexEntry[]
  /** How many Helm passes over, since their metadata are invalid. */
  readonly passedOver: number
}

interface Decoded extends IndexEntry {
  readonly metadata: Metadata
}

const EMPTY: Decoded = { version: '', urls: [], digest: '', metadata: EMPTY_METADATA }
const OWN_FIELDS = ['urls', 'digest'] as const
/** They stand in an entry, and have nothing to do with a choice. */
const IGNORED: ReadonlySet<string> = new Set(['created', 'removed'])

const entry: Decoder<Decoded | null> = (value, path, was) => {
  if (value.kind === 'null') return null
  if (value.kind !== 'map') throw mismatch(value, path, 'an object')
  requireTexts(value.entries, path)
  const base = was ?? EMPTY
  const field = fieldsOf<(typeof OWN_FIELDS)[number]>(value, path, OWN_FIELDS)
  const metadata = decodeMetadata(withoutIgnored(value.entries), base.metadata)
  return {
    version: metadata.version,
    urls: field('urls', texts, base.urls),
    digest: field('digest', text, base.digest),
    metadata
  }
}

const entries: Decoder<readonly (Decoded | null)[]> = listOf(entry, null)

/** As in Helm, numbers are no texts in an index: `version: 1.10` would be 1.1. */
function requireTexts(fields: ReadonlyMap<string, YamlValue>, path: string): void {
  for (const key of ['apiVersion', 'name', 'type', 'version']) {
    const value = fields.get(key)
    if (value && value.kind !== 'string' && value.kind !== 'null')
      throw mismatch(value, `${path}.${key}`, 'a string in quotes')
  }
}

function withoutIgnored(all: ReadonlyMap<string, YamlValue>): YamlValue {
  return { kind: 'map', entries: new Map([...all].filter(([key]) => !IGNORED.has(key))) }
}

/**
 * The versions in the list of a chart, as Helm loads them (helm, pkg/repo/v1/index.go, loadIndex): without those that
 * are empty or invalid, sorted.
 * @throws DecodeError where Helm cannot load the list, and so the whole index
 */
export function decodeEntries(name: string, list: YamlValue): IndexEntries {
  const decoded = entries(list, `entries[${name}]`, [])
  const valid = decoded.filter((one) => one !== null).filter(isValid)
  const usable = valid.map(({ version, urls, digest }) => ({ version, urls, digest }))
  return { usable: newestFirst(usable), passedOver: decoded.length - usable.length }
}

/** Helm minds neither an absent apiVersion nor two dependencies of one name, which JFrog's indexes have. */
function isValid({ metadata }: Decoded): boolean {
  const apiVersion = metadata.apiVersion === '' ? 'v1' : metadata.apiVersion
  const problems = validateMetadata(sanitizeMetadata({ ...metadata, apiVersion }))
  return problems.every(({ code }) => code === 'dependency-repeated')
}
