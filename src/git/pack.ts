import { type OpenFile, readAt } from '../shared/regular-file.ts'
import { applyDelta } from './delta.ts'
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
  const header = readAt(pack.file, offset, Math.min(HEADER_BYTES, pack.size))
  const { number, size, length } = typeAndSize(header)
  if (size > limit) throw new UnreadableRepository(`an object is larger than ${limit} bytes`)
  const type = OBJECT_TYPES.get(number)
  if (type) return { type, bytes: content(offset + length, size, pack) }
  const rest = header.subarray(length)
  const { base, skipped } =
    number === OFFSET_DELTA ? baseBefore(offset, rest) : baseById(number, rest, pack)
  return { base, bytes: content(offset + length + skipped, size, pack) }
}

/** Three bits of type, then the size: four bits, and seven in each byte that follows. */
function typeAndSize(header: Buffer) {
  const first = byteOf(header, 0)
  let [size, factor, length] = [first & 0x0f, 16, 1]
  for (let byte = first; byte >= 0x80; factor *= 128) {
    byte = byteOf(header, length++)
    size += (byte & 0x7f) * factor
  }
  return { number: (first >> 4) & 7, size, length }
}

/** The base comes earlier in the pack, by a distance of seven bits in each byte, the highest first. */
function baseBefore(offset: number, header: Buffer) {
  let byte = byteOf(header, 0)
  let [distance, skipped] = [byte & 0x7f, 1]
  while (byte >= 0x80) {
    byte = byteOf(header, skipped++)
    distance = (distance + 1) * 128 + (byte & 0x7f)
  }
  if (distance <= 0 || distance >= offset) throw damaged()
  return { base: offset - distance, skipped }
}

function baseById(number: number, header: Buffer, { idBytes, index }: Pack) {
  if (number !== REFERENCE_DELTA) throw damaged()
  const base = offsetInPack(index, header.subarray(0, idBytes).toString('hex'))
  if (base === undefined) throw damaged()
  return { base, skipped: idBytes }
}

/** Zlib adds at most 13 bytes and a thousandth (compressBound); git stores each object as one stream. */
function content(offset: number, size: number, { file, size: end }: Pack): Buffer {
  const stored = Math.min(size + Math.ceil(size / 1000) + 64, Math.max(end - offset, 0))
  const bytes = inflateObject(readAt(file, offset, stored), size)
  if (bytes.length !== size) throw damaged()
  return bytes
}

function byteOf(bytes: Buffer, index: number): number {
  const byte = bytes[index]
  if (byte === undefined) throw damaged()
  return byte
}

function damaged(): UnreadableRepository {
  return new UnreadableRepository('a pack is damaged')
}
