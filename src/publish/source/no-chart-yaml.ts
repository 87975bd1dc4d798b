import type { Dirent } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { chartError } from '../../chart/problem.ts'
import { type Failure, failureOf } from '../../shared/failure.ts'

/** Charts lie one or two folders below the root of a repository: `charts/storefront`. */
const LEVELS = 2
/** Which folders are searched for charts, at each level: this is only a hint. */
const MOST_FOLDERS = 200
/** What `actions/checkout`, helm and npm leave beside charts. */
const NO_CHARTS = /^(?:\.|node_modules$)/

/**
 * The failure for a directory without a Chart.yaml, which is the wrong directory, whatever else is wrong in it. The fix
 * names the charts in it. Undefined where there is a Chart.yaml, or a file that was meant to be one.
 */
export async function noChartYaml(chart: string): Promise<Failure | undefined> {
  const entries = await readdir(chart, { withFileTypes: true }).catch(() => undefined)
  if (!entries || entries.some(({ name }) => /^chart\.ya?ml$/i.test(name))) return undefined
  const message = `There is no Chart.yaml in "${chart}".`
  return failureOf('chart', [
    chartError('chart-yaml-missing', message, await adviceFor(chart, entries))
  ])
}

async function adviceFor(chart: string, entries: readonly Dirent[]): Promise<string> {
  const names = entries.map(({ name }) => name)
  if (names.length === 0) return 'The folder is empty: check the repository out in an earlier step.'
  if (names.includes('oci-layout')) return `Give \`chart\` "oci-layout:${chart}".`
  const charts = await chartsBelow(chart, LEVELS)
  const [first] = charts
  if (first !== undefined) {
    const isOne = charts.length === 1
    return `Give \`chart\` "${first}"${isOne ? '' : `, or "${join(dirname(first), '*')}" for all that are beside it`}.`
  }
  if (names.some((name) => name.endsWith('.tgz'))) {
    return `Give \`chart\` "${join(chart, '*.tgz')}" for the archives in it.`
  }
  return 'Give `chart` the directory that holds Chart.yaml.'
}

/** The nearest charts in a folder, by name. */
async function chartsBelow(folder: string, levels: number): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const folders = entries
    .filter((entry) => entry.isDirectory() && !NO_CHARTS.test(entry.name))
    .map(({ name }) => join(folder, name))
    .sort()
    .slice(0, MOST_FOLDERS)
  const charts: string[] = []
  for (const path of folders) if (await hasChartYaml(path)) charts.push(path)
  if (charts.length > 0 || levels === 1) return charts
  for (const path of folders) {
    const below = await chartsBelow(path, levels - 1)
    if (below.length > 0) return below
  }
  return []
}

async function hasChartYaml(folder: string): Promise<boolean> {
  return (await lstat(join(folder, 'Chart.yaml')).catch(() => undefined))?.isFile() === true
}
