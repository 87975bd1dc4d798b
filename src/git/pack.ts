import { type OpenFile, readAt } from '../shared/regular-file.ts'
import { ByteReader } from './byte-reader.ts'
import { inflateObject, OBJECT_TYPES, type ObjectType } from './git-object.ts'
import { offsetInPack } from './pack-index.ts'
import { UnreadableRepository, withRepositoryFile } from './repository-file.ts'

/** An object as it was stored; nobody has checked yet that it has the id it was stored under. */
export interface StoredObject {
  readonly type: ObjectType
  readonly bytes: Buffer
}

// Further types of entries in a pack (gitformat-pack).
const OFFSET_DELTA = 6
const REFERENCE_DELTA = 7
/** Git itself refuses to write longer chains (pack-objects, --depth). */
const LONGEST_CHAIN = 4095
/**
 * Of all deltas of a chain, and of all that they make, so that a small hostile pack cannot take minutes. Fifty
 * versions (pack.depth) of a folder with 500 000 files have as much.
 */
const MOST_CHAIN_BYTES = 1024 * 1024 * 1024
/** Type and size (10 bytes at most), and the base of a delta (32 at most). */
const HEADER_BYTES = 48

/**
 * The object `id` in the pack whose path without extension is `path`; undefined when it is not in there.
 * @throws UnreadableRepository, when it is damaged, or larger than `limit` bytes
 */
export function readFromPack(path: string, id: string, limit: number): StoredObject | undefined {
  const offset = offsetInPack(`${path}.idx`, id)
  if (offset === undefined) return undefined
  return withRepositoryFile(`${path}.pack`, (file, size) => {
    return readChain(offset, limit, { file, size, idBytes: id.length / 2, index: `${path}.idx` })
  })
}

interface Pack {
  readonly file: OpenFile
  readonly size: number
  readonly idBytes: number
  readonly index: string
}

/** Follows deltas to an object that is stored in full, then applies them to it, the last one first. */
function readChain(start: number, limit: number, pack: Pack): StoredObject {
  const deltas: Buffer[] = []
  const seen = new Set<number>()
  let left = MOST_CHAIN_BYTES
  for (let offset = start; !seen.has(offset) && seen.size <= LONGEST_CHAIN; ) {
    seen.add(offset)
    const entry = readEntry(offset, Math.min(limit, left), pack)
    left -= entry.bytes.length
    if ('type' in entry) return { type: entry.type, bytes: applyAll(entry.bytes, deltas, limit) }
    deltas.push(entry.bytes)
    offset = entry.base
  }
  throw damaged()
}

function applyAll(base: Buffer, deltas: readonly Buffer[], limit: number): Buffer {
  let left = MOST_CHAIN_BYTES
  return deltas.reduceRight((bytes, delta) => {
    const result = applyDelta(bytes, delta, Math.min(limit, left))
    left -= result.length
    return result
  }, base)
}

type Entry = StoredObject | { readonly base: number; readonly bytes: Buffer }

function readEntry(offset: number, limit: number, pack: Pack): Entry {
  const header = new ByteReader(
    readAt(pack.file, offset, Math.min(HEADER_BYTES, pack.size)),
    'a pack'
  )
  // Three bits of type, then the size: four bits, and those that follow.
  const first = header.byte()
  const number = (first >> 4) & 7
  const size = (first & 0x0f) + (first >= 0x80 ? 16 * header.lowFirst() : 0)
  if (size > limit) throw new UnreadableRepository(`an object is larger than ${limit} bytes`)
  const type = OBJECT_TYPES.get(number)
  if (type) return { type, bytes: content(offset + header.position, size, pack) }
  const base = number === OFFSET_DELTA ? baseBefore(offset, header) : baseById(number, header, pack)
  return { base, bytes: content(offset + header.position, size, pack) }
}

/** The base comes earlier in the pack, by a distance. */
function baseBefore(offset: number, header: ByteReader): number {
  const distance = header.highFirst()
  if (distance <= 0 || distance >= offset) throw damaged()
  return offset - distance
}

function baseById(number: number, header: ByteReader, { idBytes, index }: Pack): number {
  const id = number === REFERENCE_DELTA ? header.take(idBytes).toString('hex') : undefined
  const base = id === undefined ? undefined : offsetInPack(index, id)
  if (base === undefined) throw damaged()
  return base
}

/** Zlib adds at most 13 bytes and a thousandth (compressBound); git stores each object as one stream. */
function content(offset: number, size: number, { file, size: end }: Pack): Buffer {
  const stored = Math.min(size + Math.ceil(size / 1000) + 64, Math.max(end - offset, 0))
  const bytes = inflateObject(readAt(file, offset, stored), size)
  if (bytes.length !== size) throw damaged()
  return bytes
}

function damaged(): UnreadableRepository {
  return new UnreadableRepository('a pack is damaged')
}

/**
 * The object that a delta makes of its base (gitformat-pack, "Deltified representation"): copies of parts of
 * the base, and new bytes. @throws UnreadableRepository
 */
function applyDelta(base: Buffer, delta: Buffer, limit: number): Buffer {
  const reader = new ByteReader(delta, 'a delta in a pack')
  if (reader.lowFirst() !== base.length) throw reader.damaged()
  const size = reader.lowFirst()
  if (size > limit) throw new UnreadableRepository(`an object is larger than ${limit} bytes`)
  // Filled to its last byte, or not handed out.
  const result = Buffer.allocUnsafe(size)
  let filled = 0
  while (!reader.isAtEnd) {
    const part = nextPart(reader, base)
    if (part.length > size - filled) throw reader.damaged()
    filled += part.copy(result, filled)
  }
  if (filled !== size) throw reader.damaged()
  return result
}

/** The bytes that the next instruction adds. */
function nextPart(reader: ByteReader, base: Buffer): Buffer {
  const instruction = reader.byte()
  if (instruction === 0) throw reader.damaged()
  if (instruction < 0x80) return reader.take(instruction)
  const offset = sparseNumber(reader, instruction, 4)
  // A size of 0 stands for the most that an instruction can copy by itself.
  const size = sparseNumber(reader, instruction >> 4, 3) || 0x10000
  if (offset + size > base.length) throw reader.damaged()
  return base.subarray(offset, offset + size)
}

/** A number of which only the bytes are there whose bit in `present` is set, the lowest first. */
function sparseNumber(reader: ByteReader, present: number, bytes: number): number {
  let value = 0
  for (let index = 0; index < bytes; index++) {
    if (present & (1 << index)) value += reader.byte() * 256 ** index
  }
  return value
}
