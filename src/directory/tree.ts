import type { Dirent, Stats } from 'node:fs'
import { sep } from 'node:path'
import { type ByteString, toByteString } from '../chart/model/chart-file.ts'
import { gitPathIn } from '../chart/unwanted-files.ts'
import { Turns } from '../shared/abort-signal.ts'
import { codeOf } from '../shared/failure.ts'
import { kindOfFile } from '../shared/regular-file.ts'
import { isWithin } from '../shared/within.ts'
import { DiskReader } from './disk-reader.ts'
import type { HelmIgnore, IgnoreRule } from './helmignore.ts'

/** A regular file that helm packages. */
export interface SourceFile {
  /** Below the chart; by this path helm packages it. */
  readonly path: ByteString
  /** Where its bytes are, without links. */
  readonly realPath: ByteString
}

/** A link, and where it leads. */
export interface SourceLink {
  readonly path: ByteString
  readonly realPath: ByteString
}

/** A path that keeps helm from packaging the chart, and why, as a clause: "it is a FIFO". */
export interface Obstacle {
  readonly path: ByteString
  readonly why: string
}

/** A chart directory as helm walks it: with .helmignore applied, links followed. */
export interface SourceTree {
  /** In the order of helm's walk, that of bytes. */
  readonly files: readonly SourceFile[]
  /** What .helmignore leaves out; nothing below a folder that it leaves out. */
  readonly ignored: ReadonlyMap<ByteString, IgnoreRule>
  readonly linksOut: readonly SourceLink[]
  /** Links to nothing, or that cannot be followed. */
  readonly badLinks: readonly Obstacle[]
  /** Links to a folder above them, which helm would follow without end. */
  readonly linkLoops: readonly Obstacle[]
  /** FIFOs, sockets, devices; folders that cannot be read. */
  readonly obstacles: readonly Obstacle[]
  /** Folders and files named `.git`, and links into one; they are not entered. */
  readonly gitFolders: readonly ByteString[]
  /** Whether there are more files than a chart may have; the walk has ended there. */
  readonly isTooLarge: boolean
}

export interface WalkOptions {
  readonly ignore: HelmIgnore
  /** How many files and folders may be met, each as often as links lead to it. */
  readonly mostEntries: number
  readonly signal: AbortSignal
}

/**
 * Walks a chart directory as helm will do, before helm is started: helm opens what Chart.yaml and .helmignore are at
 * once, and follows links without end. Reads no file.
 * @param folder without links in its path
 */
export async function walkTree(folder: string, options: WalkOptions): Promise<SourceTree> {
  const root = toByteString(folder)
  const walk = new TreeWalk(root, options)
  await walk.enter({ path: '', realPath: root, above: [] })
  return walk.tree
}

/** Something in a chart, and the real paths of the folders that lead to it. */
interface Found {
  /** Below the chart; empty for the chart itself. */
  readonly path: ByteString
  readonly realPath: ByteString
  readonly above: readonly ByteString[]
}

type Entry = Dirent | Stats

class TreeWalk {
  readonly #root: ByteString
  readonly #options: WalkOptions
  readonly #files: SourceFile[] = []
  readonly #ignored = new Map<ByteString, IgnoreRule>()
  readonly #linksOut: SourceLink[] = []
  readonly #badLinks: Obstacle[] = []
  readonly #linkLoops: Obstacle[] = []
  readonly #obstacles: Obstacle[] = []
  readonly #gitFolders: ByteString[] = []
  readonly #disk: DiskReader
  readonly #turns: Turns
  #entries = 0

  constructor(root: ByteString, options: WalkOptions) {
    this.#root = root
    this.#options = options
    this.#disk = new DiskReader(options.signal)
    this.#turns = new Turns(options.signal)
  }

  get tree(): SourceTree {
    return {
      files: this.#files,
      ignored: this.#ignored,
      linksOut: this.#linksOut,
      ...{ badLinks: this.#badLinks, linkLoops: this.#linkLoops, obstacles: this.#obstacles },
      gitFolders: this.#gitFolders,
      isTooLarge: this.#isTooLarge
    }
  }

  get #isTooLarge(): boolean {
    return this.#entries > this.#options.mostEntries
  }

