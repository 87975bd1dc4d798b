import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { placeEntries } from './chart-files.ts'
import { type LoadedChart, loadChart } from './load-chart.ts'
import { loadMetadata } from './metadata/load-metadata.ts'
import { gunzip } from './tar/gzip.ts'
import { readTar } from './tar/tar.ts'

/** The subcharts of a chart by their names, in an order. */
export interface SubchartNames {
  readonly name: string
  readonly subcharts: readonly SubchartNames[]
}

/** Larger ones are left to Helm's own check (helm, MaxDecompressedChartSize). */
const LARGEST_CHART_BYTES = 100 * 1024 * 1024
/** A small map of Go has eight slots, in the order of insertion; a walk over it begins at a random one (facts of Go 1.24 and newer). */
const SLOTS = 8

/**
 * The subcharts of a chart directory in the order in which Helm finds them: that of the bytes of the
 * entries in charts/. What cannot be read there is left out: an empty folder, a file that .helmignore names.
 */
export async function subchartsInSource(directory: string): Promise<readonly SubchartNames[]> {
  const folder = join(directory, 'charts')
  const entries = await readdir(folder, { encoding: 'latin1' }).catch(() => [])
  const names = entries.filter((entry) => !/^[_.]/.test(entry) && !entry.endsWith('.prov')).sort()
  const found: SubchartNames[] = []
  for (const name of names) {
    const subchart = await readSubchart(join(folder, Buffer.from(name, 'latin1').toString('utf8')))
    if (subchart) found.push(subchart)
  }
  return found
}

/** The subcharts of an archive in the order in which they lie in it; undefined where it cannot be read. */
export function subchartsInArchive(bytes: Buffer): readonly SubchartNames[] | undefined {
  const chart = loadArchive(bytes)
  return chart && namesOf(chart)?.subcharts
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

async function readSubchart(path: string): Promise<SubchartNames | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (!found || found.size > LARGEST_CHART_BYTES) return undefined
  if (!found.isDirectory()) return namesOf(loadArchive(await readFile(path)))
  const bytes = await readFile(join(path, 'Chart.yaml')).catch(() => undefined)
  const loaded = bytes && loadMetadata([{ path: 'Chart.yaml', bytes }])
  if (!loaded || 'problem' in loaded) return undefined
  return { name: loaded.metadata.name, subcharts: await subchartsInSource(path) }
}

function loadArchive(bytes: Buffer): LoadedChart | undefined {
  const unzipped = gunzip(bytes, 2 * LARGEST_CHART_BYTES)
  const read = 'member' in unzipped ? readTar(unzipped.member.body) : unzipped
  if ('problem' in read) return undefined
  return loadChart(placeEntries(read.tar.entries).files, LARGEST_CHART_BYTES).chart
}

function namesOf(chart: LoadedChart | undefined): SubchartNames | undefined {
  if (!chart?.metadata) return undefined
  const subcharts = chart.subcharts.map(namesOf)
  const known = subcharts.filter((subchart) => subchart !== undefined)
  return known.length === subcharts.length
    ? { name: chart.metadata.name, subcharts: known }
    : undefined
}
