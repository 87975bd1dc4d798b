import { type ChartProblem, chartError } from '../model/problem.ts'
import type { Dependency, Metadata } from './metadata.ts'
import { versionFault } from './version-fault.ts'

const ALIAS = /^[a-zA-Z0-9_-]+$/
const REMOVE_IT = 'Remove the empty list entry.'

/** What Helm's `Metadata.Validate` refuses, every finding instead of the first. */
export function validateMetadata(metadata: Metadata): readonly ChartProblem[] {
  return [
    ...validateApiVersion(metadata.apiVersion),
    ...validateName(metadata.name),
    ...validateVersion(metadata.version),
    ...validateType(metadata.type),
    ...validateMaintainers(metadata.maintainers),
    ...validateDependencies(metadata.dependencies)
  ]
}

/** Empty only where requirements.yaml empties it. */
function validateApiVersion(apiVersion: string): readonly ChartProblem[] {
  if (apiVersion !== '') return []
  const fix = 'Remove `apiVersion` from requirements.yaml.'
  return [chartError('api-version-missing', 'The chart has no `apiVersion`.', fix)]
}

function validateName(name: string): readonly ChartProblem[] {
  if (name === '') {
    const fix = "Write the chart's `name` into Chart.yaml."
    return [chartError('name-missing', 'Chart.yaml has no `name`.', fix)]
  }
  if (name !== '.' && name !== '..' && !name.includes('/')) return []
  const message = `The name "${name}" in Chart.yaml is a path.`
  return [chartError('name-invalid', message, 'Use a `name` without "/" in Chart.yaml.')]
}

function validateVersion(version: string): readonly ChartProblem[] {
  if (version === '') {
    const fix = 'Write a SemVer 2 version such as 1.2.3 into Chart.yaml.'
    return [chartError('version-missing', 'Chart.yaml has no `version`.', fix)]
  }
  const fault = versionFault(version)
  if (!fault) return []
  const message = `The version "${version}" in Chart.yaml is not a semantic version: ${fault.why}.`
  return [chartError('version-invalid', message, fault.fix)]
}

function validateType(type: string): readonly ChartProblem[] {
  if (['', 'application', 'library'].includes(type)) return []
  const message = `Helm does not know the type "${type}" in Chart.yaml.`
  return [chartError('type-invalid', message, 'Use `type: application` or `type: library`.')]
}

function validateMaintainers(maintainers: Metadata['maintainers']): readonly ChartProblem[] {
  if (!maintainers.includes(null)) return []
  const message = '`maintainers` in Chart.yaml has an empty entry.'
  return [chartError('maintainer-empty', message, REMOVE_IT)]
}

function validateDependencies(dependencies: Metadata['dependencies']): readonly ChartProblem[] {
  const named = dependencies.filter((dependency) => dependency !== null)
  const hasEmpty = named.length < dependencies.length
  const message = '`dependencies` in Chart.yaml has an empty entry.'
  return [
    ...(hasEmpty ? [chartError('dependency-empty', message, REMOVE_IT)] : []),
    ...named.filter(({ alias }) => alias !== '' && !ALIAS.test(alias)).map(badAlias),
    ...repeatedKeys(named).map(repeated)
  ]
}

function repeated(key: string): ChartProblem {
  const message = `Chart.yaml has more than one dependency with the name or alias "${key}".`
  return chartError('dependency-repeated', message, 'Give each of them a different `alias`.')
}

function badAlias({ name, alias }: Dependency): ChartProblem {
  const message = `The alias "${alias}" of the dependency "${name}" has characters that Helm refuses.`
  return chartError('dependency-alias-invalid', message, 'Use letters, digits, "_" and "-" only.')
}

function repeatedKeys(dependencies: readonly Dependency[]): readonly string[] {
  const keys = dependencies.map(({ name, alias }) => alias || name)
  return [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))]
}
