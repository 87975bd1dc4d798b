import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { codeOf } from '../shared/failure.ts'
import { inflateObject, OBJECT_TYPES, type ObjectType, objectId } from './git-object.ts'
import { readFromPack, type StoredObject } from './pack.ts'
import { readRepositoryFile, UnreadableRepository, unreadable } from './repository-file.ts'

/** Of a commit or a tree; a folder with 700 000 files makes a tree of this size. */
const LARGEST_OBJECT_BYTES = 32 * 1024 * 1024
const LARGEST_ALTERNATES_BYTES = 64 * 1024
/** As git has it (object-file.c): objects may be borrowed from what borrows itself. */
const DEEPEST_ALTERNATES = 5
/** A clone borrows from one or two; hostile lists could grow with each level. */
const MOST_FOLDERS = 50

/**
 * The objects of a repository, loose and in packs, its own and those that it borrows. Each is hashed, so that
 * whoever has an id from a source to be trusted gets the content that belongs to it, whatever is on disk.
 * What a partial clone left out is missing; nothing is fetched.
 */
export class ObjectStore {
  readonly #folders: readonly string[]
  #packs: readonly string[] | undefined

  private constructor(folders: readonly string[]) {
    this.#folders = folders
  }

  /** `commonFolder`: that of a work tree. @throws UnreadableRepository */
  static open(commonFolder: string): ObjectStore {
    return new ObjectStore(withAlternates(join(commonFolder, 'objects')))
  }

  /** @throws UnreadableRepository, when the object is missing, damaged, of another type or too large */
  read(id: string, type: ObjectType, limit = LARGEST_OBJECT_BYTES): Buffer {
    const found = this.#loose(id, limit) ?? this.#packed(id, limit)
    if (!found) throw new UnreadableRepository(`object ${id} is missing`)
    if (found.type !== type || objectId(type, found.bytes, id) !== id) {
      throw new UnreadableRepository(`object ${id} is damaged`)
    }
    return found.bytes
  }

  #loose(id: string, limit: number): StoredObject | undefined {
    for (const folder of this.#folders) {
      const path = join(folder, id.slice(0, 2), id.slice(2))
      // A header such as "commit 123" precedes the content. What does not shrink is stored as it is.
      const bytes = readRepositoryFile(path, limit + LONGEST_HEADER)
      if (bytes) return parseLoose(inflateObject(bytes, limit + LONGEST_HEADER))
    }
    return undefined
  }

  #packed(id: string, limit: number): StoredObject | undefined {
    this.#packs ??= this.#folders.flatMap(packsIn)
    for (const pack of this.#packs) {
      const found = readFromPack(pack, id, limit)
      if (found) return found
    }
    return undefined
  }
}

const LONGEST_HEADER = 64

function parseLoose(bytes: Buffer): StoredObject {
  const end = bytes.subarray(0, LONGEST_HEADER).indexOf(0)
  const [name, size] = bytes.toString('latin1', 0, Math.max(end, 0)).split(' ')
  const content = bytes.subarray(end + 1)
  const type = [...OBJECT_TYPES.values()].find((known) => known === name)
  if (type && size === String(content.length)) return { type, bytes: content }
  throw new UnreadableRepository('an object is damaged')
}

/** Git itself joins packs from 50 on (gc.autoPackLimit), but not those of partial clones. */
const MOST_PACKS = 10_000

/** The packs that have an index, as paths without extension. */
function packsIn(folder: string): readonly string[] {
  const path = join(folder, 'pack')
  const indexes = namesIn(path).filter((name) => name.endsWith('.idx'))
  if (indexes.length > MOST_PACKS) throw new UnreadableRepository(`"${path}" has too many packs`)
  return indexes.map((name) => join(path, name.slice(0, -'.idx'.length)))
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? [] : unreadable(folder)(error)
  }
}

/** A folder of objects, with those that it borrows from (gitrepository-layout, objects/info/alternates). */
function withAlternates(own: string): readonly string[] {
  const folders = [own]
  let added = [own]
  for (let depth = 0; depth < DEEPEST_ALTERNATES && added.length > 0; depth++) {
    const named = added.flatMap(alternatesOf)
    added = [...new Set(named)].filter((folder) => !folders.includes(folder))
    folders.push(...added)
    if (folders.length > MOST_FOLDERS) throw new UnreadableRepository('it has too many alternates')
  }
  return folders
}

function alternatesOf(folder: string): readonly string[] {
  const bytes = readRepositoryFile(join(folder, 'info/alternates'), LARGEST_ALTERNATES_BYTES)
  const lines = bytes?.toString('utf8').split(/\r?\n/) ?? []
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => resolve(folder, line))
}
