import { lstat, stat } from 'node:fs/promises'
import { basename, dirname, join, normalize } from 'node:path'

/** Whether a path is a directory with a Chart.yaml, or a .tgz file. */
export async function isChart(path: string): Promise<boolean> {
  return path.endsWith('.tgz') ? isFile(path) : hasChartYaml(path)
}

/** The chart that an archive is a subchart of, since it lies in its charts/. */
export async function parentChart(archive: string): Promise<string | undefined> {
  const folder = dirname(normalize(archive))
  if (!archive.endsWith('.tgz') || basename(folder) !== 'charts') return undefined
  const parent = dirname(folder)
  return (await hasChartYaml(parent)) ? outermost(parent) : undefined
}

/**
 * The chart directory that a file is part of, as lists of changed files name them: not the subchart, but the chart that
 * it is packaged with. Undefined for what is named as an archive, and for files of no chart.
 */
export async function holdingChart(file: string): Promise<string | undefined> {
  if (/\.(?:tgz|tar\.gz)$/.test(file)) return undefined
  let folder = dirname(normalize(file))
  while (!(await hasChartYaml(folder))) {
    const above = dirname(folder)
    if (above === folder || basename(folder) === '..') return undefined
    folder = above
  }
  return outermost(folder)
}

async function outermost(chart: string): Promise<string> {
  const charts = dirname(chart)
  const parent = dirname(charts)
  const isSubchart = basename(charts) === 'charts' && (await hasChartYaml(parent))
  return isSubchart ? outermost(parent) : chart
}

async function hasChartYaml(folder: string): Promise<boolean> {
  return isFile(join(folder, 'Chart.yaml'))
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true
}

/** Whether there is something at a path, be it a link to nothing. */
export async function isPath(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined
}
