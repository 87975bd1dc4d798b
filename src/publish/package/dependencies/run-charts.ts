import {
  chooseVersion,
  exactVersion,
  versionsOfTags
} from '../../../dependencies/rules/choose-version.ts'
import type { WantedDependency } from '../../../directory/charts-plan.ts'
import type { Target } from '../../../oci/spec/reference.ts'
import type { NamedChart, ReadyChart } from '../../model/plan.ts'

interface RunChartsOptions {
  readonly charts: readonly NamedChart[]
  readonly targets: readonly Target[]
  /** Packages a chart of the run, or waits until it is packaged. @throws Failure, when it is not valid */
  readonly packaged: (chart: NamedChart) => Promise<ReadyChart>
}

/**
 * The charts of a run, as versions of its targets: a dependency that one of them satisfies is packed from that one, which
 * the registry does not have yet.
 */
export class RunCharts {
  readonly #options: RunChartsOptions

  constructor(options: RunChartsOptions) {
    this.#options = options
  }

  /** The chart of the run that satisfies a dependency, by the rules for the tags of a registry, the newest of several. */
  find({ dependency, repository, locked }: WantedDependency): NamedChart | undefined {
    if (repository.kind !== 'oci') return undefined
    const { target } = repository
    const isTarget = this.#options.targets.some(({ host, path }) => {
      return host === target.host && path === target.path
    })
    if (!isTarget) return undefined
    const { name, version: declared } = dependency
    const own = this.#options.charts.filter((chart) => chart.name === name)
    const wanted = { name, declared, locked }
    const choice = chooseVersion(versionsOfTags(own.map(({ version }) => version)), wanted)
    const inRange = choice.kind === 'chosen' ? choice.version.version : undefined
    const version = exactVersion(wanted) ?? inRange
    return own.find((chart) => chart.version === version)
  }

  /** Packages a chart of the run, or waits until it is packaged. @throws Failure, when it is not valid */
  packaged(chart: NamedChart): Promise<ReadyChart> {
    return this.#options.packaged(chart)
  }
}
