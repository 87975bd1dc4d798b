import { type Repository, repositoryText } from '../oci/spec/reference.ts'
import { Failure } from '../shared/failure.ts'
import { shorten } from '../shared/printable.ts'
import type { RemoteDependency } from './remote-dependency.ts'
import { choiceProblem } from './rules/choice-problem.ts'
import { chooseVersion } from './rules/choose-version.ts'
import { isWholeVersion } from './rules/locked-version.ts'

/** So many versions stand in a message; the rest is counted. */
const VERSIONS_SHOWN = 5
const LONGEST_NAME = 300

interface Searched {
  readonly repository: Repository
  /** The one that is not there; undefined where there is none at all. */
  readonly version: string | undefined
  /** Those that are there, the newest first. */
  readonly versions: readonly string[]
}

/** The failure for a chart that a registry does not have, with the usual slip of the pen. */
export function missingOciChart(dependency: RemoteDependency, searched: Searched): Failure {
  const { repository, version, versions } = searched
  const place = `oci://${repositoryText(repository)}`
  if (versions.length === 0) {
    const message = `There is no chart ${version === undefined ? '' : `${version} `}at ${place}.`
    return new Failure('chart', { message, fix: placeFix(dependency, repository) })
  }
  const listed = versions.map((text) => ({ version: text }))
  const choice = chooseVersion(listed, dependency)
  const gone = choice.kind === 'locked-gone' ? choice : undefined
  const problem = gone && choiceProblem(gone, { wanted: dependency, repository: place, versions })
  return new Failure('chart', problem ?? otherVersions(version ?? '', place, versions))
}

function otherVersions(version: string, place: string, versions: readonly string[]) {
  const shown = versions.slice(0, VERSIONS_SHOWN).join(', ')
  const more =
    versions.length > VERSIONS_SHOWN ? ` and ${versions.length - VERSIONS_SHOWN} more` : ''
  const message = `${place} has no chart version ${version}; available: ${shown}${more}.`
  const fix = isWholeVersion(version)
    ? 'Declare a version that exists.'
    : `Helm takes "${version}" as the exact tag: write "~${version}" for the versions that begin with it.`
  return { message, fix }
}

/** Helm adds the name of the chart to the repository by itself. */
function placeFix({ name }: RemoteDependency, { host, name: whole }: Repository): string {
  const path = whole.slice(0, Math.max(0, whole.length - name.length - 1))
  if (path !== name && !path.endsWith(`/${name}`)) {
    return `Check \`name\` and \`repository\` of the dependency ${name}, and whether its login may read it.`
  }
  const above = path.slice(0, Math.max(0, path.length - name.length - 1))
  return `Leave the name of the chart out of \`repository\`: write oci://${[host, above].filter(Boolean).join('/')}.`
}

/** The failure for a path and a name that make no repository. */
export function wrongOciName(repository: Repository): Failure {
  const text = shorten(repositoryText(repository), LONGEST_NAME)
  const message = `"${text}" is not a valid repository of a registry.`
  const fix =
    'Use only lower-case letters, digits and single ".", "_", "-" in names of charts in a registry.'
  return new Failure('chart', { message, fix })
}
