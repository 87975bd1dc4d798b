import { readdir, stat } from 'node:fs/promises'
import { type LayoutContext, layoutCharts, openLayoutFile } from '../../artifact/layout-charts.ts'
import { folderPlace } from '../../oci/layout/layout-place.ts'
import { withoutLogin } from '../../oci/spec/reference.ts'
import type { Problem } from '../../shared/failure.ts'
import { fileFault } from '../../shared/file-fault.ts'
import { input } from '../../shared/input-name.ts'
import {
  type ChartSource,
  type LayoutEntry,
  layoutEntry,
  registryEntry
} from '../model/chart-source.ts'
import { missing, remoteProblem } from './entry-problems.ts'
import { type ExpandOptions, expandPattern, isPattern, listParts } from './expand-pattern.ts'
import { holdingChart, isChart, isPath, parentChart } from './holding-chart.ts'

/** `folder` is for what has to be unpacked. */
export interface EntryOptions extends ExpandOptions, LayoutContext {}

/** What entries of `chart` name. */
export interface EntryCharts {
  readonly sources: readonly ChartSource[]
  /** The chart directories among these of which files were named, once for each file. */
  readonly holders: readonly string[]
  /** Archives that are part of another chart. */
  readonly subcharts: readonly { readonly path: string; readonly parent: string }[]
  /** What could name charts, but there are none. */
  readonly missing: readonly Problem[]
  /** What can name no chart. */
  readonly problems: readonly Problem[]
}

/** How many parts of a list are named. */
const SHOWN = 5
const NO_CHARTS: EntryCharts = {
  sources: [],
  holders: [],
  subcharts: [],
  missing: [],
  problems: []
}

/** All that several entries name. */
export function together(entries: readonly EntryCharts[]): EntryCharts {
  return {
    sources: entries.flatMap(({ sources }) => sources),
    holders: entries.flatMap(({ holders }) => holders),
    subcharts: entries.flatMap(({ subcharts }) => subcharts),
    missing: entries.flatMap((entry) => entry.missing),
    problems: entries.flatMap(({ problems }) => problems)
  }
}

/**
 * The charts that one entry names. One that names none by itself is taken for a list on one line, where all of its
 * parts can be read, and those that name something name charts.
 * @throws Failure, when an OCI image layout cannot be read
 */
export async function entryCharts(entry: string, options: EntryOptions): Promise<EntryCharts> {
  const copied = inRegistry(entry)
  if (copied) return copied
  const whole = await chartsOf(entry, options)
  const parts = listParts(entry)
  if (isAny(whole) || parts.length < 2 || remoteProblem(entry)) return whole
  const list = await partsTogether(parts, options)
  const isList = list.problems.length === 0 && isAny(list) && (await areCharts(list.sources))
  return isList ? list : withFix(whole, await listFix(parts, options))
}

/** Where some parts of a list are charts, the others are what is wrong. */
async function listFix(parts: readonly string[], options: EntryOptions): Promise<string> {
  const fix = 'Write one chart per line, or a JSON array of strings.'
  const others: string[] = []
  for (const part of parts) {
    const { sources, problems } = await chartsOf(part, options)
    if (problems.length > 0 || !(await areCharts(sources))) others.push(part)
  }
  if (others.length === parts.length) return fix
  const shown = others.slice(0, SHOWN).map((part) => `"${withoutLogin(part)}"`)
  const more = others.length > SHOWN ? ` and ${others.length - SHOWN} more` : ''
  return `Correct or remove entries that are not charts: ${shown.join(', ')}${more}. Write one chart per line.`
}

async function partsTogether(
  parts: readonly string[],
  options: EntryOptions
): Promise<EntryCharts> {
  const found: EntryCharts[] = []
  for (const part of parts) found.push(await chartsOf(part, options))
  return together(found)
}

function isAny({ sources, subcharts }: EntryCharts): boolean {
  return sources.length + subcharts.length > 0
}

async function areCharts(sources: readonly ChartSource[]): Promise<boolean> {
  const are = await Promise.all(
    sources.map(async (source) => !('path' in source) || (await isChart(source.path)))
  )
  return are.every(Boolean)
}

function withFix(charts: EntryCharts, fix: string): EntryCharts {
  const fixed = (problem: Problem) => ({ ...problem, fix })
  return {
    ...charts,
    missing: charts.missing.map(fixed),
    problems: charts.problems.map(fixed)
  }
}

