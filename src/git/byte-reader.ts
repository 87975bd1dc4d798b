import { UnreadableRepository } from './repository-file.ts'

/** Reads bytes one after the other. */
export class ByteReader {
  readonly #bytes: Buffer
  readonly #what: string
  #position = 0

  /** @param what the bytes are, as in `${what} is damaged` */
  constructor(bytes: Buffer, what: string) {
    this.#bytes = bytes
    this.#what = what
  }

  /** How many have been read. */
  get position(): number {
    return this.#position
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#bytes.length
  }

  /** @throws UnreadableRepository, when there are fewer */
  take(length: number): Buffer {
    const bytes = this.#bytes.subarray(this.#position, this.#position + length)
    if (bytes.length < length) throw this.damaged()
    this.#position += length
    return bytes
  }

  byte(): number {
    return this.take(1).readUInt8()
  }

  /** A number of seven bits in each byte, the lowest first: sizes in packs and deltas. */
  lowFirst(): number {
    let value = 0
    for (let factor = 1; factor <= 2 ** 49; factor *= 128) {
      const byte = this.byte()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
    throw this.damaged()
  }

  /** A number of seven bits in each byte, the highest first, none written in two ways: distances in packs, reftables. */
  highFirst(): number {
    let byte = this.byte()
    let value = byte & 0x7f
    while (byte >= 0x80) {
      byte = this.byte()
      value = (value + 1) * 128 + (byte & 0x7f)
    }
    return value
  }

  damaged(): UnreadableRepository {
    return new UnreadableRepository(`${this.#what} is damaged`)
  }
}
