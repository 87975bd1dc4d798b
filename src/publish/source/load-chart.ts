import { isDirectory } from '../../artifact/archive-file.ts'
import { layoutReference } from '../../artifact/layout-charts.ts'
import type { PackedChart } from '../../artifact/packed-chart.ts'
import type { Metadata } from '../../chart/metadata/metadata.ts'
import type { RunContext } from '../model/context.ts'
import type { PackRequest } from '../model/request.ts'
import { takeArchive } from './archive-source.ts'
import { readSource, type Source } from './directory/chart-directory.ts'
import { takeFromLayout } from './layout-source.ts'
import { requestedVersion } from './release-version.ts'

/** A chart whose name and version are known. */
export type LoadedChart = (SourceChart | TakenChart) & {
  readonly name: string
  /** The one that it will be published with. */
  readonly version: string
}

/** A directory, for helm to package. */
export interface SourceChart {
  readonly kind: 'source'
  readonly source: Source
  /** The version that takes the place of the one in Chart.yaml, if any. */
  readonly requested: string | undefined
}

/** What was packaged before, to be published as it is. */
export interface TakenChart {
  readonly kind: 'taken'
  readonly packed: PackedChart
}

/** Reads what names a chart: of a directory the files that decide, of an archive or a layout all of it. @throws Failure */
export async function loadChart(request: PackRequest, context: RunContext): Promise<LoadedChart> {
  const layout = layoutReference(request.chart)
  if (layout) return taken(await takeFromLayout(layout, request, context))
  if (!(await isDirectory(request.chart))) return taken(await takeArchive(request, context))
  const source = await readSource(request.chart, { ...request, ...context })
  // Where only helm can read Chart.yaml, both are known when it has.
  const { name, version } = source.metadata ?? { name: '', version: '' }
  const requested = requestedVersion(request.version, { name, isOnly: request.isOnlyChart })
  return { kind: 'source', source, requested, name, version: requested ?? version }
}

function taken(packed: PackedChart): LoadedChart {
  const { name, version }: Metadata = packed.archive.metadata
  return { kind: 'taken', packed, name, version }
}
