import { realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { type ByteString, toByteString } from '../chart/model/chart-file.ts'
import { type ChartProblem, chartError } from '../chart/model/problem.ts'
import { MOST_ENTRIES } from '../chart/tar/tar.ts'
import { codeOf, Failure, failureOf, type SourceLocation } from '../shared/failure.ts'
import { fileFault } from '../shared/file-fault.ts'
import type { Logger } from '../shared/logger.ts'
import { readRegularFile } from '../shared/regular-file.ts'
import { isWithin } from '../shared/within.ts'
import { targetInCharts } from './charts-link.ts'
import { linkNotice, outsideLinkProblem, treeProblems } from './directory-problems.ts'
import { type HelmIgnore, parseHelmIgnore } from './helmignore.ts'
import { type Obstacle, type SourceLink, type SourceTree, walkTree } from './tree.ts'
import { workTreeOf } from './work-tree.ts'

export interface OpenOptions {
  /** Whether links may lead out of the work tree. */
  readonly allowOutsideFiles: boolean
  /** Whether charts/ may be filled later, so that links into it may lead to nothing yet. */
  readonly mayFillCharts: boolean
  readonly signal: AbortSignal
  readonly logger: Logger
}

export interface OpenedTree extends SourceTree {
  /** Of the chart, without links in its path. */
  readonly folder: ByteString
  readonly ignore: HelmIgnore
}

const IGNORE_FILE = '.helmignore'
/** As much as Helm reads in a blink; real ones have a few lines. */
const LARGEST_IGNORE_BYTES = 1024 * 1024
/** Charts are walked in milliseconds; a file system that takes this long is gone. */
const WALK_TIMEOUT_MS = 60_000

/**
 * Finds the files of a chart directory that helm would package, and refuses what must not reach helm: special files, link
 * loops, data of git, links out of the work tree. Names links that lead out of the chart.
 * @throws Failure chart, with every problem found
 */
export async function openTree(chart: string, options: OpenOptions): Promise<OpenedTree> {
  const { allowOutsideFiles, mayFillCharts, logger } = options
  const timeout = AbortSignal.timeout(WALK_TIMEOUT_MS)
  const signal = AbortSignal.any([options.signal, timeout])
  try {
    const folder = await realpath(chart)
    if (!allowOutsideFiles) await refuseOutsideIgnore(folder)
    const ignore = await readIgnore(folder, chart, signal)
    const tree = await walkTree(folder, { ignore, mostEntries: MOST_ENTRIES, signal })
    const outside = allowOutsideFiles ? [] : await outsideProblems(folder, tree)
    const badLinks = await linksToRefuse(folder, tree.badLinks, mayFillCharts)
    const problems = [...treeProblems({ ...tree, badLinks }), ...outside]
    if (problems.length > 0) throw failureOf('chart', problems)
    const notice = linkNotice(chart, tree.linksOut)
    if (notice !== undefined) logger.notice(notice)
    return { ...tree, folder: toByteString(folder), ignore }
  } catch (error) {
    options.signal.throwIfAborted()
    const why = timeout.aborted ? `it took longer than ${WALK_TIMEOUT_MS / 1000} s` : codeOf(error)
    if (error instanceof Failure || why === undefined) throw error
    const message = `The chart directory "${chart}" cannot be read: ${why}.`
    const fix =
      'Make its files and folders readable; if reading takes too long, simplify .helmignore.'
    throw new Failure('chart', { message, fix }, error)
  }
}

/** Without the links into charts/, where that may be filled later. */
async function linksToRefuse(
  folder: string,
  links: readonly Obstacle[],
  mayFillCharts: boolean
): Promise<readonly Obstacle[]> {
  if (!mayFillCharts) return links
  const root = toByteString(folder)
  const targets = await Promise.all(
    links.map(({ path }) => targetInCharts(root, `${root}${sep}${path.replaceAll('/', sep)}`))
  )
  return links.filter((_, index) => targets[index] === undefined)
}

/**
 * Refuses a .helmignore that is a link out of the work tree, before it is read: a line that is no pattern is shown.
 * @throws Failure chart
 */
async function refuseOutsideIgnore(folder: string): Promise<void> {
  const path = join(folder, IGNORE_FILE)
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) return
  const links = [{ path: IGNORE_FILE, realPath: await realpath(path, { encoding: 'latin1' }) }]
  const problems = await outsideProblems(folder, { linksOut: links })
  if (problems.length > 0) throw failureOf('chart', problems)
}

/** The rules of a chart; without the file, those that Helm adds. @throws Failure chart, when Helm could not read it */
async function readIgnore(folder: string, chart: string, signal: AbortSignal): Promise<HelmIgnore> {
  const bytes = await readIgnoreFile(folder, signal).catch((error: unknown) => {
    signal.throwIfAborted()
    if (codeOf(error) === 'ENOENT') return Buffer.alloc(0)
    throw badIgnore(`it cannot be read: ${fileFault(error)}`)
  })
  const parsed = parseHelmIgnore(bytes)
  if ('ignore' in parsed) return parsed.ignore
  const { line, fault } = parsed
  throw badIgnore(`line ${line} ${fault}`, { file: join(chart, IGNORE_FILE), line })
}

async function readIgnoreFile(folder: string, signal: AbortSignal): Promise<Buffer> {
  const options = { largest: LARGEST_IGNORE_BYTES, signal }
  return (await readRegularFile(join(folder, IGNORE_FILE), options)).bytes
}

function badIgnore(why: string, place?: SourceLocation): Failure {
  const message = `Helm refuses .helmignore: ${why}.`
  return failureOf('chart', [
    { ...chartError('helmignore-invalid', message, 'Fix .helmignore.'), place }
  ])
}

async function outsideProblems(
  folder: string,
  { linksOut }: Pick<SourceTree, 'linksOut'>
): Promise<readonly ChartProblem[]> {
  if (linksOut.length === 0) return []
  const workTree = await workTreeOf(folder)
  const outside = linksOut.filter(({ realPath }) => !isWithin(realPath, toByteString(workTree)))
  return outsideLinkProblem(outermost(outside), workTree)
}

/** Without the links behind others: what lies out of the work tree is not named. The walk finds the outer ones first. */
function outermost(links: readonly SourceLink[]): readonly SourceLink[] {
  const outer: SourceLink[] = []
  for (const link of links) {
    const last = outer.at(-1)
    if (last === undefined || !link.path.startsWith(`${last.path}/`)) outer.push(link)
  }
  return outer
}
