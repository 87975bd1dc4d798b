import { join } from 'node:path'
import { isObjectId } from './git-object.ts'
import { ObjectStore } from './object-store.ts'
import { readFromReftable } from './reftable.ts'
import { readRepositoryFile, UnreadableRepository } from './repository-file.ts'
import { findWorkTree, LARGEST_PATH_FILE, type WorkTree } from './work-tree.ts'

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
  const id = readHead(workTree)
  return id === undefined ? undefined : readCommit(id, workTree)
}

/** The commit with an id given in full. @throws UnreadableRepository, when the repository of the work tree does not have the commit */
export async function readCommit(id: string, workTree: WorkTree): Promise<Commit> {
  if (!isObjectId(id)) throw new UnreadableRepository(`"${id}" is not the id of a commit`)
  const store = ObjectStore.open(workTree.commonFolder)
  const text = store.read(id, 'commit').toString('latin1')
  const headers = text.slice(0, text.indexOf('\n\n') + 1) || text
  const [, tree] = /^tree ([0-9a-f]+)$/m.exec(headers) ?? []
  const [, seconds] = /^committer .*> (-?\d+)(?: |$)/m.exec(headers) ?? []
  if (tree === undefined || seconds === undefined) {
    throw new UnreadableRepository(`commit ${id} has no tree or no date`)
  }
  return { id, seconds: Number(seconds), tree, workTree }
}

/** As in git (refs.c, SYMREF_MAXDEPTH). */
const MOST_LINKS = 5
/** A line has about 100 bytes: this is room for 600 000 refs. */
const LARGEST_PACKED_REFS_BYTES = 64 * 1024 * 1024
/** Refs of which each work tree has its own (gitrepository-layout). */
const OF_WORK_TREE = /^(?:HEAD$|refs\/(?:bisect|worktree|rewritten)\/)/

/** What stands in HEAD where refs are in a reftable; no branch can have this name. */
const HEAD_OF_REFTABLE = 'ref: refs/heads/.invalid'

/**
 * The id of the commit that HEAD names, through branches; undefined when the branch has no commit yet.
 * @throws UnreadableRepository
 */
export function readHead(workTree: WorkTree): string | undefined {
  const isReftable = readFromFiles('HEAD', workTree) === HEAD_OF_REFTABLE
  const readRef = isReftable ? readFromTables : readFromFiles
  let ref = 'HEAD'
  for (let links = 0; links <= MOST_LINKS; links++) {
    const text = readRef(ref, workTree)
    if (text === undefined && ref === 'HEAD') throw new UnreadableRepository('HEAD is missing')
    if (text === undefined) return undefined
    if (!text.startsWith('ref:')) return requireId(ref, text)
    ref = requireRef(ref, text.slice('ref:'.length).trim())
  }
  throw new UnreadableRepository(`HEAD names a chain of more than ${MOST_LINKS} refs`)
}

function readFromFiles(ref: string, workTree: WorkTree): string | undefined {
  const loose = readRepositoryFile(join(folderOf(ref, workTree), ref), LARGEST_PATH_FILE)
  return loose ? loose.toString('utf8').trim() : readPacked(ref, workTree)
}

function readFromTables(ref: string, workTree: WorkTree): string | undefined {
  return readFromReftable(join(folderOf(ref, workTree), 'reftable'), ref)
}

function folderOf(ref: string, { gitFolder, commonFolder }: WorkTree): string {
  return OF_WORK_TREE.test(ref) ? gitFolder : commonFolder
}

function readPacked(ref: string, { commonFolder }: WorkTree): string | undefined {
  const path = join(commonFolder, 'packed-refs')
  const bytes = readRepositoryFile(path, LARGEST_PACKED_REFS_BYTES)
  const end = bytes?.indexOf(` ${ref}\n`) ?? -1
  return end < 0 ? undefined : bytes?.toString('utf8', bytes.lastIndexOf('\n', end) + 1, end)
}

function requireId(ref: string, text: string): string {
  const id = text.toLowerCase()
  if (isObjectId(id)) return id
  throw new UnreadableRepository(`${ref} contains neither a commit id nor the name of a ref`)
}

/** Only names below refs/, so that none leads out of the repository (git check-ref-format). */
function requireRef(from: string, name: string): string {
  if (/^refs\/[^\s~^:?*[\\]+$/.test(name) && !name.includes('..') && !name.includes('//'))
    return name
  throw new UnreadableRepository(`${from} names "${name}", which is not a valid ref`)
}
