import type { Digest } from '../../oci/spec/digest.ts'
import type { Reference } from '../../oci/spec/reference.ts'
import type { SettleOptions } from './settle.ts'
import type { TagMove } from './tag-rules.ts'
import type { TagState } from './tag-state.ts'

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
  readonly options: SettleOptions
  /** What was done before, as a sentence. */
  readonly rest: string
}

/** A tag to be written, and the manifest for it. */
export interface TagWriting extends Tagging {
  readonly manifest: Buffer
}

/** What is worth knowing of tags: warnings, and notices of tags that were left as they are for a good reason. */
export interface TagReport {
  readonly warnings: readonly string[]
  readonly notices: readonly string[]
}

export const NOTHING: TagReport = { warnings: [], notices: [] }

export function placeOf({ tag }: TagState, { reference }: SettleOptions): Reference {
  return { ...reference, tag }
}

/** The move that the rules judge. */
export function moveOf(state: TagState, { tagged, options }: Tagging): TagMove {
  const { version, isNew } = tagged
  const current = state.kind === 'chart' ? state.version : undefined
  return { tag: state.tag, version, isNew, ifExists: options.ifExists, current }
}
