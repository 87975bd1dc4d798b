import type { Stats } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import type { CommittedFiles } from './committed-files.ts'
import type { DifferenceKind } from './difference.ts'
import { objectId } from './object-id.ts'

/** As Linux has it (path_resolution(7)). */
const MOST_LINKS = 40

/** What is at a path from the root, links unresolved; undefined when nothing can be found there. */
export async function lstatIn(root: string, path: string): Promise<Stats | undefined> {
  return lstat(join(root, path)).catch(() => undefined)
}

/** A path free of links, whether or not it exists; or a link that must not be followed, and why. */
export interface Place {
  readonly path: string
  readonly kind: DifferenceKind | undefined
}

/**
 * Where `path` leads from the root of a work tree, as the system resolves it, so long as every link on the way is the one
 * of the commit and stays in the work tree. @throws UnreadableRepository
 */
export async function followLinks(
  path: string,
  root: string,
  files: CommittedFiles
): Promise<Place> {
  const done: string[] = []
  const left = path.split('/')
  let at = path
  for (let links = 0; links <= MOST_LINKS; links++) {
    const target = await untilLink(done, left, root)
    if (target === 'outside') return { path: at, kind: target }
    at = done.join('/')
    if (!target) return { path: at, kind: undefined }
    const kind = await linkDifference(at, target.text, files)
    if (kind) return { path: at, kind }
    done.length = isAbsolute(target.text) ? 0 : done.length - 1
    left.unshift(...stepsOf(target.text, root))
  }
  // A circle.
  return { path: at, kind: 'missing' }
}

/** Moves names from `left` to `done` up to the first link, which is then the last of `done`. */
async function untilLink(
  done: string[],
  left: string[],
  root: string
): Promise<{ readonly text: string } | 'outside' | undefined> {
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    if (name === '..' && done.pop() === undefined) return 'outside'
    if (!['', '.', '..'].includes(name)) done.push(name)
    const text = await linkTarget(root, done.join('/'))
    if (text !== undefined) return { text }
  }
  return undefined
}

async function linkTarget(root: string, path: string): Promise<string | undefined> {
  const found = await lstatIn(root, path)
  return found?.isSymbolicLink() ? readlink(join(root, path)) : undefined
}

async function linkDifference(
  path: string,
  target: string,
  files: CommittedFiles
): Promise<DifferenceKind | undefined> {
  const entry = await files.at(path)
  if (!entry) return 'untracked'
  if (entry.kind !== 'link') return entry.kind === 'submodule' ? 'submodule' : 'changed'
  return entry.id === objectId('blob', Buffer.from(target), entry.id) ? undefined : 'changed'
}

/** The names to go from the folder of a link; from the root of the work tree when it is absolute. */
function stepsOf(target: string, root: string): readonly string[] {
  return isAbsolute(target) ? relative(root, target).split(sep) : target.split('/')
}
