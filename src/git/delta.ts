import { ByteReader } from './byte-reader.ts'
import { UnreadableRepository } from './repository-file.ts'

/**
 * The object that a delta makes of its base (gitformat-pack, "Deltified representation"): copies of parts of
 * the base, and new bytes. @throws UnreadableRepository
 */
export function applyDelta(base: Buffer, delta: Buffer, limit: number): Buffer {
  const reader = new ByteReader(delta, 'a delta in a pack')
  if (reader.lowFirst() !== base.length) throw reader.damaged()
  const size = reader.lowFirst()
  if (size > limit) throw new UnreadableRepository(`an object is larger than ${limit} bytes`)
  const result = Buffer.alloc(size)
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
