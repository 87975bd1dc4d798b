import { type ChartProblem, chartError } from '../model/problem.ts'
import type { Dependency, Metadata } from './metadata.ts'
import { versionFault } from './version-fault.ts'

const ALIAS = /^[a-zA-Z0-9_-]+$/

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
    return [
      chartError(
        'name-missing',
        'Chart.yaml has no `name`.',
        "Write the chart's `name` into Chart.yaml."
      )
    ]
  }
  if (name === '.' || name === '..' || name.includes('/')) {
    return [
      chartError(
        'name-invalid',
        `The name "${name}" in Chart.yaml is a path.`,
        'Use a `name` without "/" in Chart.yaml.'
      )
    ]
  }
  return []
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
  return [
    chartError(
      'type-invalid',
      `The type "${type}" in Chart.yaml is unknown to Helm.`,
      'Use `type: application` or `type: library`.'
    )
  ]
}

function validateMaintainers(maintainers: Metadata['maintainers']): readonly ChartProblem[] {
  if (!maintainers.includes(null)) return []
  return [
    chartError(
      'maintainer-empty',
      '`maintainers` in Chart.yaml has an empty entry.',
      'Remove the empty list item.'
    )
  ]
}

function validateDependencies(dependencies: Metadata['dependencies']): readonly ChartProblem[] {
  const named = dependencies.filter((dependency) => dependency !== null)
  const empty = named.length < dependencies.length
  return [
    ...(empty
      ? [
          chartError(
            'dependency-empty',
            '`dependencies` in Chart.yaml has an empty entry.',
            'Remove the empty list item.'
          )
        ]
      : []),
    ...named.filter(({ alias }) => alias !== '' && !ALIAS.test(alias)).map(badAlias),
    ...repeatedKeys(named).map((key) =>
      chartError(
        'dependency-repeated',
        `Chart.yaml has more than one dependency with the name or alias "${key}".`,
        'Give each of them an `alias` of its own.'
      )
    )
  ]
}

function badAlias({ name, alias }: Dependency): ChartProblem {
  return chartError(
    'dependency-alias-invalid',
    `The alias "${alias}" of the dependency "${name}" has characters that Helm refuses.`,
    'Use letters, digits, "_" and "-" only.'
  )
}

function repeatedKeys(dependencies: readonly Dependency[]): readonly string[] {
  const keys = dependencies.map(({ name, alias }) => alias || name)
  return [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))]
}
