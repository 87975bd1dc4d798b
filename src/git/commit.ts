import { readHead } from './head.ts'
import { isObjectId } from './object-id.ts'
import { ObjectStore } from './object-store.ts'
import { UnreadableRepository } from './unreadable-repository.ts'
import { findWorkTree, type WorkTree } from './work-tree.ts'

/** A commit, and the work tree whose repository it was read from. */
export interface Commit {
  readonly id: string
  /** Its committer date, seconds since 1970 as the commit has them: any whole number. */
  readonly seconds: number
  /** The id of its tree. */
  readonly tree: string
  readonly workTree: WorkTree
}

/**
 * The commit that is checked out where `path` is; undefined outside of a work tree, and before the first
 * commit. @throws UnreadableRepository
 */
export async function checkedOutCommit(path: string): Promise<Commit | undefined> {
  const workTree = await findWorkTree(path)
  if (!workTree) return undefined
  const id = await readHead(workTree)
  return id === undefined ? undefined : readCommit(id, workTree)
}

/** The commit with an id given in full. @throws UnreadableRepository, when the repository of the work tree does not have the commit */
export async function readCommit(id: string, workTree: WorkTree): Promise<Commit> {
  if (!isObjectId(id)) throw new UnreadableRepository(`"${id}" is not the id of a commit`)
  const store = await ObjectStore.open(workTree.commonFolder)
  const text = (await store.read(id, 'commit')).toString('latin1')
  const headers = text.slice(0, text.indexOf('\n\n') + 1) || text
  const [, tree] = /^tree ([0-9a-f]+)$/m.exec(headers) ?? []
  const [, seconds] = /^committer .*> (-?\d+)(?: |$)/m.exec(headers) ?? []
  if (tree === undefined || seconds === undefined) {
    throw new UnreadableRepository(`commit ${id} has no tree or no date`)
  }
  return { id, seconds: Number(seconds), tree, workTree }
}
