import { lstatSync, statSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { codeOf } from '../shared/failure.ts'
import { readRepositoryFile, UnreadableRepository } from './repository-file.ts'

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
    if (isRoot(folder)) return folder
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
  const gitFolder = gitFolderOf(root)
  const common = pathIn(join(gitFolder, 'commondir'), '')
  const commonFolder = common ? resolve(gitFolder, common) : gitFolder
  if (isPresent(join(commonFolder, 'objects'))) return { root, gitFolder, commonFolder }
  throw new UnreadableRepository(`"${commonFolder}" contains no objects of git`)
}

function parentOf(folder: string): string | undefined {
  const parent = dirname(folder)
  return parent === folder ? undefined : parent
}

function isRoot(folder: string): boolean {
  const path = join(folder, '.git')
  try {
    return statSync(path).isDirectory() ? isRepository(path) : pathIn(path, GITDIR) !== undefined
  } catch {
    return false
  }
}

/** What git asks of a repository (setup.c, is_git_directory), so far as names show it. */
function isRepository(folder: string): boolean {
  return ['HEAD', 'objects', 'refs'].every((name) => isPresent(join(folder, name)))
}

/** Without permission to see it, it counts as present: the repository of another user is one too. */
function isPresent(path: string): boolean {
  return !['ENOENT', 'ENOTDIR'].includes(codeAt(path) ?? '')
}

/** Why nothing can be found at a path, in the system's word; undefined when something is there. */
function codeAt(path: string): string | undefined {
  try {
    lstatSync(path)
    return undefined
  } catch (error) {
    return codeOf(error) ?? 'unknown error'
  }
}

function gitFolderOf(root: string): string {
  const path = join(root, '.git')
  const named = pathIn(path, GITDIR)
  if (named === undefined) return path
  const folder = resolve(root, named)
  if (isPresent(join(folder, 'HEAD'))) return folder
  throw new UnreadableRepository(`"${path}" names "${folder}", which is not a repository`)
}

/** The path that the file at `path` holds after `prefix`. */
function pathIn(path: string, prefix: string): string | undefined {
  const text = readRepositoryFile(path, LARGEST_PATH_FILE)?.toString('utf8')
  return text?.startsWith(prefix) ? text.slice(prefix.length).replace(/[\r\n]+$/, '') : undefined
}
