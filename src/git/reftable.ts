import { join } from 'node:path'
import { ByteReader } from './byte-reader.ts'
import { readRepositoryFile, UnreadableRepository } from './repository-file.ts'

// How git stores refs in repositories with `extensions.refStorage=reftable` (Documentation/technical/reftable).

const LARGEST_LIST_BYTES = 64 * 1024
/** Git compacts tables until each has at least twice the size of the next one. */
const MOST_TABLES = 50
/** A ref takes about 30 bytes, since names share prefixes: this is room for two million refs. */
const LARGEST_TABLE_BYTES = 64 * 1024 * 1024
/** Of version 1; version 2 has the name of the hash too. */
const HEADER_BYTES = 24
const WHAT = 'a table of refs'
const REF_BLOCK = 'r'.charCodeAt(0)

/**
 * What a ref holds in the stack of tables in `folder`, in the words of a loose ref: an id, or `ref: NAME`.
 * Undefined where it does not exist. @throws UnreadableRepository
 */
export function readFromReftable(folder: string, ref: string): string | undefined {
  const list = readRepositoryFile(join(folder, 'tables.list'), LARGEST_LIST_BYTES)
  const names = list?.toString('utf8').split('\n') ?? []
  if (names.length > MOST_TABLES) throw damaged()
  // The newest comes last; what it has of a ref replaces what older ones have.
  for (const name of names.filter((name) => /^[\w.-]+$/.test(name)).reverse()) {
    const table = readRepositoryFile(join(folder, name), LARGEST_TABLE_BYTES)
    const record = table && findRecord(table, ref)
    if (record) return record.text
  }
  return undefined
}

interface RefRecord {
  readonly name: string
  /** Undefined in the record of a deletion. */
  readonly text: string | undefined
}

function findRecord(table: Buffer, ref: string): RefRecord | undefined {
  const header = readHeader(table)
  for (const block of blocksOfRefs(table, header)) {
    const records = new Records(block, header.idBytes)
    for (let record = records.next(); record; record = records.next()) {
      if (record.name === ref) return record
    }
  }
  return undefined
}

interface Header {
  readonly length: number
  readonly idBytes: number
  /** What blocks are padded to; 0 when they are not. */
  readonly blockBytes: number
}

function readHeader(table: Buffer): Header {
  const isTable = table.length > HEADER_BYTES + 4 && table.toString('latin1', 0, 4) === 'REFT'
  const version = isTable ? table.readUInt8(4) : 0
  if (version !== 1 && version !== 2) throw damaged()
  const hash = version === 1 ? 'sha1' : table.toString('latin1', HEADER_BYTES, HEADER_BYTES + 4)
  return {
    length: version === 1 ? HEADER_BYTES : HEADER_BYTES + 4,
    idBytes: hash === 's256' ? 32 : 20,
    blockBytes: table.readUIntBE(5, 3)
  }
}

/** The records of each block of refs; these blocks come before all others. */
function* blocksOfRefs(table: Buffer, header: Header): Generator<Buffer> {
  // The header counts as a part of the first block.
  let type = header.length
  for (let start = 0; table[type] === REF_BLOCK; type = start) {
    const length = type + 4 <= table.length ? table.readUIntBE(type + 1, 3) : 0
    const end = start + length
    if (end < type + 4 + 2 || end > table.length) throw damaged()
    // Offsets for searching, three bytes each, and their number, end the block.
    yield table.subarray(type + 4, end - 2 - 3 * table.readUInt16BE(end - 2))
    start += Math.max(header.blockBytes, length)
  }
}

class Records {
  readonly #bytes: ByteReader
  readonly #idBytes: number
  #name = Buffer.alloc(0)

  constructor(bytes: Buffer, idBytes: number) {
    this.#bytes = new ByteReader(bytes, WHAT)
    this.#idBytes = idBytes
  }

  next(): RefRecord | undefined {
    const bytes = this.#bytes
    if (bytes.isAtEnd) return undefined
    const shared = bytes.highFirst()
    const suffix = bytes.highFirst()
    this.#name = Buffer.concat([this.#name.subarray(0, shared), bytes.take(suffix >> 3)])
    // The number of the update that wrote it.
    bytes.highFirst()
    return { name: this.#name.toString('utf8'), text: this.#value(suffix & 7) }
  }

  #value(type: number): string | undefined {
    const bytes = this.#bytes
    if (type === 0) return undefined
    if (type === 3) return `ref: ${bytes.take(bytes.highFirst()).toString('utf8')}`
    if (type > 3) throw damaged()
    const id = bytes.take(this.#idBytes).toString('hex')
    // What an annotated tag leads to.
    if (type === 2) bytes.take(this.#idBytes)
    return id
  }
}

function damaged(): UnreadableRepository {
  return new UnreadableRepository(`${WHAT} is damaged`)
}
