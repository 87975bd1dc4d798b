import type { PackedChart } from '../../artifact/packed-chart.ts'
import { type ChartDirectory, readChartDirectory } from '../../directory/chart-directory.ts'
import type { ChartSource, DirectorySource } from '../model/chart-source.ts'
import type { NamedChart } from '../model/plan.ts'
import type { LoadContext, LoadOptions } from '../model/request.ts'
import { takeArchive } from './archive-source.ts'
import { takeFromLayout } from './layout-source.ts'
import { takeFromRegistry } from './registry-source.ts'
import { requestedVersion } from './release-version.ts'

/** A chart whose name and version are known; the version is the one that it will be published with. */
export type LoadedChart = ChartToPackage | PackagedBefore

/** A directory, for helm to package. */
export interface ChartToPackage extends NamedChart {
  readonly kind: 'to-package'
  readonly source: DirectorySource
  readonly directory: ChartDirectory
  /** The version that takes the place of the one in Chart.yaml, if any. */
  readonly requested: string | undefined
}

/** What was packaged before, to be published unchanged. */
export interface PackagedBefore extends NamedChart {
  readonly kind: 'packaged'
  readonly packed: PackedChart
}

/** Reads what names a chart: of a directory the files that decide, of an archive, a layout or a registry all of it. @throws Failure */
export async function loadChart(
  source: ChartSource,
  options: LoadOptions,
  context: LoadContext
): Promise<LoadedChart> {
  switch (source.kind) {
    case 'directory':
      return loadDirectory(source, options, context)
    case 'archive':
      return packagedBefore(source, await takeArchive(source, options, context))
    case 'layout':
      return packagedBefore(source, await takeFromLayout(source, options, context))
    case 'registry':
      return packagedBefore(source, await takeFromRegistry(source, options, context))
  }
}

async function loadDirectory(
  source: DirectorySource,
  { inputs, isOnlyChart, repositories }: LoadOptions,
  { logger, signal }: LoadContext
): Promise<ChartToPackage> {
  const { allowOutsideFiles, dependencies: mode } = inputs
  const options = { allowOutsideFiles, mode, repositories, logger, signal }
  const directory = await readChartDirectory(source.path, options)
  // Where only helm can read Chart.yaml, both are known when it has.
  const { name, version } = directory.metadata ?? { name: '', version: '' }
  const requested = requestedVersion(inputs.version, { name, isOnly: isOnlyChart })
  return { kind: 'to-package', source, directory, requested, name, version: requested ?? version }
}

function packagedBefore(source: ChartSource, packed: PackedChart): PackagedBefore {
  const { name, version } = packed.archive.metadata
  return { kind: 'packaged', source, packed, name, version }
}
