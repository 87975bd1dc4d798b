import { posix } from 'node:path'
import type { Commit } from '../../git/commit.ts'
import { Comparison } from '../../git/comparison.ts'
import type { Difference, DifferenceKind } from '../../git/file-difference.ts'
import { UnreadableRepository } from '../../git/repository-file.ts'

/** What the archive then holds is not what the commit holds. */
const WORDS: Partial<Readonly<Record<DifferenceKind, string>>> = {
  changed: 'changed',
  untracked: 'not in the commit',
  missing: 'deleted'
}
const NAMES_SHOWN = 5

/**
 * A notice that packed files are not those of the commit that dates the archive; undefined when they are. Dependencies
 * that were fetched into charts/, and the lock written with them, may be outside of the commit: they usually
 * are. So may what Helm does not pack. Line endings and files of Git LFS are as git checks them out.
 */
export async function uncommittedFiles(
  chart: string,
  commit: Commit,
  { paths, signal }: { readonly paths: readonly string[]; readonly signal: AbortSignal }
): Promise<string | undefined> {
  try {
    const comparison = await Comparison.with(commit, signal)
    const folder = await comparison.pathTo(chart)
    if (folder === undefined) return undefined
    const found = await differencesOf(folder, paths, comparison)
    return found.length === 0 ? undefined : notice(chart, commit, found)
  } catch (error) {
    // A partial clone may not have the folders of the commit.
    if (error instanceof UnreadableRepository) return undefined
    throw error
  }
}

async function differencesOf(
  folder: string,
  packed: readonly string[],
  comparison: Comparison
): Promise<readonly Difference[]> {
  const found: Difference[] = []
  for (const path of packed) {
    const difference = await comparison.differenceAt(posix.join(folder, path))
    // Archives in charts/ are packed as files that do not exist in the folder.
    if (!difference || difference.kind === 'missing' || isFetched(path, difference)) continue
    if (WORDS[difference.kind]) found.push({ ...difference, path })
  }
  const folders = new Set(packed.map((path) => posix.dirname(path)))
  for (const name of folders) {
    const missing = comparison.missingIn(posix.join(folder, name))
    const paths = missing.map((path) => posix.relative(folder, path))
    found.push(...paths.map((path) => ({ path, kind: 'missing' as const })))
  }
  return found.filter(({ path, kind }) => kind !== 'missing' || !isDependency(path))
}

function isFetched(path: string, { kind }: Difference): boolean {
  const isLock = path === 'Chart.lock' || path === 'requirements.lock'
  return kind === 'untracked' && (isLock || isDependency(path))
}

function isDependency(path: string): boolean {
  return path === 'charts' || path.startsWith('charts/')
}

function notice(chart: string, { id }: Commit, found: readonly Difference[]): string {
  const shown = found.slice(0, NAMES_SHOWN)
  const names = shown.map(({ path, kind }) => `"${path}" (${WORDS[kind]})`).join(', ')
  const more = found.length > shown.length ? ` and ${found.length - shown.length} more` : ''
  return `"${chart}" is dated by commit ${id.slice(0, 12)}, but its files differ from the commit: ${names}${more}. To publish the files of the commit, commit or discard the changes first.`
}
