import { resolve } from 'node:path'
import { failureOf, type Problem } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import type { IfNoChartsFound, Selection } from '../model/request.ts'
import { type EntryCharts, entryCharts, together } from './entry-charts.ts'
import { missing, reportMissing } from './entry-problems.ts'
import { ambiguousExclusions, withoutExcluded } from './excluded-charts.ts'
import type { ExpandOptions } from './expand-pattern.ts'

export interface FindOptions extends ExpandOptions {
  readonly ifNoChartsFound: IfNoChartsFound
}

/**
 * The charts of a selection, as paths in the order in which they were asked for, those of one pattern by name: what is
 * named, of what a pattern matches the directories with a Chart.yaml and the .tgz files, of an OCI image layout every
 * chart, and the chart that holds a file which is named. None twice; none at all only where `ifNoChartsFound` allows it.
 * @throws Failure usage, when a path does not exist, or when something names no chart and that is an error
 */
export async function findCharts(
  { included, excluded }: Selection,
  options: FindOptions
): Promise<readonly string[]> {
  const { ifNoChartsFound, logger } = options
  const found = await entriesTogether(included, options)
  const absent = [...found.missing, ...(included.length === 0 ? [noEntries(excluded)] : [])]
  const charts = distinct(found.paths)
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
  options: ExpandOptions
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

function distinct(paths: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  return paths.filter((path) => {
    const isNew = !seen.has(resolve(path))
    seen.add(resolve(path))
    return isNew
  })
}

/** Lists of changed files have the archives in charts/ of a chart, too, which are not meant as charts of their own. */
function lonelySubcharts(
  { subcharts }: EntryCharts,
  charts: readonly string[]
): readonly Problem[] {
  const chosen = new Set(charts.map((path) => resolve(path)))
  const lonely = subcharts.filter(({ parent }) => !chosen.has(resolve(parent)))
  return lonely.map(({ path, parent }) => {
    const message = `The archive "${path}" is a subchart of "${parent}".`
    const fix = `Give ${input('chart')} "${parent}" to publish that chart; to publish the subchart, copy its archive to another folder.`
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
    return `${input('chart')} names ${files} of "${path}": the whole chart is taken.`
  })
}
