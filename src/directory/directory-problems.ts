import type { Dirent } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { listNames, toText } from '../chart/model/chart-file.ts'
import { type ChartProblem, chartError } from '../chart/model/problem.ts'
import { gitProblem } from '../chart/unwanted-files.ts'
import { type Failure, failureOf } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { Obstacle, SourceLink, SourceTree } from './tree.ts'

const SHOWN = 5

/** What in a chart directory keeps helm from packaging it, or must not be packaged. */
export function treeProblems(tree: SourceTree): readonly ChartProblem[] {
  const { obstacles, gitFolders, isTooLarge } = tree
  const badLinks = [...tree.badLinks, ...tree.linkLoops]
  return [
    ...(badLinks.length > 0 ? [badLinkProblem(badLinks)] : []),
    ...(obstacles.length > 0 ? [obstacleProblem(obstacles)] : []),
    ...(gitFolders.length > 0 ? [gitProblem(gitFolders)] : []),
    ...(isTooLarge ? [tooManyFiles(tree)] : [])
  ]
}

function badLinkProblem(links: readonly Obstacle[]): ChartProblem {
  const message = `Helm cannot follow links in the chart: ${listObstacles(links)}.`
  const fix =
    'Remove them, or let them point to a file or folder; Helm follows links even if .helmignore excludes them.'
  return chartError('source-link-broken', message, fix)
}

function obstacleProblem(obstacles: readonly Obstacle[]): ChartProblem {
  const message = `The chart contains files that Helm cannot package: ${listObstacles(obstacles)}.`
  const fix = 'Replace them with readable regular files or folders, or remove them.'
  return chartError('source-not-regular', message, fix)
}

function listObstacles(obstacles: readonly Obstacle[]): string {
  const shown = obstacles.slice(0, SHOWN).map(({ path, why }) => `${listNames([path])} (${why})`)
  const more = obstacles.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}

function tooManyFiles({ files }: SourceTree): ChartProblem {
  const message = `The chart has too many files and folders; ${files.length} were counted.`
  const fix = 'Add folders that do not belong to the chart to .helmignore.'
  return chartError('source-too-many-files', message, fix)
}

/** Links that lead out of the work tree, which needs consent: what they lead to is published. */
export function outsideLinkProblem(
  links: readonly SourceLink[],
  workTree: string
): readonly ChartProblem[] {
  if (links.length === 0) return []
  const message = `Links point to files outside of the work tree "${workTree}", which would be published: ${listLinks(links)}.`
  const fix = `Copy the files into the chart. If you want to publish them, set ${input('allow-outside-files', 'true')}.`
  return [chartError('source-link-outside', message, fix)]
}

/** What is worth knowing of links that lead out of the chart and are followed. */
export function linkNotice(chart: string, links: readonly SourceLink[]): string | undefined {
  if (links.length === 0) return undefined
  return `${chart}: links point to files outside of the chart, which are packaged: ${listLinks(links)}.`
}

function listLinks(links: readonly SourceLink[]): string {
  const shown = links.slice(0, SHOWN).map(({ path, realPath }) => {
    return `"${toText(path)}" to "${toText(realPath)}"`
  })
  const more = links.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}

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
  const message = `"${chart}" does not contain a Chart.yaml.`
  return failureOf('chart', [
    chartError('chart-yaml-missing', message, await adviceFor(chart, entries))
  ])
}

async function adviceFor(chart: string, entries: readonly Dirent[]): Promise<string> {
  const names = entries.map(({ name }) => name)
  if (names.length === 0) return 'The folder is empty: check out the repository in an earlier step.'
  if (names.includes('oci-layout')) return `Set ${input('chart')} to "oci-layout:${chart}".`
  const charts = await chartsBelow(chart, LEVELS)
  const [first] = charts
  if (first !== undefined) {
    const isOne = charts.length === 1
    return `Set ${input('chart')} to "${first}"${isOne ? '' : `, or "${join(dirname(first), '*')}" for all charts next to it`}.`
  }
  if (names.some((name) => name.endsWith('.tgz'))) {
    return `Set ${input('chart')} to "${join(chart, '*.tgz')}" for the archives in it.`
  }
  return `Set ${input('chart')} to the directory that contains Chart.yaml.`
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
