import { type ChartFile, listNames } from './chart-files.ts'
import type { LoadedChart } from './load-chart.ts'
import { type ChartProblem, chartWarning } from './problem.ts'
import type { ByteString } from './tar/byte-string.ts'

const IN_SUBCHART = /^(?:charts\/[^/]+\/)+/
const FIX =
  'Keep one of them in charts/, and package the chart again: which one Helm renders is a matter of chance.'

/** Subcharts of one name side by side: helm gives both one folder, and renders the one that happens to come last. */
export function repeatedSubchartWarnings(
  files: readonly ChartFile[],
  chart: LoadedChart
): readonly ChartProblem[] {
  const paths = new Set([...foldersTwice(files), ...namesTwice(chart).flat()])
  if (paths.size === 0) return []
  const message = `The chart holds two subcharts of one name: ${listNames([...paths])}.`
  return [chartWarning('subchart-repeated', message, FIX)]
}

/** Folders that have a file twice, as helm writes them. */
function foldersTwice(files: readonly ChartFile[]): readonly ByteString[] {
  const seen = new Set<ByteString>()
  return files.flatMap(({ path }) => {
    const [folder] = IN_SUBCHART.exec(path) ?? []
    const isTwice = seen.has(path)
    seen.add(path)
    return folder !== undefined && isTwice ? [folder.slice(0, -1)] : []
  })
}

/** Entries in charts/, at any level, whose charts have the same name; each list holds those of one name. */
export function namesTwice(
  { subcharts }: LoadedChart,
  { folder = '', entersArchives = true }: NameSearch = {}
): readonly (readonly ByteString[])[] {
  const names = new Set(subcharts.map(({ metadata }) => metadata?.name || undefined))
  const here = [...names].flatMap((name) => {
    const paths = subcharts
      .filter(({ metadata }) => name !== undefined && metadata?.name === name)
      .map(({ entry }) => `${folder}charts/${entry}`)
    return paths.length < 2 ? [] : [paths]
  })
  const entered = subcharts.filter(({ isPacked }) => entersArchives || !isPacked)
  const below = entered.flatMap((chart) => {
    return namesTwice(chart, { folder: `${folder}charts/${chart.entry}/`, entersArchives })
  })
  return [...here, ...below]
}

interface NameSearch {
  /** Of the chart, with a slash at its end. */
  readonly folder?: ByteString
  /** Whether subcharts of packed subcharts count. */
  readonly entersArchives?: boolean
}