  async enter({ path, realPath, above }: Found): Promise<void> {
    const entries = await this.#disk.entries(realPath).catch((error: unknown) => {
      this.#throwUnlessOfPath(error)
      const why = `it cannot be read: ${codeOf(error) ?? 'unknown error'}`
      this.#obstacles.push({ path: path || '.', why })
      return []
    })
    const inside = [...above, realPath]
    for (const entry of entries) {
      if (entry.isDirectory()) this.#disk.prepare(below(realPath, entry.name))
    }
    for (const entry of entries) {
      this.#entries += 1
      if (this.#isTooLarge) return
      // Matching the rules of a .helmignore may take hours.
      await this.#turns.take()
      const name = path === '' ? entry.name : `${path}/${entry.name}`
      await this.#meet({ path: name, realPath: below(realPath, entry.name), above: inside }, entry)
    }
  }

  async #meet(found: Found, entry: Dirent): Promise<void> {
    if (entry.isSymbolicLink()) return this.#follow(found)
    if (entry.isFile() || entry.isDirectory()) return this.#add(found, entry)
    // Some file systems do not say what an entry is.
    const type = await this.#disk.type(found.realPath).catch(() => undefined)
    return this.#add(found, type ?? entry)
  }

  /** Helm follows links before it applies .helmignore. */
  async #follow({ path, realPath: link, above }: Found): Promise<void> {
    const target = await this.#disk.target(link).catch((error: unknown) => {
      this.#throwUnlessOfPath(error)
      const code = codeOf(error)
      const why = code === 'ENOENT' ? 'its target does not exist' : `it cannot be followed: ${code}`
      this.#badLinks.push({ path, why })
      return undefined
    })
    if (!target) return
    const { realPath, stats } = target
    if (!this.#options.ignore.ruleFor(path, stats.isDirectory())) {
      if (this.#isRefused({ path, realPath, above }, stats)) return
      const isUsed = stats.isFile() || stats.isDirectory()
      if (isUsed && !isWithin(realPath, this.#root)) this.#linksOut.push({ path, realPath })
    }
    return this.#add({ path, realPath, above }, stats)
  }

  /** Too many open files are not the fault of the path. */
  #throwUnlessOfPath(error: unknown): void {
    this.#options.signal.throwIfAborted()
    if (['EMFILE', 'ENFILE'].includes(codeOf(error) ?? '')) throw error
  }

  /** Whether a link is not to be followed for where it leads. */
  #isRefused({ path, realPath, above }: Found, stats: Stats): boolean {
    if (this.#isInGitFolder(realPath)) {
      this.#gitFolders.push(path)
      return true
    }
    const isLoop = stats.isDirectory() && above.some((folder) => isWithin(folder, realPath))
    if (isLoop) this.#linkLoops.push({ path, why: 'it points to a folder above it' })
    return isLoop
  }

  /** A link may have any name. */
  #isInGitFolder(realPath: ByteString): boolean {
    const path = isWithin(realPath, this.#root) ? realPath.slice(this.#root.length) : realPath
    return gitPathIn(path.replaceAll(sep, '/')) !== undefined
  }

  async #add(found: Found, type: Entry): Promise<void> {
    const { path, realPath } = found
    const rule = this.#options.ignore.ruleFor(path, type.isDirectory())
    if (rule) this.#ignored.set(path, rule)
    else if (gitPathIn(path) !== undefined) this.#gitFolders.push(path)
    else if (type.isDirectory()) await this.enter(found)
    else if (type.isFile()) this.#files.push({ path, realPath })
    else this.#obstacles.push({ path, why: `it is ${kindOfFile(type)}` })
  }
}

function below(folder: ByteString, name: ByteString): ByteString {
  return folder.endsWith(sep) ? `${folder}${name}` : `${folder}${sep}${name}`
}
