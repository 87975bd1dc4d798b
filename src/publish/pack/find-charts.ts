import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { withoutLogin } from '../../oci/spec/reference.ts'
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
    const charts = PATTERN.test(line) ? await matching(line) : await named(line)
    if ('problem' in charts) problems.push(charts.problem)
    else found.push(...charts.paths)
  }
  if (problems.length > 0) throw failureOf('usage', problems)
  const left = await withoutExcluded(found, excluded, logger)
  return left.filter((path, index) => {
    return left.findIndex((other) => resolve(other) === resolve(path)) === index
  })
}

type Found = { readonly paths: readonly string[] } | { readonly problem: Problem }

async function named(path: string): Promise<Found> {
  const found = await stat(path).catch((error: unknown) => codeOf(error) ?? 'unknown error')
  if (typeof found === 'string') {
    const message = `The chart "${withoutLogin(path)}" cannot be read: ${found}.`
    const fix = 'Give `chart` the path of a chart directory or of an archive.'
    return { problem: { message, fix } }
  }
  return { paths: [path] }
}

async function matching(pattern: string): Promise<Found> {
  const matches = await expand(pattern)
  const paths = (await Promise.all(matches.map(chartAt))).filter((path) => path !== undefined)
  if (paths.length > 0) return { paths }
  const message = `\`chart\` is "${withoutLogin(pattern)}", which matches no directory with a Chart.yaml and no .tgz file.`
  return { problem: { message, fix: 'Correct the pattern; it starts from the working directory.' } }
}

async function chartAt(path: string): Promise<string | undefined> {
  const isFile = async (name: string) =>
    (await stat(name).catch(() => undefined))?.isFile() === true
  if (path.endsWith('.tgz')) return (await isFile(path)) ? path : undefined
  return (await isFile(join(path, 'Chart.yaml'))) ? path : undefined
}

/** What is left of the charts; a line that leaves none of them out is told, since it was written to. */
async function withoutExcluded(
  charts: readonly string[],
  excluded: readonly string[],
  logger: Logger
): Promise<readonly string[]> {
  const out = new Set<string>()
  for (const line of excluded) {
    const paths = (await expand(line)).map((path) => resolve(path))
    if (!charts.some((chart) => paths.includes(resolve(chart))))
      logger.warning(idleLine(line, charts))
    for (const path of paths) out.add(path)
  }
  return charts.filter((chart) => !out.has(resolve(chart)))
}

function idleLine(line: string, charts: readonly string[]): string {
  const ofLayout = charts.some((chart) => layoutReference(chart))
    ? ' What is in an OCI image layout is published as a whole, or by its digest.'
    : ''
  return `\`chart\` has the line "!${withoutLogin(line)}", which leaves no chart out.${ofLayout}`
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
