import { realpath } from 'node:fs'
import { realpath as realPathOf, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isWithin } from '../../../shared/within.ts'
import type { ValuesFile } from './lint-finding.ts'

/** How one chart is linted. */
export interface LintRuns {
  /** The values files of each run, in the order in which helm merges them; one run at least. */
  readonly runs: readonly (readonly ValuesFile[])[]
  /** The entries that name a file for this chart. */
  readonly matched: readonly string[]
  /** Files that links lead to, out of the work tree: not used. */
  readonly outside: readonly string[]
}

/** The chart that the entries are for. */
export interface ValuesSource {
  /** The user's path of it. */
  readonly chart: string
  /** The folder that links may not lead out of, without links in its path; undefined where they may. */
  readonly workTree: string | undefined
}

interface EntryFiles {
  readonly entry: string
  readonly isPattern: boolean
  readonly files: readonly ValuesFile[]
  readonly outside: readonly string[]
}

const PATTERN = /[*?[\]{}]/

/**
 * The runs of `helm lint` that the entries of `lint-values` mean for one chart. An entry starts from the working directory,
 * else from the chart. Files that are named are merged into every run; a pattern means one run for each file that it
 * matches, as chart-testing has it for `ci/*-values.yaml`. A chart without a match is linted with its defaults.
 */
export async function lintRuns(
  entries: readonly string[],
  source: ValuesSource
): Promise<LintRuns> {
  const found: EntryFiles[] = []
  for (const entry of entries) found.push(await entryFiles(entry, source))
  const matched = found.filter(({ files }) => files.length > 0)
  const named = matched.filter(({ isPattern }) => !isPattern).flatMap(({ files }) => files)
  const patterns = matched.filter(({ isPattern }) => isPattern).flatMap(({ files }) => files)
  const varied = distinct(patterns).filter(({ path }) => !named.some((file) => file.path === path))
  return {
    runs: varied.length === 0 ? [distinct(named)] : varied.map((file) => runWith(file, matched)),
    matched: found.filter(isAny).map(({ entry }) => entry),
    outside: found.flatMap(({ outside }) => outside)
  }
}

/** The named files and one of a pattern, each where its entry stands. */
function runWith(file: ValuesFile, entries: readonly EntryFiles[]): readonly ValuesFile[] {
  return distinct(
    entries.flatMap(({ isPattern, files }) => {
      return isPattern ? files.filter(({ path }) => path === file.path) : files
    })
  )
}

function distinct(files: readonly ValuesFile[]): readonly ValuesFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()]
}

/** What exists under the text of an entry is meant, even when the text could be a pattern: `[id].yaml`. */
async function entryFiles(entry: string, source: ValuesSource): Promise<EntryFiles> {
  const { chart, workTree } = source
  for (const shown of [entry, join(chart, entry)]) {
    const file = { path: resolve(shown), shown }
    if (await isFile(file.path)) {
      return { entry, isPattern: false, ...(await withoutOutside([file], workTree)) }
    }
  }
  if (!PATTERN.test(entry)) return { entry, isPattern: false, files: [], outside: [] }
  const here = await matches(entry, '.', workTree)
  const found = isAny(here) ? here : await matches(entry, chart, workTree)
  return { entry, isPattern: true, ...found }
}

type Matches = Pick<EntryFiles, 'files' | 'outside'>

function isAny({ files, outside }: Matches): boolean {
  return files.length + outside.length > 0
}

async function matches(
  pattern: string,
  folder: string,
  workTree: string | undefined
): Promise<Matches> {
  const { glob } = await import('tinyglobby')
  const paths = await glob([pattern], {
    cwd: folder,
    ignore: ['**/node_modules/**', '**/.git/**'],
    expandDirectories: false,
    fs: { realpath: realpathOfFiles }
  })
  const shownOf = (found: string) => (folder === '.' ? found : join(folder, found))
  const found = paths.sort().map((path) => ({ path: resolve(folder, path), shown: shownOf(path) }))
  return withoutOutside(found, workTree)
}

/**
 * A chart may hold links to any file of the machine, also where .helmignore leaves them out, and templates can have helm
 * print what is in it. A file out of the work tree has to be named by its own path.
 */
async function withoutOutside(
  found: readonly ValuesFile[],
  workTree: string | undefined
): Promise<Matches> {
  const files: ValuesFile[] = []
  const outside: string[] = []
  for (const file of found) {
    const real = await realPathOf(file.path)
    const isMeant = workTree === undefined || real === file.path || isWithin(real, workTree)
    if (isMeant) files.push(file)
    else outside.push(file.shown)
  }
  return { files, outside }
}

type Done = (error: Error | null, resolved: string) => void

/** For the links that the walk of a pattern meets. Those to folders are not followed: nothing leads in circles. */
const realpathOfFiles = new Proxy(realpath, {
  apply: (_target, _self, [path, done]: [string, Done]) => {
    fileOf(path).then(
      (resolved) => done(null, resolved),
      (error: Error) => done(error, path)
    )
  }
})

async function fileOf(path: string): Promise<string> {
  const resolved = await realPathOf(path)
  if (!(await isFile(resolved))) throw new Error('it is not a file')
  return resolved
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true
}
