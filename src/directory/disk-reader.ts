import type { Dirent, Stats } from 'node:fs'
import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import type { ByteString } from '../chart/model/chart-file.ts'
import { abortable } from '../shared/abort-signal.ts'

/** Where a link leads in the end. */
export interface Target {
  readonly realPath: ByteString
  readonly stats: Stats
}

/** Reads folders and links, each once: links can lead to one folder again and again. Rejects when it is aborted. */
export class DiskReader {
  readonly #signal: AbortSignal
  readonly #folders = new Map<ByteString, Promise<readonly Dirent[]>>()
  readonly #targets = new Map<ByteString, Promise<Target>>()

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  /** What is in a folder, in the order of the bytes of the names. */
  entries(folder: ByteString): Promise<readonly Dirent[]> {
    return once(this.#folders, folder, () => abortable(readFolder(folder), this.#signal))
  }

  /** Begins to read a folder that will be asked for. */
  prepare(folder: ByteString): void {
    this.entries(folder).catch(() => undefined)
  }

  target(link: ByteString): Promise<Target> {
    return once(this.#targets, link, () => abortable(resolveLink(link), this.#signal))
  }

  /** What something is that is not a link. */
  type(path: ByteString): Promise<Stats> {
    return abortable(lstat(toPath(path)), this.#signal)
  }
}

function once<T>(
  known: Map<ByteString, Promise<T>>,
  path: ByteString,
  find: () => Promise<T>
): Promise<T> {
  const found = known.get(path) ?? find()
  known.set(path, found)
  return found
}

async function readFolder(folder: ByteString): Promise<readonly Dirent[]> {
  const entries = await readdir(toPath(folder), { encoding: 'latin1', withFileTypes: true })
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function resolveLink(link: ByteString): Promise<Target> {
  const realPath = await realpath(toPath(link), { encoding: 'latin1' })
  return { realPath, stats: await stat(toPath(realPath)) }
}

/** The path as the file system takes it, byte by byte. */
export function toPath(path: ByteString): Buffer {
  return Buffer.from(path, 'latin1')
}
