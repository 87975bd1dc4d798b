import { tagOf } from '../chart/metadata/chart-version.ts'
import { type ChartProblem, chartWarning } from '../chart/model/problem.ts'
import { surveyDirectory } from '../directory/chart-directory.ts'
import { type DependencyStatus, dependencyStatuses } from '../directory/dependency-status.ts'
import { noChartYaml } from '../directory/directory-problems.ts'
import { Failure } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import type { Finding } from './inspection.ts'

interface DirectoryContext {
  readonly signal: AbortSignal
  readonly logger: Logger
}

/**
 * Looks at a chart directory: what is wrong with it, and what charts/ holds of each dependency. That
 * something has to be fetched is no problem. Asks no repository.
 * @throws Failure, when it cannot be read
 */
export async function inspectDirectory(path: string, context: DirectoryContext): Promise<Finding> {
  const absent = await noChartYaml(path)
  if (absent) throw noChart(path, absent)
  const survey = await surveyDirectory(path, {
    ...context,
    allowOutsideFiles: false,
    mode: 'build'
  })
  const { metadata } = survey.loaded.chart
  const dependencies = dependencyStatuses(survey)
  return {
    problems: [...survey.problems, ...undeclaredWarnings(dependencies)],
    facts: {
      name: metadata?.name || null,
      version: metadata?.version || null,
      tag: metadata ? tagOf(metadata.version) : null
    },
    dependencies
  }
}

/** Nothing that could be inspected. */
function noChart(path: string, { fix }: Failure): Failure {
  const message = `The directory "${path}" does not contain a Chart.yaml.`
  return new Failure('usage', { message, fix })
}

/** `helm lint` finds an error in them; `helm package` packs them. */
function undeclaredWarnings(dependencies: readonly DependencyStatus[]): readonly ChartProblem[] {
  const found = dependencies.filter(({ status }) => status === 'undeclared')
  return found.map(({ name, message }) => {
    const fix = `Declare ${name} in Chart.yaml, or remove it from charts/.`
    return chartWarning('dependency-undeclared', message, fix)
  })
}
