import type { Commit } from './commit.ts'
import { ObjectStore } from './object-store.ts'
import { UnreadableRepository } from './repository-file.ts'

/** What a commit has at a path. */
export interface TreeEntry {
  readonly kind: 'folder' | 'file' | 'link' | 'submodule'
  readonly id: string
}

type Folder = ReadonlyMap<string, TreeEntry>

/** The files of one commit, by their paths from the root, with slashes. Folders are read when they are asked for. */
export class CommittedFiles {
  readonly #store: ObjectStore
  readonly #root: TreeEntry
  readonly #folders = new Map<string, Folder>()

  private constructor(store: ObjectStore, tree: string) {
    this.#store = store
    this.#root = { kind: 'folder', id: tree }
  }

  /** @throws UnreadableRepository */
  static of({ tree, workTree }: Commit): CommittedFiles {
    return new CommittedFiles(ObjectStore.open(workTree.commonFolder), tree)
  }

  /** Below a submodule, that submodule. @throws UnreadableRepository */
  at(path: string): TreeEntry | undefined {
    let entry: TreeEntry | undefined = this.#root
    for (const name of path === '' ? [] : path.split('/')) {
      if (entry.kind === 'submodule') return entry
      entry = entry.kind === 'folder' ? this.#folder(entry.id).get(name) : undefined
      if (!entry) return undefined
    }
    return entry
  }

  /** The names in a folder; none where the commit has no folder. @throws UnreadableRepository */
  namesIn(path: string): readonly string[] {
    const entry = this.at(path)
    return entry?.kind === 'folder' ? [...this.#folder(entry.id).keys()] : []
  }

  /** The content of a file of at most `limit` bytes. @throws UnreadableRepository */
  read(id: string, limit: number): Buffer {
    return this.#store.read(id, 'blob', limit)
  }

  #folder(id: string): Folder {
    const known = this.#folders.get(id)
    if (known !== undefined) return known
    const folder = parseTree(this.#store.read(id, 'tree'), id.length / 2)
    this.#folders.set(id, folder)
    return folder
  }
}

const KINDS: ReadonlyMap<string, TreeEntry['kind']> = new Map([
  ['40000', 'folder'],
  ['100644', 'file'],
  ['100755', 'file'],
  // Written by early versions of git.
  ['100664', 'file'],
  ['120000', 'link'],
  ['160000', 'submodule']
])

/** Each entry: mode in octal digits, a space, the name, NUL, the bytes of the id. */
function parseTree(bytes: Buffer, idBytes: number): Folder {
  const entries = new Map<string, TreeEntry>()
  for (let position = 0; position < bytes.length; ) {
    const space = bytes.indexOf(' ', position)
    const end = bytes.indexOf(0, position)
    const kind = KINDS.get(bytes.toString('latin1', position, Math.max(space, 0)))
    const id = bytes.toString('hex', end + 1, end + 1 + idBytes)
    const name = bytes.toString('utf8', space + 1, end)
    const isName = !name.includes('/') && !['', '.', '..'].includes(name)
    if (!kind || !isName || id.length < idBytes * 2) {
      throw new UnreadableRepository('a tree is damaged')
    }
    entries.set(name, { kind, id })
    position = end + 1 + idBytes
  }
  return entries
}
