import { type ChartFile, listNames } from '../../chart/chart-files.ts'
import { withNestedFiles } from '../../chart/nested-files.ts'
import { type ChartProblem, chartError, chartWarning } from '../../chart/problem.ts'
import type { FoundSecret, SecretSearch } from '../../shared/secret-search.ts'
import type { ChartArtifact } from './artifact.ts'
import { CHART_TYPE } from './media-types.ts'

interface Place extends FoundSecret {
  /** Where it is, as a clause: `"values.yaml", line 3`. */
  readonly text: string
}

const PLACES_SHOWN = 5

/**
 * Secrets of the run in all that would be published: the files of the archive, unpacked, and their names, config,
 * manifest and provenance. One of 16 characters or more refuses the chart, a shorter one is a warning.
 */
export function runSecretProblems(
  files: readonly ChartFile[],
  artifact: ChartArtifact,
  search: SecretSearch
): readonly ChartProblem[] {
  const places = [...placesInFiles(files, search), ...placesInBlobs(artifact, search)]
  const long = places.filter(({ isLong }) => isLong)
  const short = places.filter(({ isLong }) => !isLong)
  return [...(long.length > 0 ? [refusal(long)] : []), ...(short.length > 0 ? [remark(short)] : [])]
}

function placesInFiles(files: readonly ChartFile[], search: SecretSearch): readonly Place[] {
  return withNestedFiles(files).flatMap(({ path, bytes }) => {
    const name = listNames([path])
    return [
      ...placeOf(search.find(bytes), ({ line }) => `${name}, line ${line}`),
      ...placeOf(search.find(Buffer.from(path, 'latin1')), () => 'the name of a file')
    ]
  })
}

function placesInBlobs(
  { config, manifest, layers }: ChartArtifact,
  search: SecretSearch
): readonly Place[] {
  const provenances = layers.filter(({ mediaType }) => mediaType !== CHART_TYPE)
  return [
    ...placeOf(search.find(config.bytes), () => 'the config that is made of Chart.yaml'),
    ...placeOf(search.find(manifest.bytes), () => 'the manifest, see `annotations`'),
    ...provenances.flatMap(({ bytes }) => placeOf(search.find(bytes), () => 'the provenance'))
  ]
}

function placeOf(
  found: FoundSecret | undefined,
  text: (found: FoundSecret) => string
): readonly Place[] {
  return found ? [{ ...found, text: text(found) }] : []
}

function refusal(places: readonly Place[]): ChartProblem {
  const message = `The chart holds a secret of this run: ${listPlaces(places)}.`
  const fix = 'Remove it there. If the chart was published with it before, replace the secret.'
  return chartError('run-secret', message, fix)
}

function remark(places: readonly Place[]): ChartProblem {
  const message = `A secret of this run with fewer than 16 characters appears in the chart: ${listPlaces(places)}.`
  const fix = 'If the chart does not have it by intention, as a known default, remove it there.'
  return chartWarning('short-run-secret', message, fix)
}

function listPlaces(places: readonly Place[]): string {
  const shown = places.slice(0, PLACES_SHOWN).map(({ text }) => text)
  const more = places.length - shown.length
  return more > 0 ? `${shown.join('; ')} and ${more} more` : shown.join('; ')
}
