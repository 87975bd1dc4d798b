import { ARTIFACT_HUB_TAG } from '../artifact/artifact-hub-metadata.ts'
import { tagOf } from '../chart/metadata/chart-version.ts'
import { versionsOfTags } from '../dependencies/rules/choose-version.ts'
import type { Digest } from '../oci/spec/blob.ts'
import { isTag } from '../oci/spec/reference.ts'

/** A tag that Helm lists as a version. */
export interface VersionTag {
  readonly tag: string
  readonly version: string
}

/** The tags of a repository, by what they are. */
export interface SortedTags {
  /** In Helm's order, the newest first. */
  readonly versions: readonly VersionTag[]
  /** What Helm does not list: `latest`, `1.2`, `v1.2.3`. In the order of the alphabet. */
  readonly others: readonly string[]
  /** The suffixes of the tags by which cosign 1 and 2 attach something to a digest: `sig`, `att`. */
  readonly attached: ReadonlyMap<string, readonly string[]>
}

/** Of cosign 1 and 2 (`sha256-….sig`), and the index that stands in for the referrers API (`sha256-…`). */
const ATTACHED = /^sha256-|\.(?:sig|att|sbom)$/
const COSIGN_TAG = /^sha256-([0-9a-f]{64})\.(sig|att)$/

/** Sorts tags. Those of signatures and of Artifact Hub are no versions, whatever they hold; nobody has to look at them. */
export function sortTags(tags: readonly string[]): SortedTags {
  const wanted = tags.filter((tag) => isTag(tag) && !ATTACHED.test(tag) && tag !== ARTIFACT_HUB_TAG)
  const versions = versionsOfTags(wanted).map(({ version }) => ({ version, tag: tagOf(version) }))
  const known = new Set(versions.map(({ tag }) => tag))
  const others = wanted.filter((tag) => !known.has(tag)).toSorted()
  return { versions, others, attached: attachedByTag(tags) }
}

function attachedByTag(tags: readonly string[]): SortedTags['attached'] {
  const found = new Map<string, readonly string[]>()
  for (const tag of tags) {
    const [, hex, suffix = ''] = COSIGN_TAG.exec(tag) ?? []
    if (hex !== undefined) found.set(hex, [...(found.get(hex) ?? []), suffix])
  }
  return found
}

/** What cosign 1 and 2 have attached to a digest, only by the names of the tags. */
export function attachedTo({ attached }: Pick<SortedTags, 'attached'>, digest: Digest) {
  return attached.get(digest.slice('sha256:'.length)) ?? []
}
