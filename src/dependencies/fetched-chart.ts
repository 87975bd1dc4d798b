import { CHART_LIMIT_BYTES, unpackFiles } from '../chart/chart-files.ts'
import { loadChart } from '../chart/load-chart.ts'
import type { ChartProblem } from '../chart/model/problem.ts'
import { digestOf } from '../oci/spec/blob.ts'
import { Failure } from '../shared/failure.ts'

/** An archive of a dependency, in a file, that Helm can load. */
export interface FetchedChart {
  readonly path: string
  readonly name: string
  readonly version: string
  readonly digest: string
}

interface FetchedFile {
  /** Where it is kept. */
  readonly path: string
  /** For messages. */
  readonly fileName: string
}

/** What a dependency that was fetched holds. Helm takes what is no chart without a word. @throws Failure chart */
export function readFetched(bytes: Buffer, { path, fileName }: FetchedFile): FetchedChart {
  const unpacked = unpackFiles(bytes, 2 * CHART_LIMIT_BYTES)
  if ('problem' in unpacked) throw unusable(fileName, [unpacked.problem])
  const loaded = loadChart(unpacked.files, {
    inflateLimitBytes: CHART_LIMIT_BYTES,
    readsValues: false
  })
  const { metadata } = loaded.chart
  const problems = [...unpacked.problems, ...loaded.problems]
  const errors = problems.filter(({ allows, isDoubtful }) => allows === 'refused' && !isDoubtful)
  if (!metadata || errors.length > 0)
    throw unusable(fileName, errors.length > 0 ? errors : problems)
  return { path, name: metadata.name, version: metadata.version, digest: digestOf(bytes) }
}

function unusable(fileName: string, problems: readonly ChartProblem[]): Failure {
  const message = `The dependency ${fileName} was fetched, but is not valid:`
  const why = problems.map((problem) => problem.message).join(' ')
  const fix = 'Declare another version, or ask the owners of the repository to publish it again.'
  return new Failure('chart', { message, why, fix })
}
