import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { LARGEST_ARCHIVE_BYTES } from '../../../artifact/archive-file.ts'
import { type FetchedChart, readFetched } from '../../../dependencies/fetched-chart.ts'
import type { ChartDirectory } from '../../../directory/chart-directory.ts'
import type { WantedDependency } from '../../../directory/charts-plan.ts'
import { workTreeOf } from '../../../directory/work-tree.ts'
import { Failure } from '../../../shared/failure.ts'
import { fileFault } from '../../../shared/file-fault.ts'
import { input } from '../../../shared/input-name.ts'
import type { Logger } from '../../../shared/logger.ts'
import { readRegularFile } from '../../../shared/regular-file.ts'
import { isWithin } from '../../../shared/within.ts'
import type { NamedChart } from '../../model/plan.ts'

export interface LocalChartsOptions {
  readonly allowOutsideFiles: boolean
  /** Reads a chart directory, as those that are published. @throws Failure */
  readonly read: (path: string) => Promise<ChartDirectory>
  /** Packages a chart with its own dependencies. @throws Failure */
  readonly pack: (chart: LocalChart, logger: Logger) => Promise<PackedLocal>
  readonly signal: AbortSignal
}

/** A chart directory that `file://` leads to. */
export interface LocalChart {
  /** Without links: the same for all who want it. */
  readonly folder: string
  readonly directory: ChartDirectory
}

export interface PackedLocal {
  /** Of the archive. */
  readonly path: string
  /** The charts of the run that went into it. */
  readonly needs: readonly NamedChart[]
}

type LocalArchive = FetchedChart & PackedLocal

/**
 * The chart directories that dependencies of a run lead to by `file://`: each is read and packaged once, with its own
 * dependencies, which helm leaves out without a word.
 */
export class LocalCharts {
  readonly #options: LocalChartsOptions
  readonly #read = new Map<string, Promise<ChartDirectory>>()
  readonly #packed = new Map<string, Promise<LocalArchive>>()

  constructor(options: LocalChartsOptions) {
    this.#options = options
  }

  /** The chart that a dependency of `chart` leads to. @throws Failure chart */
  async find(wanted: WantedDependency, chart: ChartDirectory): Promise<LocalChart> {
    const { name, repository } = wanted.dependency
    const path = wanted.repository.kind === 'local' ? wanted.repository.path : ''
    const target = resolve(chart.path, path)
    const folder = await realpath(target).catch((error: unknown) => {
      const message = `The chart of the dependency ${name} cannot be found: "${repository}" points to "${target}": ${fileFault(error)}.`
      throw new Failure(
        'chart',
        { message, fix: 'Correct the path; it is relative to the chart.' },
        error
      )
    })
    if (!this.#options.allowOutsideFiles) await refuseOutside(folder, wanted, chart)
    const known = this.#read.get(folder) ?? this.#options.read(target)
    this.#read.set(folder, known)
    return { folder, directory: await known }
  }

  /** The archive that `helm package` makes of a chart. @throws Failure */
  package(chart: LocalChart, logger: Logger): Promise<LocalArchive> {
    const known = this.#packed.get(chart.folder) ?? this.#package(chart, logger)
    this.#packed.set(chart.folder, known)
    return known
  }

  async #package(chart: LocalChart, logger: Logger): Promise<LocalArchive> {
    const { pack, signal } = this.#options
    const packed = await pack(chart, logger)
    const options = { largest: LARGEST_ARCHIVE_BYTES, refusesLinks: true, signal }
    const { bytes } = await readRegularFile(packed.path, options)
    const fileName = chart.directory.path
    return { ...packed, ...readFetched(bytes, { path: packed.path, fileName }) }
  }
}

async function refuseOutside(
  folder: string,
  { dependency: { name, repository } }: WantedDependency,
  chart: ChartDirectory
): Promise<void> {
  const workTree = await workTreeOf(await realpath(chart.path))
  if (isWithin(folder, workTree)) return
  const message = `The dependency ${name} is outside of the work tree "${workTree}": "${repository}" points to "${folder}".`
  const fix = `Move the chart into the work tree. If you want to publish it, set ${input('allow-outside-files', 'true')}.`
  throw new Failure('chart', { message, fix })
}
