import type { ChartProblem } from '../../../src/chart/model/problem.ts'
import type { DependencyMode } from '../../../src/directory/dependency-mode.ts'
import { type Examined, examine } from '../../../src/directory/examine-directory.ts'
import { parseHelmIgnore } from '../../../src/directory/helmignore.ts'
import type { OpenedTree } from '../../../src/directory/open-tree.ts'
import { appYaml, type Entry } from './charts-folder.ts'

export interface Given {
  readonly mode?: DependencyMode
  /** In Chart.yaml, unless `files` has one. */
  readonly dependencies?: readonly Entry[]
  readonly files?: Readonly<Record<string, string | Buffer>>
  readonly repositories?: Readonly<Record<string, string>>
  /** The text of .helmignore. */
  readonly ignore?: string
}

/** Examines the chart `app` without a disk, but for .helmignore and links. */
export function examineFiles(given: Given): Examined {
  const { mode = 'build', dependencies = [], files = {}, repositories = {} } = given
  const all = { 'Chart.yaml': appYaml(dependencies), ...files }
  const read = Object.entries(all)
    .map(([path, content]) => ({ path, bytes: Buffer.from(content) }))
    .sort((one, other) => (one.path < other.path ? -1 : 1))
  const { signal } = new AbortController()
  const named = new Map(Object.entries(repositories))
  const options = { mode, repositories: named, namesAreKnown: true, signal }
  const tree = { ...EMPTY_TREE, ignore: ignoreOf(given.ignore ?? '') }
  return examine({ path: 'app', tree, files: read }, options)
}

/** `NAME VERSION` of what is to be fetched, and what is left out of charts/. */
export function planOf(given: Given) {
  const { wanted, leftOut } = examineFiles(given).state.plan
  const names = wanted.map(({ dependency: { name, version } }) => `${name} ${version}`)
  return { wanted: names, leftOut: [...leftOut].sort() }
}

/** `CODE: MESSAGE FIX` of each problem. */
export function problemsOf(given: Given): readonly string[] {
  return examineFiles(given).problems.map(problemText)
}

export function problemText({ code, message, fix }: ChartProblem): string {
  return `${code}: ${message} ${fix}`
}

function ignoreOf(text: string): OpenedTree['ignore'] {
  const parsed = parseHelmIgnore(Buffer.from(text))
  if ('ignore' in parsed) return parsed.ignore
  throw new Error('this .helmignore is refused')
}

/** No tree that anybody walked. */
export const EMPTY_TREE: OpenedTree = {
  folder: '/app',
  ignore: ignoreOf(''),
  files: [],
  ignored: new Map(),
  linksOut: [],
  badLinks: [],
  linkLoops: [],
  obstacles: [],
  gitFolders: [],
  isTooLarge: false
}
