import { CHART_LIMIT_BYTES, unpackFiles } from './chart-files.ts'
import { type LoadedChart, loadChart } from './load-chart.ts'
import { type ByteString, type ChartFile, listNames } from './model/chart-file.ts'
import { type ChartProblem, chartWarning } from './model/problem.ts'

/** The subcharts of a chart by their names, in an order. */
export interface SubchartNames {
  readonly name: string
  readonly subcharts: readonly SubchartNames[]
}

/** A small map of Go has eight slots, in the order of insertion; a walk over it begins at a random one (facts of Go 1.24 and newer). */
const SLOTS = 8

/** The subcharts of a chart in the order of its files; what cannot be read in charts/ is left out. */
export function subchartNames({ subcharts }: LoadedChart): readonly SubchartNames[] {
  return subcharts.flatMap((chart) => {
    return chart.metadata ? [{ name: chart.metadata.name, subcharts: subchartNames(chart) }] : []
  })
}

/** How many subcharts there are, those of subcharts included. */
export function countSubcharts(subcharts: readonly SubchartNames[]): number {
  return subcharts.reduce((count, one) => count + 1 + countSubcharts(one.subcharts), 0)
}

/** The subcharts of an archive in the order in which they lie in it; undefined where it cannot be read. */
export function subchartsInArchive(bytes: Buffer): readonly SubchartNames[] | undefined {
  const unpacked = unpackFiles(bytes, 2 * CHART_LIMIT_BYTES)
  if ('problem' in unpacked) return undefined
  const options = { inflateLimitBytes: CHART_LIMIT_BYTES, readsValues: false }
  return subchartNames(loadChart(unpacked.files, options).chart)
}

/** Whether `found` has those of `wanted` in their order, on every level; of equal names nothing can be said. */
export function isInOrder(
  found: readonly SubchartNames[],
  wanted: readonly SubchartNames[]
): boolean {
  const order = wanted.map(({ name }) => name)
  if (new Set(order).size < order.length) return true
  const known = found.filter(({ name }) => order.includes(name))
  return known.every(({ name, subcharts }, index) => {
    const place = order.indexOf(name)
    const before = order.indexOf(known[index - 1]?.name ?? '')
    return place >= before && isInOrder(subcharts, wanted[place]?.subcharts ?? [])
  })
}

/**
 * How likely Helm packs these subcharts in their own order: on each level with up to eight, it begins
 * at a random slot of eight, and an empty one leads back to the first. 0 with more than eight.
 */
export function chanceOfOrder(subcharts: readonly SubchartNames[]): number {
  const count = subcharts.length
  if (count > SLOTS) return 0
  const here = count < 2 ? 1 : (SLOTS + 1 - count) / SLOTS
  return subcharts.reduce((chance, { subcharts: inner }) => chance * chanceOfOrder(inner), here)
}

const IN_SUBCHART = /^(?:charts\/[^/]+\/)+/
const FIX =
  'Remove all but one of them from charts/, and package the chart again: Helm renders one of them at random.'

/** Subcharts of one name side by side: helm gives both one folder, and renders the one that happens to come last. */
export function repeatedSubchartWarnings(
  files: readonly ChartFile[],
  chart: LoadedChart
): readonly ChartProblem[] {
  const paths = new Set([...foldersTwice(files), ...namesTwice(chart).flat()])
  if (paths.size === 0) return []
  const message = `The chart contains two subcharts with the same name: ${listNames([...paths])}.`
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
