import { resolve } from 'node:path'
import { withoutLogin } from '../../oci/spec/reference.ts'
import { failureOf, type Problem } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { type ChartSource, registryEntry, sourceText } from '../model/chart-source.ts'
import type { IfNoChartsFound, Selection } from '../model/request.ts'
import { type EntryCharts, type EntryOptions, entryCharts, together } from './entry-charts.ts'
import { missing, reportMissing } from './entry-problems.ts'
import { type ExpandOptions, expandPattern, listParts } from './expand-pattern.ts'
import { isPath } from './holding-chart.ts'

export interface FindOptions extends EntryOptions {
  readonly ifNoChartsFound: IfNoChartsFound
}

/**
 * The charts of a selection in the order in which they were asked for, those of one pattern by name: what is named, of what a pattern matches the directories with a Chart.yaml and the .tgz files, of an OCI image layout every
 * chart, and the chart that holds a file which is named. None twice; none at all only where `ifNoChartsFound` allows it.
 * @throws Failure usage, when a path does not exist, or when something names no chart and that is an error
 */
export async function findCharts(
  { included, excluded }: Selection,
  options: FindOptions
): Promise<readonly ChartSource[]> {
  const { ifNoChartsFound, logger } = options
  const found = await entriesTogether(included, options)
  const absent = [...found.missing, ...(included.length === 0 ? [noEntries(excluded)] : [])]
  const charts = distinct(found.sources)
  const problems = [
    ...found.problems,
    ...lonelySubcharts(found, charts),
    ...(await ambiguousExclusions(excluded))
  ]
  if (problems.length > 0) {
    throw failureOf('usage', [...problems, ...(ifNoChartsFound === 'error' ? absent : [])])
  }
  reportMissing(absent, ifNoChartsFound, logger)
  for (const line of holderLines(found)) logger.info(line)
  if (charts.length === 0) return charts
  const left = await withoutExcluded(charts, excluded, options)
  if (left.length === 0) reportMissing([allExcluded()], ifNoChartsFound, logger)
  return left
}

async function entriesTogether(
  entries: readonly string[],
  options: EntryOptions
): Promise<EntryCharts> {
  const found: EntryCharts[] = []
  for (const entry of entries) found.push(await entryCharts(entry, options))
  return together(found)
}

function noEntries(excluded: readonly string[]): Problem {
  const what = excluded.length === 0 ? 'is empty' : 'has only lines with `!`'
  return missing(`No charts found: ${input('chart')} ${what}.`, 'Name a chart')
}

function allExcluded(): Problem {
  const message = `No charts found: the lines with \`!\` in ${input('chart')} exclude all of them.`
  return missing(message, 'Exclude fewer')
}

function distinct(sources: readonly ChartSource[]): readonly ChartSource[] {
  const seen = new Set<string>()
  return sources.filter((source) => {
    const key = keyOf(source)
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
}

/** Equal for equal charts, however their paths are written. */
function keyOf(source: ChartSource): string {
  const text = sourceText(source)
  return source.kind === 'registry' ? text : resolve(text)
}

/** Lists of changed files have the archives in charts/ of a chart, too, which are not meant as charts of their own. */
function lonelySubcharts(
  { subcharts }: EntryCharts,
  charts: readonly ChartSource[]
): readonly Problem[] {
  const chosen = new Set(charts.map(keyOf))
  const lonely = subcharts.filter(({ parent }) => !chosen.has(resolve(parent)))
  return lonely.map(({ path, parent }) => {
    const message = `The archive "${path}" is a subchart of "${parent}".`
    const fix = `Set ${input('chart')} to "${parent}" to publish that chart; to publish the subchart, copy its archive to another folder.`
    return { message, fix }
  })
}

/** What is said of charts that are taken since files of theirs are named. */
function holderLines({ holders, subcharts }: EntryCharts): readonly string[] {
  const counts = new Map<string, number>()
  const named = [...holders, ...subcharts.map(({ parent }) => parent)]
  for (const path of named) counts.set(path, (counts.get(path) ?? 0) + 1)
  return [...counts].map(([path, count]) => {
    const files = count === 1 ? 'a file' : `${count} files`
    return `${input('chart')} names ${files} of "${path}": the whole chart is published.`
  })
}

/** What is left of the charts. A line that excludes none of them causes a warning: it was written for a reason. */
async function withoutExcluded(
  charts: readonly ChartSource[],
  excluded: readonly string[],
  options: ExpandOptions
): Promise<readonly ChartSource[]> {
  const present = new Set(charts.map(keyOf))
  const out = new Set<string>()
  for (const line of excluded) {
    const paths = (await matches(line, options)).map((path) => resolve(path))
    if (!paths.some((path) => present.has(path))) options.logger.warning(idleLine(line, charts))
    for (const path of paths) out.add(path)
  }
  return charts.filter((chart) => !out.has(keyOf(chart)))
}

/** What a line matches, or, where it matches nothing, the parts of the list that it may be. */
async function matches(line: string, options: ExpandOptions): Promise<readonly string[]> {
  const whole = await expandPattern(line, options)
  if (whole.length > 0) return whole
  const parts = listParts(line).map((part) => part.replace(/^!/, ''))
  return (await Promise.all(parts.map((part) => expandPattern(part, options)))).flat()
}

function idleLine(line: string, charts: readonly ChartSource[]): string {
  const ofLayout = charts.some(({ kind }) => kind === 'layout')
    ? ' An OCI image layout is published as a whole, or a single chart of it by its digest.'
    : ''
  const ofRegistry = registryEntry(line)
    ? ' Charts of a registry are named one by one, and none is excluded.'
    : ''
  return `${input('chart')} has the line "!${withoutLogin(line)}", which excludes no chart.${ofLayout}${ofRegistry}`
}

/**
 * Lines with `!` that are the path of a file, or begin a list with one: lists of changed files have names that others
 * chose, which must not keep charts from being published.
 */
async function ambiguousExclusions(excluded: readonly string[]): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const line of excluded) {
    const parts = [`!${line}`, ...listParts(`!${line}`).filter((part) => part.startsWith('!'))]
    for (const path of new Set(parts)) {
      if (await isPath(path)) problems.push(ambiguous(path))
    }
  }
  return problems
}

function ambiguous(path: string): Problem {
  const message = `${input('chart')} has "${path}", which would exclude charts, but a file with that name exists.`
  return { message, fix: `Rename the file, or write "./${path}" to publish it.` }
}
