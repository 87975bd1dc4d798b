import { constants } from 'node:fs'
import {
  copyFile,
  cp,
  link,
  mkdir,
  mkdtemp,
  readdir,
  stat,
  symlink,
  writeFile
} from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type ByteString, toByteString } from '../../../chart/model/chart-file.ts'
import { targetInCharts } from '../../../directory/charts-link.ts'
import { toPath } from '../../../directory/disk-reader.ts'
import type { FilledCharts } from '../../../directory/filled-charts.ts'
import { codeOf } from '../../../shared/failure.ts'
import { throwIfFull } from '../../../shared/private-folder.ts'

/** A chart directory that is to be mirrored. */
export interface MirrorSource {
  /** The chart, without links in its path. */
  readonly folder: ByteString
  /** What .helmignore leaves out has no place in the mirror either: `.git` may have many folders. */
  readonly ignored: ReadonlySet<ByteString>
  /** The name that the mirror gets. */
  readonly name: string
  readonly charts: Omit<FilledCharts, 'links'>
}

export interface Mirror {
  /** The directory for helm. */
  readonly path: string
  /** The links of the chart that lead into charts/ to something that is there now. */
  readonly links: ReadonlySet<ByteString>
}

/**
 * Makes a mirror of a chart in a private folder, for helm to package: charts/ is a folder of its own, all else leads to
 * the user's files, which are never written. Folders with links into charts/ are folders of their own as well, so that
 * these links lead into the mirror.
 * @param privateFolder of the run
 */
export async function makeMirror(source: MirrorSource, privateFolder: string): Promise<Mirror> {
  const parent = await mkdtemp(join(privateFolder, 'mirror-'))
  const path = join(parent, basename(source.name) || 'chart')
  try {
    return await new MirrorBuilder(source, path).build()
  } catch (error) {
    throwIfFull(error, privateFolder)
    throw error
  }
}

class MirrorBuilder {
  readonly #source: MirrorSource
  readonly #path: string
  readonly #root: ByteString
  readonly #links = new Map<ByteString, ByteString>()

  constructor(source: MirrorSource, path: string) {
    this.#source = source
    this.#path = path
    this.#root = toByteString(path)
  }

  async build(): Promise<Mirror> {
    const { archives, lock } = this.#source.charts
    await this.#fill('')
    await mkdir(join(this.#path, 'charts'), { recursive: true })
    for (const [name, archive] of archives)
      await linkFile(archive, join(this.#path, 'charts', name))
    if (lock) await writeFile(join(this.#path, lock.name), lock.text)
    return { path: this.#path, links: await this.#soundLinks() }
  }

  /** Makes a folder of the mirror, with what the same folder of the chart holds. */
  async #fill(folder: ByteString): Promise<void> {
    await mkdir(toPath(below(this.#root, folder)))
    const entries = await readdir(toPath(below(this.#source.folder, folder)), {
      encoding: 'latin1',
      withFileTypes: true
    }).catch(() => [])
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (!this.#isLeftOut(path)) await this.#mirror(path, entry.isDirectory())
    }
  }

  async #mirror(path: ByteString, isFolder: boolean): Promise<void> {
    const from = below(this.#source.folder, path)
    const target = isFolder ? undefined : await targetInCharts(this.#source.folder, from)
    if (path === 'charts') return this.#fill(path)
    if (target !== undefined) {
      this.#links.set(path, target)
      return linkTo(below(this.#root, target), below(this.#root, path))
    }
    if (isFolder && (await this.#leadsIntoCharts(from))) return this.#fill(path)
    return linkTo(from, below(this.#root, path))
  }

  /** Whether a link somewhere in a folder does. */
  async #leadsIntoCharts(folder: ByteString): Promise<boolean> {
    const options = { encoding: 'latin1', withFileTypes: true } as const
    const entries = await readdir(toPath(folder), options).catch(() => [])
    for (const entry of entries) {
      const path = `${folder}/${entry.name}`
      const isSo = entry.isDirectory()
        ? await this.#leadsIntoCharts(path)
        : entry.isSymbolicLink() && (await targetInCharts(this.#source.folder, path)) !== undefined
      if (isSo) return true
    }
    return false
  }

  #isLeftOut(path: ByteString): boolean {
    const { leftOut, lock, archives } = this.#source.charts
    // Its rules are for what lies deeper in folders that are links here, too.
    if (path === '.helmignore') return false
    if (path === lock?.name || this.#source.ignored.has(path)) return true
    if (!path.startsWith('charts/')) return false
    const name = path.slice('charts/'.length)
    return leftOut.has(name) || [...archives.keys()].some((file) => toByteString(file) === name)
  }

  async #soundLinks(): Promise<ReadonlySet<ByteString>> {
    const sound = new Set<ByteString>()
    for (const [path, target] of this.#links) {
      const found = await stat(toPath(below(this.#root, target))).catch(() => undefined)
      if (found) sound.add(path)
    }
    return sound
  }
}

function below(folder: ByteString, path: ByteString): ByteString {
  return path === '' ? folder : `${folder}/${path}`
}

/** On another file system, a copy. */
async function linkFile(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_EXCL))
}

/** Where links are not allowed, as on Windows without that right, a copy. */
async function linkTo(target: ByteString, path: ByteString): Promise<void> {
  await symlink(toPath(target), toPath(path)).catch(async (error: unknown) => {
    if (codeOf(error) !== 'EPERM') throw error
    const [from, to] = [toPath(target).toString(), toPath(path).toString()]
    await cp(from, to, { recursive: true, dereference: true })
  })
}
