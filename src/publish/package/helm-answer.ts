import { basename, relative } from 'node:path'
import type { PackedChart } from '../../artifact/packed-chart.ts'
import type { Metadata } from '../../chart/metadata/metadata.ts'
import { sanitizeText } from '../../chart/metadata/sanitize.ts'
import { faultyPlace } from '../../chart/source-location.ts'
import type { ChartDirectory } from '../../directory/chart-directory.ts'
import { Failure, problemOf } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { LFS_FIX } from '../../shared/lfs-pointer.ts'

/** A refusal of helm at the line that is to blame; where none is found, only helm knows what is wrong. */
export async function explained(
  failure: Failure,
  chart: string,
  directory: ChartDirectory
): Promise<Failure> {
  const pointers = await directory.lfsPointers()
  if (pointers.length > 0) return withLfsHint(failure, pointers)
  const place = await faultyPlace(chart, failure.message)
  if (!place) return failure
  const fix = `Fix ${relative(chart, place.file)}, line ${place.line}.`
  return new Failure('chart', { ...problemOf(failure), fix, place })
}

/** Helm knows nothing of Git LFS, and finds a pointer malformed. */
function withLfsHint(failure: Failure, pointers: readonly string[]): Failure {
  const names = pointers.map((path) => `"${path}"`).join(', ')
  const { message, why = '' } = problemOf(failure)
  const found = `${why} The chart contains Git LFS pointers instead of files: ${names}.`.trimStart()
  return new Failure('chart', { message, why: found, fix: LFS_FIX }, failure)
}

/** What was to be packaged. */
interface WantedChart {
  /** Its directory. */
  readonly chart: string
  /** As helm got it; undefined leaves that of Chart.yaml. */
  readonly version: string | undefined
  readonly appVersion: string | undefined
  /** Chart.yaml as it was before helm was started; undefined where only helm can read it. */
  readonly source: Metadata | undefined
}

/**
 * Requires that helm has packaged what was asked for, in a file with the usual name.
 * @throws Failure helm, when it ignored a version; chart, when Chart.yaml was changed in between
 */
export function requirePackaged({ path, archive }: PackedChart, wanted: WantedChart): void {
  const { chart, version, appVersion } = wanted
  const found = archive.metadata
  const source = wanted.source ?? { name: found.name, version: found.version }
  const differences = [
    ...difference('name', found.name, source.name),
    ...difference('version', found.version, version ?? source.version),
    // Helm sanitizes it when it saves the chart.
    ...difference('app version', found.appVersion, sanitizeText(appVersion ?? found.appVersion)),
    ...difference('file name', basename(path), `${found.name}-${found.version}.tgz`)
  ]
  if (differences.length === 0) return
  const message = `helm packaged "${chart}" with ${differences.join(', and with ')}.`
  const hasOtherVersion = version === undefined && found.version !== source.version
  const hasChanged = found.name !== source.name || hasOtherVersion
  throw hasChanged
    ? new Failure('chart', { message, fix: 'Do not change Chart.yaml during the run.' })
    : new Failure('helm', {
        message,
        fix: `Put a genuine helm on PATH, or set ${input('helm-version')}.`
      })
}

function difference(what: string, found: string, wanted: string): readonly string[] {
  return found === wanted ? [] : [`the ${what} "${found}" instead of "${wanted}"`]
}
