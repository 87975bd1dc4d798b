import { type ByteString, type ChartFile, toByteString } from '../chart/model/chart-file.ts'
import type { OpenedTree } from './open-tree.ts'
import { readFiles } from './read-files.ts'
import type { SourceFile } from './tree.ts'

/** What charts/ of a chart is filled with before it is packaged. */
export interface FilledCharts {
  /** Archives in charts/ that are not taken along. */
  readonly leftOut: ReadonlySet<ByteString>
  /** Archives by their names in charts/, with their absolute paths. */
  readonly archives: ReadonlyMap<string, string>
  /** A lock that takes the place of the file of that name. */
  readonly lock: { readonly name: string; readonly text: string } | undefined
  /** Links into charts/ that lead to something by now. */
  readonly links: ReadonlySet<ByteString>
}

/** The files that helm packages with charts/ filled, by the rules of .helmignore, in the order of helm's walk. */
export function filledTree(tree: OpenedTree, charts: FilledCharts): OpenedTree {
  const ignored = new Map(tree.ignored)
  // Whatever it is: the mirror has no folder of such a name either.
  const gone = new Set([...charts.leftOut, ...[...charts.archives.keys()].map(toByteString)])
  const left = tree.files.filter(({ path }) => {
    const [folder, entry = ''] = path.split('/')
    return folder !== 'charts' || !gone.has(entry)
  })
  const folderRule = tree.ignore.ruleFor('charts', true)
  const added = [...charts.archives].flatMap(([name, realPath]): readonly SourceFile[] => {
    const path = `charts/${toByteString(name)}`
    const rule = folderRule ?? tree.ignore.ruleFor(path, false)
    if (rule) ignored.set(folderRule ? 'charts' : path, rule)
    return rule ? [] : [{ path, realPath: toByteString(realPath) }]
  })
  const files = [...left, ...added].sort((one, other) => walkOrder(one.path, other.path))
  const badLinks = tree.badLinks.filter(({ path }) => !charts.links.has(path))
  return { ...tree, files, ignored, badLinks }
}

/** As Go's filepath.Walk goes: the names in a folder by their bytes. */
function walkOrder(one: ByteString, other: ByteString): number {
  const [left, right] = [one.split('/'), other.split('/')]
  const at = left.findIndex((name, index) => name !== right[index])
  if (at === -1) return left.length - right.length
  return (left[at] ?? '') < (right[at] ?? '') ? -1 : 1
}

interface Filling {
  readonly charts: FilledCharts
  /** Those that were read before. */
  readonly files: readonly ChartFile[]
  /** Of the chart, as it was given. */
  readonly path: string
  readonly signal: AbortSignal
}

/** The files of a filled tree: those that are new are read. @throws Failure chart */
export async function filledFiles(
  { files: all }: OpenedTree,
  { charts, files, path, signal }: Filling
): Promise<readonly ChartFile[]> {
  const known = new Map(files.map((file) => [file.path, file]))
  const added = new Set([...charts.archives.keys()].map((name) => `charts/${toByteString(name)}`))
  const unread = all.filter((file) => added.has(file.path) || !known.has(file.path))
  const read = new Map((await readFiles(path, unread, signal)).map((file) => [file.path, file]))
  const filled = all.flatMap((file) => read.get(file.path) ?? known.get(file.path) ?? [])
  const { lock } = charts
  if (!lock) return filled
  const others = filled.filter((file) => file.path !== lock.name)
  return [...others, { path: lock.name, bytes: Buffer.from(lock.text) }]
}
