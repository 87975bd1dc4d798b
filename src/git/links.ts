import type { Stats } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import type { CommittedFiles } from './committed-files.ts'
import type { DifferenceKind } from './difference.ts'
import { objectId } from './object-id.ts'
import { unreadable } from './regular-file.ts'

/** As Linux has it (path_resolution(7)). */
const MOST_LINKS = 40

/** A path free of links, whether or not it exists; or a link that must not be followed, and why. */
export interface Place {
  readonly path: string
  readonly kind: DifferenceKind | undefined
}

/** The links in a work tree, beside those of a commit. Paths go from the root, with slashes. */
export class Links {
  readonly #root: string
  readonly #files: CommittedFiles
  readonly #stats = new Map<string, Promise<Stats | undefined>>()

  constructor(root: string, files: CommittedFiles) {
    this.#root = root
    this.#files = files
  }

  /** What is at a path, links unresolved; undefined when nothing can be found there. Asked for once. */
  async stat(path: string): Promise<Stats | undefined> {
    const known = this.#stats.get(path)
    if (known !== undefined) return known
    const found = lstat(join(this.#root, path)).catch(() => undefined)
    this.#stats.set(path, found)
    return found
  }

  /**
   * Where a path leads, as the system resolves it, so long as every link on the way is the one of the commit and
   * stays in the work tree. @throws UnreadableRepository
   */
  async follow(path: string): Promise<Place> {
    const done: string[] = []
    const left = path.split('/')
    let at = path
    for (let links = 0; links <= MOST_LINKS; links++) {
      const target = await this.#untilLink(done, left)
      if (target === 'outside') return { path: at, kind: target }
      at = done.join('/')
      if (!target) return { path: at, kind: undefined }
      const kind = await this.#compare(at, target.text)
      if (kind) return { path: at, kind }
      done.length = isAbsolute(target.text) ? 0 : done.length - 1
      left.unshift(...this.#stepsOf(target.text))
    }
    // A circle.
    return { path: at, kind: 'missing' }
  }

  /** Moves names from `left` to `done` up to the first link, which is then the last of `done`. */
  async #untilLink(
    done: string[],
    left: string[]
  ): Promise<{ readonly text: string } | 'outside' | undefined> {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      if (name === '..' && done.pop() === undefined) return 'outside'
      if (!['', '.', '..'].includes(name)) done.push(name)
      const path = done.join('/')
      if (!(await this.stat(path))?.isSymbolicLink()) continue
      return { text: await readlink(join(this.#root, path)).catch(unreadable(path)) }
    }
    return undefined
  }

  async #compare(path: string, target: string): Promise<DifferenceKind | undefined> {
    const entry = await this.#files.at(path)
    if (!entry) return 'untracked'
    if (entry.kind !== 'link') return entry.kind === 'submodule' ? 'submodule' : 'changed'
    return entry.id === objectId('blob', Buffer.from(target), entry.id) ? undefined : 'changed'
  }

  /** The names to go from the folder of a link; from the root of the work tree when it is absolute. */
  #stepsOf(target: string): readonly string[] {
    return isAbsolute(target) ? relative(this.#root, target).split(sep) : target.split('/')
  }
}
