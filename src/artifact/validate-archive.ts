import {
  type ArchiveReading,
  type ReadArchiveOptions,
  readArchive,
  withProblems
} from '../chart/archive.ts'
import { isChartVersion, tagOf } from '../chart/metadata/chart-version.ts'
import { strictFault, versionFault } from '../chart/metadata/version-fault.ts'
import { type ChartProblem, chartError, chartWarning } from '../chart/model/problem.ts'
import { isRepositoryName, isTag } from '../oci/spec/reference.ts'

/**
 * Reads a packaged chart and says everything that is wrong with publishing it: what `readArchive` finds,
 * and a name or version that cannot stand in an OCI reference, where `helm push` would fail.
 */
export function validateArchive(bytes: Buffer, options: ReadArchiveOptions = {}): ArchiveReading {
  const reading = readArchive(bytes, options)
  if (!reading.metadata) return reading
  const { name, version } = reading.metadata
  const tag = tagOf(version)
  return withProblems(reading, [
    ...(name === '' ? [] : nameProblems(name)),
    ...(isChartVersion(version) ? [...tagProblems(tag), ...hiddenTag(tag)] : [])
  ])
}

/** distribution-spec v1.1, "Pulling manifests". */
const LONGEST_TAG = 128

/** A chart's name that cannot be the last part of an OCI repository name, with what is wrong about it. */
export function nameProblems(name: string): readonly ChartProblem[] {
  if (isRepositoryName(name)) return []
  const message = `The name "${name}" in Chart.yaml is not an OCI repository name: ${nameFault(name)}.`
  return [chartError('name-not-oci', message, nameFix(name))]
}

function nameFault(name: string): string {
  const other = /[^a-zA-Z0-9._-]/u.exec(name)?.[0]
  const faults = [
    [name.length > 255, `it has ${name.length} characters, 255 are allowed`],
    [/[A-Z]/.test(name), 'it has upper case'],
    [/\s/.test(name), 'it has spaces'],
    [other !== undefined && !/\s/.test(other), `it has "${other}"`],
    [name.includes('___'), 'it has "___", at most two "_" may follow each other'],
    [/^[._-]/.test(name), `it begins with "${name[0]}"`],
    [/[._-]$/.test(name), `it ends with "${name.at(-1)}"`]
  ] as const
  const found = faults.filter(([holds]) => holds).map(([, fault]) => fault)
  return found.join(', ') || 'it has punctuation characters next to each other'
}

function nameFix(name: string): string {
  const lowered = name.toLowerCase()
  if (isRepositoryName(lowered)) return `Use "${lowered}" as \`name\` in Chart.yaml.`
  return 'Use lower-case letters and digits, separated by ".", "_" or "-", as `name` in Chart.yaml.'
}

/** A tag made of a version that no registry takes. A version's characters are all legal in a tag; its length may not be. */
export function tagProblems(tag: string): readonly ChartProblem[] {
  if (isTag(tag)) return []
  const message = `The version results in the tag "${tag}" of ${tag.length} characters, which is not a valid OCI tag.`
  const fix = `Use a version of at most ${LONGEST_TAG} characters in Chart.yaml.`
  return [chartError('tag-not-oci', message, fix)]
}

const NUMBER = '(?:0|[1-9][0-9]*)'
const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'
const PRERELEASE_PART = '(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)'
const STRICT = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${PRERELEASE_PART}(?:\\.${PRERELEASE_PART})*)?(?:\\+${IDENTIFIERS})?$`
)

/** Whether a tag moves from version to version: it is not a full SemVer, with or without `v` in front. */
export function isMovingTag(tag: string): boolean {
  return !isStrictVersion(tag.replace(/^v/i, ''))
}

function isStrictVersion(tag: string): boolean {
  return STRICT.test(tag.replaceAll('_', '+'))
}

/**
 * A word on a tag that Helm does not list: it lists only strict SemVer 2, `_` read as `+` (helm,
 * pkg/registry/client.go, Tags), so no version range finds it.
 */
export function hiddenTag(tag: string): readonly ChartProblem[] {
  if (isStrictVersion(tag)) return []
  const version = tag.replaceAll('_', '+')
  const why = strictFault(version) ?? versionFault(version)?.why
  const message = `Helm does not list the tag "${tag}", because it is not strict SemVer (${why}): the chart can only be pulled by exactly this version.`
  const fix = 'Use a version of three numbers without "v" and leading zeros, such as 1.2.3.'
  return [chartWarning('version-hidden', message, fix)]
}
