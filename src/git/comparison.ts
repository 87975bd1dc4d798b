import { readdirSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Commit } from './commit.ts'
import { CommittedFiles } from './committed-files.ts'
import { type Difference, type DifferenceKind, fileDifference } from './file-difference.ts'
import { Links } from './links.ts'
import { unreadable } from './repository-file.ts'

/**
 * A work tree, compared with a commit by the bytes of files, without filters: index, attributes and what git
 * ignores have no say. Modes of files do not count, since Helm packs none.
 */
export class Comparison {
  readonly #root: string
  readonly #files: CommittedFiles
  readonly #links: Links
  readonly #signal: AbortSignal

  private constructor(root: string, files: CommittedFiles, signal: AbortSignal) {
    this.#root = root
    this.#files = files
    this.#links = new Links(root, files)
    this.#signal = signal
  }

  /** With a commit of the repository of its work tree. @throws UnreadableRepository */
  static async with(commit: Commit, signal: AbortSignal): Promise<Comparison> {
    return new Comparison(commit.workTree.root, CommittedFiles.of(commit), signal)
  }

  /**
   * `path` from the root of the work tree, its links unresolved; undefined when it does not begin with that root, or
   * goes back over a link by `..`, which names and the system take for different places.
   */
  async pathTo(path: string): Promise<string | undefined> {
    const full = resolve(path)
    const real = await Promise.all(
      [path, full].map((each) => realpath(each).catch(() => undefined))
    )
    if (real[0] !== real[1]) return undefined
    let found: string | undefined
    for (let folder = full; ; folder = dirname(folder)) {
      // The outermost one counts, so that every link below is compared.
      if ((await realpath(folder).catch(() => undefined)) === this.#root) found = folder
      if (dirname(folder) === folder) break
    }
    return found === undefined ? undefined : relative(found, full).split(sep).join('/')
  }

  /**
   * How one file differs, the links to it included; of a folder, whether it is one.
   * @throws UnreadableRepository; the reason of the signal
   */
  async differenceAt(path: string): Promise<Difference | undefined> {
    const { path: at, kind } = this.#links.follow(path)
    return kind ? { path: at, kind } : this.#compare(at)
  }

  /**
   * Every difference of a file or a folder, and of what links in it lead to, in the order of names. `path` goes from
   * `folder`, which is free of links.
   * @throws UnreadableRepository; the reason of the signal
   */
  async *differences(
    path: string,
    folder = '',
    seen = new Set<string>()
  ): AsyncGenerator<Difference> {
    const { path: at, kind } = this.#links.follow(path, folder)
    if (!kind && seen.has(at)) return
    seen.add(at)
    const difference = kind ? { path: at, kind } : await this.#compare(at)
    if (difference) yield difference
    else for (const name of this.#namesIn(at)) yield* this.differences(name, at, seen)
  }

  /** The paths of what the commit has right in a folder, and the work tree does not. @throws UnreadableRepository */
  missingIn(path: string): readonly string[] {
    const { path: at, kind } = this.#links.follow(path)
    const names = kind ? [] : this.#files.namesIn(at)
    const paths = names.map((name) => posix.join(at, name))
    return paths.filter((each) => !this.#links.stat(each))
  }

  /** The names of all that work tree or commit have in a folder, sorted; none for a file. */
  #namesIn(path: string): readonly string[] {
    if (!this.#links.stat(path)?.isDirectory()) return []
    const names = new Set([...readFolder(join(this.#root, path)), ...this.#files.namesIn(path)])
    if (path === '') names.delete('.git')
    return [...names].sort()
  }

  /** `path` is free of links. */
  async #compare(path: string): Promise<Difference | undefined> {
    // Files are read synchronously; between two of them, signals and other charts have their turn.
    await nextTurn()
    this.#signal.throwIfAborted()
    const kind = this.#kindAt(path)
    return kind && { path, kind }
  }

  #kindAt(path: string): DifferenceKind | undefined {
    const found = this.#links.stat(path)
    const entry = this.#files.at(path)
    if (!found) return 'missing'
    if (entry?.kind === 'submodule') return 'submodule'
    // A folder that the commit does not have is as good as the files in it.
    if (found.isDirectory()) return !entry || entry.kind === 'folder' ? undefined : 'changed'
    if (!found.isFile()) return 'special'
    if (entry?.kind !== 'file') return entry ? 'changed' : 'untracked'
    return fileDifference(join(this.#root, path), entry, this.#files)
  }
}

function readFolder(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch (error) {
    return unreadable(path)(error)
  }
}
