import { toText } from '../chart/model/chart-file.ts'
import { repositoryText } from '../dependencies/rules/repository-kind.ts'
import type { DirectorySurvey } from './chart-directory.ts'
import type { DeclaredDependency } from './declared-dependency.ts'

/** What charts/ holds of a dependency, much as `helm dependency list` says it. */
export interface DependencyStatus {
  readonly name: string
  /** As declared; null where it is not. */
  readonly version: string | null
  readonly repository: string | null
  readonly status: 'ok' | 'missing' | 'stale' | 'unreadable' | 'undeclared'
  /** Why, as a sentence. */
  readonly message: string
}

/** The status of each declared dependency, then of what lies in charts/ without being declared. */
export function dependencyStatuses(survey: DirectorySurvey): readonly DependencyStatus[] {
  const { declared, loaded } = survey
  const names = new Set(declared.map(({ dependency }) => dependency.name))
  const undeclared = loaded.chart.subcharts.flatMap(({ entry, metadata }): DependencyStatus[] => {
    if (!metadata || names.has(metadata.name)) return []
    const message = `charts/${toText(entry)} contains ${metadata.name} ${metadata.version}, which Chart.yaml does not declare.`
    return [{ name: metadata.name, ...NOWHERE, status: 'undeclared', message }]
  })
  return [...declared.map((one) => statusOf(one, survey)), ...undeclared]
}

const NOWHERE = { version: null, repository: null }

function statusOf(one: DeclaredDependency, { lockName }: DirectorySurvey): DependencyStatus {
  const { dependency, locked, presence } = one
  const { name, version } = dependency
  const known = { name, version, repository: repositoryText(dependency.repository) }
  const wanted =
    locked === undefined ? `Chart.yaml requires "${version}"` : `${lockName} has ${locked}`
  switch (presence.kind) {
    case 'ok': {
      const message = `charts/${toText(presence.chart.entry)} has version ${presence.chart.metadata?.version}.`
      return { ...known, status: 'ok', message }
    }
    case 'missing':
      return { ...known, status: 'missing', message: `It is not in charts/; ${wanted}.` }
    case 'stale': {
      const message = `charts/${toText(presence.chart.entry)} has version ${presence.chart.metadata?.version}, ${wanted}.`
      return { ...known, status: 'stale', message }
    }
    case 'unreadable':
      return {
        ...known,
        status: 'unreadable',
        message: `${presence.paths.join(', ')} is not a chart.`
      }
    case 'repeated': {
      const paths = presence.charts.map(({ entry }) => `charts/${toText(entry)}`).join(', ')
      return {
        ...known,
        status: 'stale',
        message: `It is in charts/ several times: ${paths}; ${wanted}.`
      }
    }
  }
}
