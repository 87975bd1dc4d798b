import { toText } from '../../../chart/model/chart-file.ts'
import { countSubcharts } from '../../../chart/subcharts.ts'
import type { ChartDirectory } from '../../../directory/chart-directory.ts'
import { isEmpty, type WantedDependency } from '../../../directory/charts-plan.ts'
import { attempt } from '../../../shared/attempt.ts'
import { mapConcurrent } from '../../../shared/concurrency.ts'
import {
  Failure,
  failureOf,
  type Problem,
  problemOf,
  type SourceLocation
} from '../../../shared/failure.ts'
import type { Logger } from '../../../shared/logger.ts'
import { makeMirror } from './mirror.ts'
import { lockNotice, newLock } from './new-lock.ts'
import { archivesOf, type ProvidedChart } from './provided-chart.ts'

/** A dependency whose version is decided, before its archive is there. */
export interface ChosenDependency {
  readonly version: string
  readonly provide: () => Promise<Omit<ProvidedChart, 'wanted'>>
}

export interface BuildContext {
  /** Decides on a version, before anything is fetched. @throws Failure */
  readonly choose: (wanted: WantedDependency, chart: ChartDirectory) => Promise<ChosenDependency>
  /** For a lock that is written: RFC 3339. */
  readonly generated: string
  /** The private folder of the run. */
  readonly folder: string
  readonly logger: Logger
}

/** A chart that helm can package. */
export interface BuiltChart {
  readonly directory: ChartDirectory
  /** What helm is given: the chart, or a mirror of it with its dependencies. */
  readonly path: string
}

/** helm 4.3 packs a chart with 200 of them in seconds; real ones have up to 40. */
const MOST_DEPENDENCIES = 1000
/** As many as there are connections to a host at most. */
const SIDE_BY_SIDE = 8

/**
 * Has everything in charts/ that a chart declares: in a mirror, where something is missing or stale, else as it lies.
 * @throws Failure, with all that cannot be had; then nothing was fetched, unless it was found out by that
 */
export async function buildDependencies(
  directory: ChartDirectory,
  context: BuildContext
): Promise<BuiltChart> {
  const { plan, tree, path } = directory
  if (isEmpty(plan)) return { directory, path }
  const { folder, generated, logger } = context
  const provided = await provideAll(directory, context)
  const archives = archivesOf(provided)
  const lock = newLock(directory, provided, generated)
  const charts = { leftOut: plan.leftOut, archives, lock }
  const name = toText(tree.folder).split(/[/\\]/).at(-1) ?? ''
  const ignored = new Set(tree.ignored.keys())
  const mirror = await makeMirror({ folder: tree.folder, ignored, name, charts }, folder)
  // Aliases share an archive.
  for (const text of new Set(provided.map(provision))) logger.info(text)
  const notice = lockNotice(directory, provided, lock)
  if (notice !== undefined) logger.notice(notice)
  const filled = await directory.filled({ ...charts, links: mirror.links })
  const count = countSubcharts(filled.subcharts)
  if (count > MOST_DEPENDENCIES) throw tooManyInside(directory.path, count)
  return { directory: filled, path: mirror.path }
}

function provision({ wanted, version, origin }: ProvidedChart): string {
  return `Dependency ${wanted.dependency.name} ${version}: ${origin}.`
}

async function provideAll(
  directory: ChartDirectory,
  context: BuildContext
): Promise<readonly ProvidedChart[]> {
  const { wanted } = directory.plan
  if (wanted.length > MOST_DEPENDENCIES) throw tooMany(directory.path, wanted.length)
  const place = directory.placeOf({ code: 'dependency-missing' })
  const about = { place, logger: context.logger }
  const items = wanted.map((one) => ({ wanted: one }))
  const chosen = await all(items, about, async ({ wanted: one }) => {
    return { wanted: one, chosen: await context.choose(one, directory) }
  })
  return all(chosen, about, async (one): Promise<ProvidedChart> => {
    const provided = { wanted: one.wanted, ...(await one.chosen.provide()) }
    requireWanted(provided, one.chosen.version)
    return provided
  })
}

interface About {
  /** Where the dependencies are declared. */
  readonly place: SourceLocation | undefined
  readonly logger: Logger
}

/** Some side by side; what fails is named all together. */
async function all<T extends { readonly wanted: WantedDependency }, R>(
  items: readonly T[],
  { place, logger }: About,
  work: (item: T) => Promise<R>
): Promise<readonly R[]> {
  const sideBySide = { concurrency: SIDE_BY_SIDE, logger }
  const results = await mapConcurrent(items, sideBySide, (item) => attempt(() => work(item)))
  const errors = results.map((result) => ('error' in result ? result.error : undefined))
  const bug = errors.find((error) => error !== undefined && !(error instanceof Failure))
  if (bug !== undefined) throw bug
  const failures = items.flatMap(({ wanted }, index) => {
    const error = errors[index]
    return error instanceof Failure ? [explained(error, wanted, place)] : []
  })
  if (failures.length > 0) throw together(failures)
  return results.flatMap((result) => ('value' in result ? [result.value] : []))
}

/** A failure of the chart at the line that declares its dependencies; others with why the dependency is needed at all. */
function explained(
  failure: Failure,
  { dependency }: WantedDependency,
  place: SourceLocation | undefined
): Failure {
  const problem = problemOf(failure)
  if (failure.kind === 'chart') {
    const placed = { ...problem, place: problem.place ?? place }
    return failure.problems.length > 1 ? failure : new Failure('chart', placed, failure)
  }
  const isOptional = dependency.condition !== '' || dependency.tags.length > 0
  if (!isOptional || failure.problems.length > 1) return failure
  const remark = `The condition and tags of the dependency ${dependency.name} do not matter: Helm packages all declared dependencies.`
  const why = problem.why === undefined ? remark : `${problem.why} ${remark}`
  return new Failure(failure.kind, { ...problem, why }, failure)
}

/** With the exit code of the first. */
function together(failures: readonly Failure[]): Failure {
  const [first] = failures
  const distinct = [...new Map(failures.map((failure) => [failure.message, failure])).values()]
  if (first && distinct.length === 1) return first
  const problems: readonly Problem[] = distinct.flatMap((failure) => failure.problems)
  return failureOf(first?.kind ?? 'chart', problems)
}

/** Helm takes another chart, and one that differs in build metadata, without a word. */
function requireWanted({ wanted, version, ...found }: ProvidedChart, chosen: string): void {
  const { name } = wanted.dependency
  // Some indexes leave out the `v` that charts have.
  if (found.name === name && version.replace(/^v/, '') === chosen.replace(/^v/, '')) return
  const message = `The dependency ${name} ${chosen} has the wrong content: ${found.fileName}, ${found.origin}, contains ${found.name} ${version}.`
  const fix = 'Declare another version, or ask the owners of the repository to correct it.'
  throw new Failure('chart', { message, fix })
}

/** Charts that each need two of the next would double with each level. */
function tooManyInside(path: string, count: number): Failure {
  const message = `"${path}" would contain ${count} charts, including those inside of its dependencies; the limit is ${MOST_DEPENDENCIES}.`
  return new Failure('chart', { message, fix: 'Use dependencies that depend on fewer charts.' })
}

function tooMany(path: string, count: number): Failure {
  const message = `"${path}" declares ${count} dependencies that would have to be fetched; the limit is ${MOST_DEPENDENCIES}.`
  const fix = 'Declare fewer, or commit the archives to charts/.'
  return new Failure('chart', { message, fix })
}
