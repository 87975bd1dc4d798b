import { filesIn } from '../chart/archive.ts'
import { type ChartFile, listNames } from '../chart/model/chart-file.ts'
import { type ChartProblem, chartError, chartWarning } from '../chart/model/problem.ts'
import { withNestedFiles } from '../chart/nested-files.ts'
import { failureOf } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { isObject, parseJson } from '../shared/json.ts'
import type { FoundSecret, SecretSearch } from '../shared/secret-search.ts'
import type { ChartArtifact } from './artifact.ts'
import { CHART_TYPE } from './media-types.ts'

interface Place extends FoundSecret {
  /** Where it is, as a clause: `"values.yaml", line 3`. */
  readonly text: string
  /** Of a file that is in the chart's directory as it is. */
  readonly path?: string
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

/** A chart that was searched before. */
interface Searched {
  readonly artifact: ChartArtifact
  readonly searched: SecretSearch
  readonly warnings: readonly { readonly text: string }[]
}

/**
 * The same for what was not searched for before: logins of files are found when a registry is connected to.
 * @param artifact that is to be sent
 * @returns warnings that are new
 * @throws Failure chart, when a secret of 16 characters or more is in the artifact
 */
export function refuseLaterSecrets(
  artifact: ChartArtifact,
  before: Searched,
  search: SecretSearch
): readonly string[] {
  if (search === before.searched && artifact === before.artifact) return []
  const problems = runSecretProblems(filesIn(artifact.chart.bytes), artifact, search)
  const errors = problems.filter(({ allows }) => allows === 'refused')
  if (errors.length > 0) throw failureOf('chart', errors)
  const known = before.warnings.map(({ text }) => text)
  return problems
    .map(({ message, fix }) => `${message} ${fix}`)
    .filter((warning) => !known.includes(warning))
}

function placesInFiles(files: readonly ChartFile[], search: SecretSearch): readonly Place[] {
  const names = Buffer.from(files.map(({ path }) => path).join('\0'), 'latin1')
  const inside = withNestedFiles(files).flatMap((file): readonly Place[] => {
    const found = search.find(file.bytes)
    if (!found) return []
    const name = listNames([file.path])
    // A chart may be named like a password that is a common word.
    if (!found.isLong) return CHART_YAML.test(file.path) ? [] : [{ ...found, text: name }]
    const place = { ...found, text: `${name}, line ${found.line}` }
    const isAsInFolder = files.includes(file) && !isRewritten(file.path)
    return [isAsInFolder ? { ...place, path: file.path } : place]
  })
  return [...inside, ...placeOf(longIn(names, search), 'the name of a file')]
}

const CHART_YAML = /(?:^|\/)Chart\.yaml$/

/** Helm writes Chart.yaml anew, and unpacks subcharts. */
function isRewritten(path: string): boolean {
  return path === 'Chart.yaml' || path.startsWith('charts/')
}

function placesInBlobs(artifact: ChartArtifact, search: SecretSearch): readonly Place[] {
  const { config, manifest, layers } = artifact
  const provenances = layers.filter(({ mediaType }) => mediaType !== CHART_TYPE)
  const annotation = longIn(manifest.bytes, search) ?? search.find(ownAnnotations(artifact))
  return [
    ...placeOf(longIn(config.bytes, search), 'the config, which is created from Chart.yaml'),
    ...placeOf(annotation, `the manifest, see ${input('annotations')}`),
    ...provenances.flatMap(({ bytes }) => placeOf(longIn(bytes, search), 'the provenance'))
  ]
}

function longIn(bytes: Buffer, search: SecretSearch): FoundSecret | undefined {
  const found = search.find(bytes)
  return found?.isLong ? found : undefined
}

/** The values of annotations that do not come from Chart.yaml. */
function ownAnnotations({ config, manifest }: ChartArtifact): Buffer {
  const parsed = parseJson(manifest.bytes)
  const annotations =
    isObject(parsed) && isObject(parsed['annotations']) ? parsed['annotations'] : {}
  const values = Object.values(annotations).filter((value) => typeof value === 'string')
  const own = values.filter((value) => !config.bytes.includes(JSON.stringify(value).slice(1, -1)))
  return Buffer.from(own.join('\0'), 'utf8')
}

function placeOf(found: FoundSecret | undefined, text: string): readonly Place[] {
  return found ? [{ ...found, text }] : []
}

function refusal(places: readonly Place[]): ChartProblem {
  const message = `The chart contains a secret of this run: ${listPlaces(places)}.`
  const fix =
    'Remove it from the chart. If an earlier version was published with it, replace the secret.'
  return at(places, chartError('run-secret', message, fix))
}

/** Without the line, which would give a short secret away. */
function remark(places: readonly Place[]): ChartProblem {
  const message = `A secret of this run with fewer than 16 characters appears in the chart: ${listPlaces(places)}.`
  const fix = 'Remove it from the chart, unless it is a well-known default value.'
  return chartWarning('short-run-secret', message, fix)
}

function at(places: readonly Place[], problem: ChartProblem): ChartProblem {
  const first = places.find(({ path }) => path !== undefined)
  return first?.path === undefined
    ? problem
    : { ...problem, at: { path: Buffer.from(first.path, 'latin1').toString(), line: first.line } }
}

function listPlaces(places: readonly Place[]): string {
  const shown = places.slice(0, PLACES_SHOWN).map(({ text }) => text)
  const more = places.length - shown.length
  return more > 0 ? `${shown.join('; ')} and ${more} more` : shown.join('; ')
}
