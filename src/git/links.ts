import { lstatSync, readlinkSync, type Stats } from 'node:fs'
import { isAbsolute, join, posix, relative, sep } from 'node:path'
import type { CommittedFiles } from './committed-files.ts'
import type { DifferenceKind } from './file-difference.ts'
import { objectId } from './git-object.ts'
import { unreadable } from './repository-file.ts'

/** As Linux has it (path_resolution(7)). */
const MOST_LINKS = 40

/** A path free of links, whether or not it exists; or a link that must not be followed, and why. */
interface ResolvedPath {
  readonly path: string
  readonly kind: DifferenceKind | undefined
}

/** The links in a work tree, compared with those of a commit. Paths go from the root, with slashes. */
export class Links {
  readonly #root: string
  readonly #files: CommittedFiles
  readonly #stats = new Map<string, Stats | undefined>()

  constructor(root: string, files: CommittedFiles) {
    this.#root = root
    this.#files = files
  }

  /** What is at a path, links unresolved; undefined when nothing can be found there. Asked for once. */
  stat(path: string): Stats | undefined {
    if (!this.#stats.has(path)) this.#stats.set(path, lstatIfPresent(join(this.#root, path)))
    return this.#stats.get(path)
  }

  /**
   * Where a path below `folder` leads, as the system resolves it, so long as every link on its path is the one of the
   * commit and stays in the work tree. `folder` is free of links. @throws UnreadableRepository
   */
  follow(path: string, folder = ''): ResolvedPath {
    const done = folder === '' ? [] : folder.split('/')
    const left = path.split('/')
    let at = posix.join(folder, path)
    for (let links = 0; links <= MOST_LINKS; links++) {
      const target = this.#untilLink(done, left)
      if (target === 'outside') return { path: at, kind: target }
      at = done.join('/')
      if (!target) return { path: at, kind: undefined }
      const kind = this.#compare(at, target.text)
      if (kind) return { path: at, kind }
      done.length = isAbsolute(target.text) ? 0 : done.length - 1
      left.unshift(...this.#stepsOf(target.text))
    }
    // A circle.
    return { path: at, kind: 'missing' }
  }

  /** Moves names from `left` to `done` up to the first link, which is then the last of `done`. */
  #untilLink(done: string[], left: string[]): { readonly text: string } | 'outside' | undefined {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      if (name === '..' && done.pop() === undefined) return 'outside'
      if (!['', '.', '..'].includes(name)) done.push(name)
      const path = done.join('/')
      if (this.stat(path)?.isSymbolicLink()) return { text: readLink(join(this.#root, path)) }
    }
    return undefined
  }

  #compare(path: string, target: string): DifferenceKind | undefined {
    const entry = this.#files.at(path)
    if (!entry) return 'untracked'
    if (entry.kind !== 'link') return entry.kind === 'submodule' ? 'submodule' : 'changed'
    return entry.id === objectId('blob', Buffer.from(target), entry.id) ? undefined : 'changed'
  }

  /** The names to go from the folder of a link; from the root of the work tree when it is absolute. */
  #stepsOf(target: string): readonly string[] {
    return isAbsolute(target) ? relative(this.#root, target).split(sep) : target.split('/')
  }
}

function lstatIfPresent(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path)
  } catch (error) {
    return unreadable(path)(error)
  }
}
