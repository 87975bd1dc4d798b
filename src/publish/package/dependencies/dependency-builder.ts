import type { DependencySources } from '../../../dependencies/dependency-sources.ts'
import type { ChartDirectory } from '../../../directory/chart-directory.ts'
import type { Logger } from '../../../shared/logger.ts'
import type { NamedChart } from '../../model/plan.ts'
import { type BuiltChart, buildDependencies } from './build-dependencies.ts'
import { chooseDependency } from './choose-dependency.ts'
import { LocalCharts, type LocalChartsOptions } from './local-charts.ts'
import type { RunCharts } from './run-charts.ts'
import { Waits } from './waits.ts'

/** A chart whose dependencies are to be there. */
export interface ChartToBuild {
  readonly directory: ChartDirectory
  /** The time to stamp into it, in seconds since 1970; undefined for now. */
  readonly epoch: number | undefined
  readonly logger: Logger
}

/** What is built, with the charts of the run that went into it. */
export type BuiltOfRun = BuiltChart & { readonly needs: readonly NamedChart[] }

export interface BuilderOptions extends LocalChartsOptions {
  /** Opened when the first dependency needs it. */
  readonly sources: () => Promise<DependencySources>
  readonly runCharts: RunCharts
  /** The private folder of the run. */
  readonly folder: string
}

/** Builds the dependencies of all charts of a run. */
export class DependencyBuilder {
  readonly #options: BuilderOptions
  readonly #locals: LocalCharts
  readonly #waits = new Waits()

  constructor(options: BuilderOptions) {
    this.#options = options
    this.#locals = new LocalCharts(options)
  }

  /** @param self the folder of the chart, without links @throws Failure */
  async build({ directory, epoch, logger }: ChartToBuild, self: string): Promise<BuiltOfRun> {
    const needs = new Set<NamedChart>()
    const { sources, runCharts, folder } = this.#options
    const means = { sources, runCharts, locals: this.#locals, waits: this.#waits, self, logger }
    const built = await buildDependencies(directory, {
      choose: (wanted, chart) => {
        return chooseDependency(wanted, chart, { ...means, needs: (one) => needs.add(one) })
      },
      generated: timeText(epoch),
      folder,
      logger
    })
    return { ...built, needs: [...needs] }
  }
}

/** As Go writes RFC 3339. */
function timeText(epoch: number | undefined): string {
  const date = epoch === undefined ? new Date() : new Date(epoch * 1000)
  return date.toISOString().replace('.000Z', 'Z')
}
