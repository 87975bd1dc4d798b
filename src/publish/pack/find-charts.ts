import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { codeOf, failureOf, type Problem } from '../../shared/failure.ts'
import type { Logger } from '../../shared/logger.ts'
import type { Selection } from '../inputs/selection.ts'
import { layoutCharts } from '../layout/layout-charts.ts'
import { layoutReference } from '../layout/layout-reference.ts'

const PATTERN = /[*?[\]{}]/

/**
 * The charts that a selection comes to, as paths in the order in which they were asked for, those of one
 * pattern by name: what is named, of what a pattern matches the directories with a Chart.yaml and the .tgz
 * files, and of an OCI image layout every chart. None twice.
 * @throws Failure usage, when a path is not there, or a pattern matches no chart
 */
export async function findCharts(
  { included, excluded }: Selection,
  logger: Logger
): Promise<readonly string[]> {
  const problems: Problem[] = []
  const found: string[] = []
  for (const line of included) {
    const layout = layoutReference(line)
    if (layout) {
      found.push(...(await layoutCharts(layout, logger)))
      continue
    }
    const charts = PATTERN.test(line) ? await matching(line, excluded) : await named(line, excluded)
    if ('problem' in charts) problems.push(charts.problem)
    else found.push(...charts.paths)
  }
  if (problems.length > 0) throw failureOf('usage', problems)
  return found.filter((path, index) => {
    return found.findIndex((other) => resolve(other) === resolve(path)) === index
  })
}

type Found = { readonly paths: readonly string[] } | { readonly problem: Problem }

async function named(path: string, excluded: readonly string[]): Promise<Found> {
  const found = await stat(path).catch((error: unknown) => codeOf(error) ?? 'unknown error')
  if (typeof found === 'string') {
    const message = `The chart "${path}" cannot be read: ${found}.`
    const fix = 'Give `chart` the path of a chart directory or of an archive.'
    return { problem: { message, fix } }
  }
  const left = await withoutExcluded([path], excluded)
  return { paths: left }
}

async function matching(pattern: string, excluded: readonly string[]): Promise<Found> {
  const matches = await expand(pattern)
  const charts = (await Promise.all(matches.map(chartAt))).filter((path) => path !== undefined)
  const paths = await withoutExcluded(charts, excluded)
  if (charts.length > 0) return { paths }
  const message = `\`chart\` is "${pattern}", which matches no directory with a Chart.yaml and no .tgz file.`
  return { problem: { message, fix: 'Correct the pattern; it starts from the working directory.' } }
}

async function chartAt(path: string): Promise<string | undefined> {
  const isFile = async (name: string) =>
    (await stat(name).catch(() => undefined))?.isFile() === true
  if (path.endsWith('.tgz')) return (await isFile(path)) ? path : undefined
  return (await isFile(join(path, 'Chart.yaml'))) ? path : undefined
}

async function withoutExcluded(
  paths: readonly string[],
  excluded: readonly string[]
): Promise<readonly string[]> {
  const out = (await Promise.all(excluded.map(expand))).flat().map((path) => resolve(path))
  return paths.filter((path) => !out.includes(resolve(path)))
}

/** All that a pattern matches, by name. Folders come without a slash at their end. */
async function expand(pattern: string): Promise<readonly string[]> {
  const { glob } = await import('tinyglobby')
  const found = await glob([pattern], {
    onlyFiles: false,
    expandDirectories: false,
    ignore: ['**/node_modules/**', '**/.git/**']
  })
  return found.map((path) => path.replace(/(.)\/$/, '$1')).sort()
}
