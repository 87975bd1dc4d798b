import { UnreadableRepository } from './repository-file.ts'

/**
 * The object that a delta makes of its base (gitformat-pack, "Deltified representation"): copies of parts of
 * the base, and new bytes. @throws UnreadableRepository
 */
export function applyDelta(base: Buffer, delta: Buffer, limit: number): Buffer {
  const reader = new DeltaReader(delta)
  if (reader.size() !== base.length) throw damaged()
  const size = reader.size()
  if (size > limit) throw new UnreadableRepository(`an object is larger than ${limit} bytes`)
  const result = Buffer.alloc(size)
  let filled = 0
  while (!reader.isAtEnd()) {
    const part = reader.part(base)
    if (part.length > size - filled) throw damaged()
    filled += part.copy(result, filled)
  }
  if (filled !== size) throw damaged()
  return result
}

class DeltaReader {
  readonly #delta: Buffer
  #position = 0

  constructor(delta: Buffer) {
    this.#delta = delta
  }

  isAtEnd(): boolean {
    return this.#position >= this.#delta.length
  }

  /** Seven bits in each byte, the lowest first. */
  size(): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#byte()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
      if (factor > 2 ** 42) throw damaged()
    }
  }

  /** The bytes that the next instruction adds. */
  part(base: Buffer): Buffer {
    const instruction = this.#byte()
    if (instruction === 0) throw damaged()
    if (instruction < 0x80) return this.#take(instruction)
    const offset = this.#number(instruction, 4)
    // A size of 0 stands for the most that an instruction can copy by itself.
    const size = this.#number(instruction >> 4, 3) || 0x10000
    if (offset + size > base.length) throw damaged()
    return base.subarray(offset, offset + size)
  }

  /** A number of which only the bytes are there whose bit in `present` is set, the lowest first. */
  #number(present: number, bytes: number): number {
    let value = 0
    for (let index = 0; index < bytes; index++) {
      if (present & (1 << index)) value += this.#byte() * 256 ** index
    }
    return value
  }

  #byte(): number {
    return this.#take(1).readUInt8()
  }

  #take(length: number): Buffer {
    const bytes = this.#delta.subarray(this.#position, this.#position + length)
    if (bytes.length < length) throw damaged()
    this.#position += length
    return bytes
  }
}

function damaged(): UnreadableRepository {
  return new UnreadableRepository('a delta in a pack is damaged')
}
