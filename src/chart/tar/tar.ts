import type { ByteString } from '../model/chart-file.ts'
import { type ChartProblem, chartError, damageOf } from '../model/problem.ts'
import {
  BLOCK_BYTES,
  beforeNul,
  isSoundPax,
  type PaxRecords,
  readPaxRecords,
  readTarHeader,
  type TarHeader
} from './tar-header.ts'

/** One entry of a tar file, extended headers already applied. */
export interface TarEntry {
  readonly name: ByteString
  /** POSIX type flag: `0` a file, `5` a directory, `2` a symbolic link … */
  readonly typeFlag: string
  /** Whether the flag or the mode says that it is a directory. */
  readonly isDirectory: boolean
  /** Seconds since 1970, as they are written. */
  readonly mtime: string
  /** All header blocks that belong to the entry, extended headers with their bodies included. */
  readonly header: Buffer
  readonly body: Buffer
}

export interface TarFile {
  readonly entries: readonly TarEntry[]
  /** What stands behind the last entry; at least two blocks of zeros are due there. */
  readonly trailer: Buffer
}

type ReadTar = { readonly tar: TarFile } | { readonly problem: ChartProblem }

/** Charts have tens of files; the bound keeps a hostile archive from costing time and memory. */
export const MOST_ENTRIES = 100_000
/** Go's bound for a PAX header or a GNU long name (archive/tar, maxSpecialFileSize). */
const LARGEST_EXTENSION_BYTES = 1024 * 1024
const NO_BYTES = Buffer.alloc(0)
const ZEROS = Buffer.alloc(64 * BLOCK_BYTES)
const NO_RECORDS: PaxRecords = new Map()
/** Links, devices, directories and fifos have no body, whatever their size says. */
const WITHOUT_BODY = ['1', '2', '3', '4', '5', '6']

/**
 * Reads all entries of `file`, a whole tar file in memory, as Go's archive/tar does: what that
 * refuses is a problem. Sparse files are refused as well, which Go expands.
 */
export function readTar(file: Buffer): ReadTar {
  const reader = new TarReader(file)
  try {
    return { tar: reader.read() }
  } catch (error) {
    if (error instanceof TarError) return { problem: error.problem }
    throw error
  }
}

class TarError extends Error {
  readonly problem: ChartProblem

  constructor(problem: ChartProblem) {
    super(problem.message)
    this.problem = problem
  }
}

class TarReader {
  readonly #file: Buffer
  #offset = 0
  /** Where the headers of the present entry begin. */
  #start = 0
  #records: PaxRecords = NO_RECORDS
  #longName: ByteString = ''

  constructor(file: Buffer) {
    this.#file = file
  }

  read(): TarFile {
    const entries: TarEntry[] = []
    while (!this.#isAtEnd()) {
      const header = this.#header()
      const entry = isExtension(header) ? this.#extension(header) : this.#entry(header)
      if (entry) entries.push(entry)
      if (entries.length > MOST_ENTRIES) throw new TarError(tooManyEntries())
    }
    return { entries, trailer: this.#file.subarray(this.#offset) }
  }

  #isAtEnd(): boolean {
    const block = this.#file.subarray(this.#offset, this.#offset + BLOCK_BYTES)
    if (block.length === 0) return true
    if (block.length < BLOCK_BYTES) throw this.#damaged('archive-cut', 'it is truncated')
    if (!isZero(block)) return false
    const next = this.#file.subarray(this.#offset + BLOCK_BYTES, this.#offset + 2 * BLOCK_BYTES)
    if (next.length === 0) return true
    if (next.length < BLOCK_BYTES || !isZero(next))
      throw this.#damaged('tar-header', 'a block of zeros is followed by other data')
    return true
  }

  #header(): TarHeader {
    const header = readTarHeader(this.#file.subarray(this.#offset, this.#offset + BLOCK_BYTES))
    const isSound = header && (header.size >= 0n || WITHOUT_BODY.includes(header.typeFlag))
    if (!isSound) throw this.#damaged('tar-header', 'it has an invalid header')
    return header
  }

  /** Takes an entry that says something about the next one; a global one says nothing that Helm heeds. */
  #extension(header: TarHeader): undefined {
    const body = this.#body(header, header.size)
    if (body.length > LARGEST_EXTENSION_BYTES)
      throw this.#damaged('tar-header', 'a header is too long')
    if (header.typeFlag === 'L') this.#longName = beforeNul(body.toString('latin1'))
    if (header.typeFlag !== 'x' && header.typeFlag !== 'g') return
    const records = readPaxRecords(body)
    if (!records) throw this.#damaged('tar-header', 'it has an invalid extended header')
    if ([...records.keys()].some(isSparseKey))
      throw this.#damaged('sparse-file', 'it contains a sparse file')
    this.#records = header.typeFlag === 'x' ? records : NO_RECORDS
    if (header.typeFlag === 'g') this.#longName = ''
  }

  #entry(header: TarHeader): TarEntry {
    const records = this.#records
    const isSparse = header.typeFlag === 'S'
    if (!isSoundPax(records)) throw this.#damaged('tar-header', 'it has an invalid extended header')
    if (isSparse) throw this.#damaged('sparse-file', 'it contains a sparse file')
    const name = this.#longName || records.get('path') || header.name
    const typeFlag = typeFlagOf(header, name)
    const body = this.#body({ ...header, typeFlag }, BigInt(records.get('size') || header.size))
    const end = this.#offset - paddedSize(body.length)
    const entry = {
      name,
      typeFlag,
      isDirectory: typeFlag === '5' || (header.mode & 0xfffff000n) === 0o40000n,
      mtime: records.get('mtime') || String(header.mtime),
      header: this.#file.subarray(this.#start, end),
      body
    }
    this.#begin()
    return entry
  }

  #body({ typeFlag }: TarHeader, size: bigint): Buffer {
    const start = this.#offset + BLOCK_BYTES
    const length = WITHOUT_BODY.includes(typeFlag) ? 0n : size
    if (length < 0n) throw this.#damaged('tar-header', 'it has an invalid header')
    if (BigInt(start) + length > BigInt(this.#file.length))
      throw this.#damaged('archive-cut', 'it is truncated')
    this.#offset = start + paddedSize(Number(length))
    return length === 0n ? NO_BYTES : this.#file.subarray(start, start + Number(length))
  }

  #begin(): void {
    this.#start = this.#offset
    this.#records = NO_RECORDS
    this.#longName = ''
  }

  #damaged(code: string, why: string): TarError {
    return new TarError(damageOf(code, `${why}, at byte ${this.#offset} of its tar file`))
  }
}

function isExtension({ typeFlag }: TarHeader): boolean {
  return ['x', 'g', 'L', 'K'].includes(typeFlag)
}

function isSparseKey(key: ByteString): boolean {
  return key.startsWith('GNU.sparse.')
}

/** Before POSIX, NUL was a file, or a directory when its name ended in a slash. */
function typeFlagOf({ typeFlag }: TarHeader, name: ByteString): string {
  if (typeFlag !== '\0') return typeFlag
  return name.endsWith('/') ? '5' : '0'
}

function paddedSize(size: number): number {
  return Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES
}

export function isZero(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += ZEROS.length) {
    const part = bytes.subarray(at, at + ZEROS.length)
    if (!part.equals(ZEROS.subarray(0, part.length))) return false
  }
  return true
}

function tooManyEntries(): ChartProblem {
  const message = `The archive has more than ${MOST_ENTRIES} entries.`
  return chartError('archive-too-many-entries', message, 'Leave files out with .helmignore.')
}
