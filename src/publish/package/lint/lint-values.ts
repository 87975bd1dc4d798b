import { realpath } from 'node:fs'
import { realpath as realPathOf, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { isWithin } from '../../../shared/within.ts'
import type { ValuesFile } from './lint-finding.ts'

/** How one chart is linted. */
export interface LintRuns {
  /** The values files of each run, in the order in which helm merges them; one run at least. */
  readonly runs: readonly (readonly ValuesFile[])[]
  /** The entries that name a file for this chart. */
  readonly matched: readonly string[]
  /** Files that patterns match, but that are links which lead out of the folder that the pattern starts from. */
  readonly outside: readonly string[]
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
 * @param chart the user's path of the chart
 */
export async function lintRuns(entries: readonly string[], chart: string): Promise<LintRuns> {
  const found: EntryFiles[] = []
  for (const entry of entries) found.push(await entryFiles(entry, chart))
  const matched = found.filter(({ files }) => files.length > 0)
  const named = matched.filter(({ isPattern }) => !isPattern).flatMap(({ files }) => files)
  const patterns = matched.filter(({ isPattern }) => isPattern).flatMap(({ files }) => files)
  const varied = distinct(patterns).filter(({ path }) => !named.some((file) => file.path === path))
  return {
    runs: varied.length === 0 ? [distinct(named)] : varied.map((file) => runWith(file, matched)),
    matched: matched.map(({ entry }) => entry),
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
async function entryFiles(entry: string, chart: string): Promise<EntryFiles> {
  for (const shown of [entry, join(chart, entry)]) {
    const path = resolve(shown)
    if (await isFile(path)) {
      return { entry, isPattern: false, files: [{ path, shown }], outside: [] }
    }
  }
  if (!PATTERN.test(entry)) return { entry, isPattern: false, files: [], outside: [] }
  const here = await matches(entry, '.')
  return { entry, isPattern: true, ...(isAny(here) ? here : await matches(entry, chart)) }
}

type Matches = Pick<EntryFiles, 'files' | 'outside'>

function isAny({ files, outside }: Matches): boolean {
  return files.length + outside.length > 0
}

/** Nobody has named what a pattern matches: links in it lead to files of the same folder only. */
async function matches(pattern: string, folder: string): Promise<Matches> {
  const { glob } = await import('tinyglobby')
  const links = new LinkedFiles(await realPathOf(folder))
  const paths = await glob([pattern], {
    cwd: folder,
    ignore: ['**/node_modules/**', '**/.git/**'],
    expandDirectories: false,
    fs: { realpath: links.realpath }
  })
  const shownOf = (found: string) => (folder === '.' ? found : join(folder, found))
  return {
    files: paths.sort().map((found) => ({ path: resolve(folder, found), shown: shownOf(found) })),
    outside: links.outside.sort()
  }
}

type Done = (error: Error | null, resolved: string) => void

/** The links that a pattern meets. Those to folders are not followed: nothing leads in circles. */
class LinkedFiles {
  readonly outside: string[] = []
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  /** For the walk of the pattern, which asks for the real path of each link, and passes over those that have none. */
  readonly realpath = new Proxy(realpath, {
    apply: (_target, _self, [path, done]: [string, Done]) => {
      this.#follow(path).then(
        (resolved) => done(null, resolved),
        (error: Error) => done(error, path)
      )
    }
  })

  async #follow(path: string): Promise<string> {
    const resolved = await realPathOf(path)
    if (!(await isFile(resolved))) throw new Error('it is not a file')
    if (isWithin(resolved, this.#root)) return resolved
    this.outside.push(relative('', path))
    throw new Error('it leads to another place')
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true
}
