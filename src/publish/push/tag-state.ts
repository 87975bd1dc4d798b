import { LARGEST_CONFIG_BYTES } from '../../artifact/size-limits.ts'
import { VERSION } from '../../chart/metadata/config.ts'
import type { FetchedManifest } from '../../oci/fetched-manifest.ts'
import type { Digest } from '../../oci/spec/blob.ts'
import type { Descriptor } from '../../oci/spec/manifest.ts'
import type { Reference } from '../../oci/spec/reference.ts'
import { isObject, parseJson } from '../../shared/json.ts'
import type { PushOptions } from './push-plan.ts'
import { type Foreign, requireManifest } from './remote-state.ts'
import type { TagMove } from './tag-rules.ts'

/** What an extra tag points at. */
export type TagState = {
  readonly tag: string
  /** When the registry was asked, by the clock of `performance.now`. */
  readonly checkedAt: number
} & (
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'chart'
      readonly manifest: FetchedManifest
      /** Why Helm cannot use it, as sentences; none of a chart that it can use. */
      readonly faults: readonly string[]
      /** Undefined where nobody can read it. */
      readonly version: string | undefined
    }
  | Foreign
)

/** Asks the registry what a tag points at. @throws Failure */
export async function readTagState(tag: string, options: PushOptions): Promise<TagState> {
  const { client, reference } = options
  const answer = await client.getManifest({ ...reference, tag })
  if (answer.kind === 'refused') throw answer.failure
  if (answer.kind === 'found') return tagStateOf(tag, answer, options)
  return { tag, checkedAt: performance.now(), kind: 'absent' }
}

/** The state of a tag that shows this manifest. @throws Failure */
export async function tagStateOf(
  tag: string,
  manifest: FetchedManifest,
  options: PushOptions
): Promise<TagState> {
  const content = requireManifest(manifest, options.reference)
  const checkedAt = performance.now()
  if (content.kind === 'other' || content.kind === 'unreadable') {
    return { tag, checkedAt, kind: 'foreign', content }
  }
  if (content.kind === 'broken-chart') {
    const { faults } = content
    return { tag, checkedAt, kind: 'chart', manifest, faults, version: annotatedVersion(manifest) }
  }
  const version = annotatedVersion(manifest) ?? (await configuredVersion(content.config, options))
  return { tag, checkedAt, kind: 'chart', manifest, faults: [], version }
}

/** As `helm push` writes it; `annotations` cannot change it. */
function annotatedVersion({ bytes }: FetchedManifest): string | undefined {
  const manifest = parseJson(bytes)
  return versionIn(isObject(manifest) ? manifest['annotations'] : undefined, VERSION)
}

/** For charts without annotations, as older versions of Helm have pushed them. */
async function configuredVersion(
  config: Descriptor,
  { client, reference }: PushOptions
): Promise<string | undefined> {
  if (config.size > LARGEST_CONFIG_BYTES) return undefined
  const answer = await client.getBlob(reference.repository, config)
  return answer.kind === 'found' ? versionIn(parseJson(answer.bytes), 'version') : undefined
}

/** A version makes a tag of at most 128 characters; any registry may send longer texts, which are not compared. */
const LONGEST_VERSION = 256

function versionIn(object: unknown, key: string): string | undefined {
  const value = isObject(object) ? object[key] : undefined
  return typeof value === 'string' && value.length <= LONGEST_VERSION ? value : undefined
}

/** What is to have more tags. */
export interface Tagged {
  /** Of the manifest. */
  readonly digest: Digest
  /** Of the chart. */
  readonly version: string
  /** Whether this run publishes the version; otherwise it was found unchanged. */
  readonly isNew: boolean
}

export interface Tagging {
  readonly tagged: Tagged
  readonly options: PushOptions
  /** What was done before, as a sentence. */
  readonly rest: string
}

/** A tag to be written, and the manifest for it. */
export interface TagWriting extends Tagging {
  readonly manifest: Buffer
}

/** What is worth knowing of tags: warnings, and notices of tags that were left unchanged for a good reason. */
export interface TagReport {
  readonly warnings: readonly string[]
  readonly notices: readonly string[]
}

export const NO_TAG_REPORT: TagReport = { warnings: [], notices: [] }

export function tagReference({ tag }: TagState, { reference }: PushOptions): Reference {
  return { ...reference, tag }
}

/** The move that the rules judge. */
export function moveOf(state: TagState, { tagged, options }: Tagging): TagMove {
  const { version, isNew } = tagged
  const current = state.kind === 'chart' ? state.version : undefined
  return { tag: state.tag, version, isNew, ifExists: options.ifExists, current }
}
