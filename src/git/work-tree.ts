import { lstat, realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { codeOf } from '../shared/failure.ts'
import { readRegularFile } from './regular-file.ts'
import { UnreadableRepository } from './unreadable-repository.ts'

/** A checked-out git repository. All paths are absolute. */
export interface WorkTree {
  /** The folder with `.git` in it, without links in its path. */
  readonly root: string
  /** Where its HEAD is; a linked work tree and a submodule have one of their own. */
  readonly gitFolder: string
  /** Where refs and objects are. */
  readonly commonFolder: string
}

/** PATH_MAX of Linux; a file that holds one path or one ref is not longer. */
export const LARGEST_PATH_FILE = 4096
const GITDIR = 'gitdir: '

/**
 * The root of the innermost git work tree that holds `path`, without links; undefined outside of any.
 * As in git, `.git` is a repository, or a file that names one. Other folders that look like
 * a repository (HEAD, objects, refs) are files like any other. Nothing is run, no configuration is read.
 */
export async function workTreeRoot(path: string): Promise<string | undefined> {
  const start = await realpath(path).catch(() => undefined)
  for (let folder = start; folder !== undefined; folder = parentOf(folder)) {
    if (await isRoot(folder)) return folder
  }
  return undefined
}

/**
 * The work tree at {@link workTreeRoot}, with the folders of its repository.
 * @throws UnreadableRepository, when `.git` leads to none
 */
export async function findWorkTree(path: string): Promise<WorkTree | undefined> {
  const root = await workTreeRoot(path)
  if (root === undefined) return undefined
  const gitFolder = await gitFolderOf(root)
  const common = await pathIn(join(gitFolder, 'commondir'), '')
  return { root, gitFolder, commonFolder: common ? resolve(gitFolder, common) : gitFolder }
}

function parentOf(folder: string): string | undefined {
  const parent = dirname(folder)
  return parent === folder ? undefined : parent
}

async function isRoot(folder: string): Promise<boolean> {
  const path = join(folder, '.git')
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) return isRepository(path)
  if (!found?.isFile()) return false
  return (await pathIn(path, GITDIR).catch(() => undefined)) !== undefined
}

/** What git asks of a repository (setup.c, is_git_directory), so far as names show it. */
async function isRepository(folder: string): Promise<boolean> {
  const parts = ['HEAD', 'objects', 'refs'].map((name) => isPresent(join(folder, name)))
  return (await Promise.all(parts)).every(Boolean)
}

/** What cannot be seen for lack of permission counts: the repository of another user is one too. */
async function isPresent(path: string): Promise<boolean> {
  const code = await lstat(path).then(() => undefined, codeOf)
  return code !== 'ENOENT' && code !== 'ENOTDIR'
}

async function gitFolderOf(root: string): Promise<string> {
  const path = join(root, '.git')
  const named = await pathIn(path, GITDIR)
  if (named === undefined) return path
  const folder = resolve(root, named)
  if (await isPresent(join(folder, 'HEAD'))) return folder
  throw new UnreadableRepository(`"${path}" names "${folder}", which is not a repository`)
}

/** The path that the file at `path` holds after `prefix`. */
async function pathIn(path: string, prefix: string): Promise<string | undefined> {
  const text = (await readRegularFile(path, LARGEST_PATH_FILE))?.toString('utf8')
  return text?.startsWith(prefix) ? text.slice(prefix.length).replace(/[\r\n]+$/, '') : undefined
}
