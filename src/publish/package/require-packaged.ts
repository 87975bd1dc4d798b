import { basename } from 'node:path'
import type { PackedChart } from '../../artifact/packed-chart.ts'
import type { Metadata } from '../../chart/metadata/metadata.ts'
import { sanitizeText } from '../../chart/metadata/sanitize.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'

/** What was to be packaged. */
export interface WantedChart {
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
    ? new Failure('chart', { message, fix: 'Change Chart.yaml before the run, not during it.' })
    : new Failure('helm', {
        message,
        fix: `Put a genuine helm on PATH, or set ${input('helm-version')}.`
      })
}

function difference(what: string, found: string, wanted: string): readonly string[] {
  return found === wanted ? [] : [`the ${what} "${found}" instead of "${wanted}"`]
}
