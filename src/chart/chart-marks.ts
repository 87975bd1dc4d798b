import { type ChartFile, listNames } from './chart-files.ts'
import type { LoadedChart, Subchart } from './load-chart.ts'
import { type ChartProblem, missingMark, PACKAGE_BY_HELM } from './problem.ts'
import { toByteString } from './tar/byte-string.ts'
import { YamlError } from './yaml/error.ts'
import { readYaml } from './yaml/read-yaml.ts'

/** The keys that `helm package` writes, in its order: that of their bytes (helm, pkg/chart/v2/metadata.go, through JSON). */
const KEYS = [
  'annotations',
  'apiVersion',
  'appVersion',
  'condition',
  'dependencies',
  'deprecated',
  'description',
  'home',
  'icon',
  'keywords',
  'kubeVersion',
  'maintainers',
  'name',
  'sources',
  'tags',
  'type',
  'version'
]
/** Outside of the top level all lines are indented or begin a list item, and helm writes no comments. */
const FOREIGN_LINE = /^(?:#|---|\.\.\.|%)|\r/m

/** `helm package` writes Chart.yaml anew: known keys alone, sorted, without comments. */
export function chartYamlMark(files: readonly ChartFile[]): readonly ChartProblem[] {
  const file = files.find(({ path }) => path === 'Chart.yaml')
  if (!file || isRewritten(file.bytes)) return []
  const message =
    'Chart.yaml stands in the archive as it was written by hand; `helm package` writes it anew, with sorted keys and without comments.'
  return [missingMark('chart-yaml-not-rewritten', message, PACKAGE_BY_HELM)]
}

function isRewritten(bytes: Buffer): boolean {
  if (FOREIGN_LINE.test(bytes.toString('utf8'))) return false
  const keys = keysIn(bytes)
  const places = keys.map((key) => KEYS.indexOf(key))
  return places.every((place, index) => place > (places[index - 1] ?? -1))
}

/** The keys of a YAML map, in their order; none where it cannot be read, which is told elsewhere. */
function keysIn(bytes: Buffer): readonly string[] {
  try {
    const value = readYaml(bytes)
    return value.kind === 'map' ? [...value.entries.keys()] : []
  } catch (error) {
    if (error instanceof YamlError) return []
    throw error
  }
}

/** `helm package` unpacks subcharts and names their folders after them, on every level. */
export function subchartMarks({ subcharts }: LoadedChart): readonly ChartProblem[] {
  const all = subcharts.flatMap(withNested)
  const packed = all.filter(({ isPacked }) => isPacked).map(({ entry }) => entry)
  const renamed = all
    .filter(({ entry, isPacked, metadata }) => {
      return !isPacked && metadata && toByteString(metadata.name) !== entry
    })
    .map(({ entry }) => entry)
  return [
    ...mark('subchart-packed', 'Subcharts are still packed, which helm unpacks', packed),
    ...mark(
      'subchart-folder-not-name',
      'Folders in charts/ do not bear the names of their charts',
      renamed
    )
  ]
}

function withNested(chart: Subchart): readonly Subchart[] {
  return [chart, ...chart.subcharts.flatMap(withNested)]
}

function mark(code: string, what: string, entries: readonly string[]): readonly ChartProblem[] {
  return entries.length === 0
    ? []
    : [missingMark(code, `${what}: ${listNames(entries)}.`, PACKAGE_BY_HELM)]
}
