/** What a tag says about a release. */
export interface Release {
  /** `v1.2.3`. */
  readonly tag: string
  /** `1.2.3`. */
  readonly version: string
  readonly isPrerelease: boolean
}

const VERSION_TAG = /^v(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?$/

/** @throws when the tag is not a version with `v` */
export function releaseOf(tag: string): Release {
  const match = VERSION_TAG.exec(tag)
  if (!match) throw new Error(`"${tag}" is not a version such as v1.2.3`)
  return { tag, version: tag.slice(1), isPrerelease: match[4] !== undefined }
}

/**
 * The moving tag of a release, such as `v1` of v1.2.3; undefined when it stays: for a pre-release, and when one of `tags`
 * is a higher release of that major version.
 */
export function movingTag(tag: string, tags: readonly string[]): string | undefined {
  const own = numbersOf(tag)
  if (!own) return undefined
  const others = tags.map(numbersOf).filter((numbers) => numbers !== undefined)
  const isOld = others.some((other) => other[0] === own[0] && compare(other, own) > 0)
  return isOld ? undefined : `v${own[0]}`
}

/**
 * What the changelog says about a version: the text between its heading and the next.
 * @throws when there is none
 */
export function notesOf(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m)
  const section = sections.find((text) => text.split(/\s/, 1)[0] === version)
  const notes = section?.replace(/^.*\n/, '').trim()
  if (!notes) throw new Error(`CHANGELOG.md has no section "## ${version}"`)
  return `${notes}\n`
}

/** Undefined for pre-releases, and for tags that are not versions. */
function numbersOf(tag: string): readonly number[] | undefined {
  const match = VERSION_TAG.exec(tag)
  return match && match[4] === undefined ? match.slice(1, 4).map(Number) : undefined
}

function compare(left: readonly number[], right: readonly number[]): number {
  const differences = left.map((number, index) => number - (right[index] ?? 0))
  return differences.find((difference) => difference !== 0) ?? 0
}