async function chartsOf(entry: string, options: EntryOptions): Promise<EntryCharts> {
  const layout = layoutEntry(entry)
  if (layout) return inLayout(layout, options)
  const elsewhere = remoteProblem(entry)
  if (elsewhere) return { ...NO_CHARTS, problems: [elsewhere] }
  return isPattern(entry) ? matching(entry, options) : named(entry)
}

/** Nothing is asked of the registry yet. A list on one line names none: its login would not be seen for what it is. */
function inRegistry(entry: string): EntryCharts | undefined {
  const parsed = registryEntry(entry)
  if (!parsed) return undefined
  if ('problem' in parsed) return { ...NO_CHARTS, problems: [parsed.problem] }
  return { ...NO_CHARTS, sources: [{ kind: 'registry', reference: parsed.reference }] }
}

async function inLayout(
  { path, isTar, digest }: LayoutEntry,
  options: EntryOptions
): Promise<EntryCharts> {
  const place = isTar ? await openLayoutFile(path, options) : folderPlace(path)
  const digests = await layoutCharts(place, digest, options.logger)
  if (digests.length === 0) return { ...NO_CHARTS, missing: [emptyLayout(path)] }
  const { folder } = place
  const tar = isTar ? path : undefined
  return {
    ...NO_CHARTS,
    sources: digests.map((each) => ({ kind: 'layout', folder, tar, digest: each }))
  }
}

function emptyLayout(path: string): Problem {
  const message = `The OCI image layout "${path}" has no chart.`
  return missing(message, `Write the chart into it with ${input('oci-layout')}`)
}

/** What matches nothing may be a path, as in shells: changed files have names such as `[id].json`. */
async function matching(pattern: string, options: ExpandOptions): Promise<EntryCharts> {
  const matches = await expandPattern(pattern, options)
  const are = await Promise.all(matches.map(isChart))
  const paths = matches.filter((_, index) => are[index])
  if (paths.length > 0) return { ...NO_CHARTS, sources: paths.map(matchedSource) }
  if (await isPath(pattern)) return named(pattern)
  const folders = pattern.replace(/\/Chart\.ya?ml$/, '')
  const message = `${input('chart')} has the pattern "${withoutLogin(pattern)}", which matches no directory with a Chart.yaml and no .tgz file${whatElse(pattern, matches)}.`
  const fix =
    folders === pattern
      ? 'Correct the pattern; it is relative to the working directory'
      : `Let the pattern match directories: "${withoutLogin(folders)}"`
  return { ...NO_CHARTS, missing: [missing(message, fix)] }
}

function whatElse(pattern: string, matches: readonly string[]): string {
  if (matches.length > 0) return `, but for example "${matches[0]}"`
  return pattern.includes('\\') ? '; write it with "/" in place of "\\"' : ''
}

/** A match that is a chart. */
function matchedSource(path: string): ChartSource {
  return { kind: path.endsWith('.tgz') ? 'archive' : 'directory', path }
}

async function named(path: string): Promise<EntryCharts> {
  const found = await stat(path).catch(fileFault)
  if (typeof found === 'string') return { ...NO_CHARTS, problems: [await unreadable(path, found)] }
  const kind = found.isDirectory() ? 'directory' : 'archive'
  const itself: EntryCharts = { ...NO_CHARTS, sources: [{ kind, path }] }
  if (!found.isFile()) return itself
  const parent = await parentChart(path)
  if (parent !== undefined) return { ...NO_CHARTS, subcharts: [{ path, parent }] }
  const holder = await holdingChart(path)
  if (holder === undefined) return itself
  return { ...NO_CHARTS, sources: [{ kind: 'directory', path: holder }], holders: [holder] }
}

async function unreadable(path: string, why: string): Promise<Problem> {
  const message = `The chart "${withoutLogin(path)}" cannot be read: ${why}.`
  if (path.includes('\\')) return { message, fix: 'Write the path with "/" in place of "\\".' }
  const isEmpty = (await readdir('.').catch(() => ['unknown'])).length === 0
  const fix = isEmpty
    ? 'The working directory is empty: check out the repository in an earlier step.'
    : `Set ${input('chart')} to the path of a chart directory or of an archive.`
  return { message, fix }
}
