import { join } from 'node:path'
import { isObjectId } from './object-id.ts'
import { readFromReftable } from './reftable.ts'
import { readRegularFile } from './regular-file.ts'
import { UnreadableRepository } from './unreadable-repository.ts'
import { LARGEST_PATH_FILE, type WorkTree } from './work-tree.ts'

/** As in git (refs.c, SYMREF_MAXDEPTH). */
const MOST_LINKS = 5
/** A line has about 100 bytes: this is room for 600 000 refs. */
const LARGEST_PACKED_REFS_BYTES = 64 * 1024 * 1024
/** Refs of which each work tree has its own (gitrepository-layout). */
const OF_WORK_TREE = /^(?:HEAD$|refs\/(?:bisect|worktree|rewritten)\/)/

/** What stands in HEAD where refs are in a reftable; no branch can have this name. */
const HEAD_OF_REFTABLE = 'ref: refs/heads/.invalid'

/**
 * The id of the commit that HEAD names, by way of branches; undefined when the branch has no commit yet.
 * @throws UnreadableRepository
 */
export async function readHead(workTree: WorkTree): Promise<string | undefined> {
  const isReftable = (await readFromFiles('HEAD', workTree)) === HEAD_OF_REFTABLE
  const readRef = isReftable ? readFromTables : readFromFiles
  let ref = 'HEAD'
  for (let links = 0; links <= MOST_LINKS; links++) {
    const text = await readRef(ref, workTree)
    if (text === undefined) return undefined
    if (!text.startsWith('ref:')) return requireId(ref, text)
    ref = requireRef(ref, text.slice('ref:'.length).trim())
  }
  throw new UnreadableRepository(`HEAD names a chain of more than ${MOST_LINKS} refs`)
}

async function readFromFiles(ref: string, workTree: WorkTree): Promise<string | undefined> {
  const loose = await readRegularFile(join(folderOf(ref, workTree), ref), LARGEST_PATH_FILE)
  return loose ? loose.toString('utf8').trim() : readPacked(ref, workTree)
}

async function readFromTables(ref: string, workTree: WorkTree): Promise<string | undefined> {
  return readFromReftable(join(folderOf(ref, workTree), 'reftable'), ref)
}

function folderOf(ref: string, { gitFolder, commonFolder }: WorkTree): string {
  return OF_WORK_TREE.test(ref) ? gitFolder : commonFolder
}

async function readPacked(ref: string, { commonFolder }: WorkTree): Promise<string | undefined> {
  const path = join(commonFolder, 'packed-refs')
  const bytes = await readRegularFile(path, LARGEST_PACKED_REFS_BYTES)
  const end = bytes?.indexOf(` ${ref}\n`) ?? -1
  return end < 0 ? undefined : bytes?.toString('utf8', bytes.lastIndexOf('\n', end) + 1, end)
}

function requireId(ref: string, text: string): string {
  const id = text.toLowerCase()
  if (isObjectId(id)) return id
  throw new UnreadableRepository(`${ref} holds neither a commit id nor the name of a ref`)
}

/** Only names below refs/, so that none leads out of the repository (git check-ref-format). */
function requireRef(from: string, name: string): string {
  if (/^refs\/[^\s~^:?*[\\]+$/.test(name) && !name.includes('..') && !name.includes('//'))
    return name
  throw new UnreadableRepository(`${from} names "${name}", which is not a valid ref`)
}
