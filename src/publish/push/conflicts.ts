import type { Differences, SubchartChange } from '../../chart/content-identity.ts'
import type { Digest } from '../../oci/spec/blob.ts'
import { type Reference, type Repository, referenceText } from '../../oci/spec/reference.ts'
import { Failure, type SourceLocation } from '../../shared/failure.ts'
import { shortDigest } from '../../shared/format.ts'
import { input } from '../../shared/input-name.ts'
import type { Broken, ComparedState } from './compared-state.ts'
import { KEEP_TYPE, overtakenFix } from './read-back.ts'
import type { Foreign, Hidden } from './remote-state.ts'

const UNCHANGED = 'Nothing was changed.'

/** A tag that belongs to something else, whatever `if-exists` says. `rest` says what was done so far. */
export function notAChart(
  reference: Reference,
  { content }: Foreign,
  { isExtra = false, rest = UNCHANGED } = {}
): Failure {
  const place = referenceText(reference)
  const leaveOut = isExtra
    ? `Leave "${reference.tag}" out of ${input('tags')}, or publish`
    : 'Publish'
  if (content.kind === 'unreadable') {
    const message = `${place} exists, but its manifest ${content.why}. ${rest}`
    const fix = `${leaveOut} to another path, such as ${otherPath(reference.repository)}. If the tag is not needed, delete it in the registry.`
    return new Failure('conflict', { message, fix })
  }
  const message = `${place} is not a chart, but ${content.what}. ${rest}`
  const fix = `${leaveOut} to a path that contains only charts, such as ${otherPath(reference.repository)}.`
  return new Failure('conflict', { message, fix })
}

const DOCKER_HUB = ['docker.io', 'registry-1.docker.io', 'index.docker.io']

/** As the input `registry` would have it. Docker Hub has two levels only, the chart's name included. */
function otherPath({ host, name }: Repository): string {
  if (DOCKER_HUB.includes(host)) return `${input('registry', `oci://${host}/ANOTHER_NAMESPACE`)}`
  const base = name.split('/').slice(0, -1)
  const more = base.at(-1) === 'charts' ? 'helm' : 'charts'
  return `${input('registry', `oci://${[host, ...base, more].join('/')}`)}`
}

/** A version that a policy hides: nothing is written over what nobody can compare. */
export function hiddenVersion(reference: Reference, { failure }: Hidden): Failure {
  const message = `${referenceText(reference)} exists, but a policy of the registry hides it:`
  const fix = `Meet the policy, for example with ${input('sign', 'keyless')}, or publish under a new ${input('version')}.`
  return new Failure('conflict', { message, why: failure.message, fix }, failure)
}

/** A chart that exists, and that Helm cannot use. `overwrite` replaces it, nothing else does. */
export function brokenChart(
  reference: Reference,
  { faults, isOurs }: Pick<Broken, 'faults' | 'isOurs'>,
  rest = UNCHANGED
): Failure {
  const message = `${referenceText(reference)} exists, but Helm cannot use it. ${faults.join(' ')} ${rest}`
  const fix = isOurs
    ? `${KEEP_TYPE} If they do, set ${input('if-exists', 'overwrite')} to push it again.`
    : `Set ${input('if-exists', 'overwrite')} to push it again, or publish under a new ${input('version')}.`
  return new Failure(isOurs ? 'verification' : 'conflict', { message, fix })
}

export interface Conflict {
  /** Of the manifest that was to be published. */
  readonly wanted: Digest
  /** Whether the tag was absent when this run began. */
  readonly isOvertaken: boolean
  /** Why packing the same source again would give other bytes, as a fix; undefined when it would not. */
  readonly toRepeat: string | undefined
  /** Where the version is written that would have to be another one. */
  readonly versionPlace: SourceLocation | undefined
}

/** A version that already exists with different content: what differs comes first. */
export function otherContent(
  reference: Reference,
  { remote, differences }: Extract<ComparedState, { kind: 'different' }>,
  { wanted, isOvertaken, toRepeat, versionPlace }: Conflict
): Failure {
  const place = referenceText(reference)
  const what = differences && differencesText(differences)
  const detail = differences ? ` (${detailText(differences)})` : ''
  const [theirs, ours] = [remote.manifest.digest, wanted].map(shortDigest)
  const digests = `The registry was not changed: it has ${theirs}, this chart is ${ours}.`
  if (isOvertaken) {
    const message = `Another run published ${place} with different content after this run started${detail}. ${digests}`
    return new Failure('conflict', { message, fix: overtakenFix() })
  }
  const fix = `Publish under a new ${input('version')}, or set ${input('if-exists')} to \`skip\` or \`overwrite\`.`
  return new Failure('conflict', {
    message: `${place} already exists with different content${detail}. ${digests}`,
    fix: toRepeat === undefined || what ? fix : `${fix} If the chart is the same: ${toRepeat}`,
    place: versionPlace
  })
}

/** In words: subcharts in other versions, and files. */
function detailText(differences: Differences): string {
  const files = differencesText(differences)
  const subcharts = subchartsText(differences.subcharts)
  const parts = [...(subcharts ? [subcharts] : []), ...(files ? [files] : [])]
  return parts.length > 0 ? parts.join('; ') : 'the same files, but another config'
}

/** Of dependencies that were resolved otherwise than for the version that exists. */
function subchartsText(changes: readonly SubchartChange[]): string {
  if (changes.length === 0) return ''
  const shown = changes.slice(0, FILES_SHOWN).map(({ name, before, after }) => {
    return `${name} ${before ?? '(none)'} → ${after ?? '(none)'}`
  })
  const more = changes.length > shown.length ? ` and ${changes.length - shown.length} more` : ''
  return `other dependencies: ${shown.join(', ')}${more}`
}

/** Files that stand in a message; the rest is counted. */
const FILES_SHOWN = 5

/** The differences in words: `changed: "values.yaml"; added: "a", "b" and 3 more`. */
function differencesText({ added, removed, changed }: Differences): string {
  const parts = [
    ['changed', changed],
    ['added', added],
    ['removed', removed]
  ] as const
  return parts
    .filter(([, paths]) => paths.length > 0)
    .map(([word, paths]) => `${word}: ${pathsText(paths)}`)
    .join('; ')
}

function pathsText(paths: readonly string[]): string {
  const shown = paths.slice(0, FILES_SHOWN).map((path) => `"${path}"`)
  const more = paths.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}
