import { Header } from 'tar/header'
import { archiveDamaged, type ChartProblem, chartError } from './problem.ts'

/** One entry of a tar file, extended headers already applied. */
export interface TarEntry {
  readonly name: string
  /** POSIX type flag: `0` a file, `5` a directory, `2` a symbolic link … */
  readonly typeFlag: string
  readonly body: Buffer
}

export type TarContent =
  | { readonly entries: readonly TarEntry[] }
  | { readonly problem: ChartProblem }

const BLOCK_BYTES = 512
const NO_BYTES = Buffer.alloc(0)
const NUL = String.fromCharCode(0)
/** Charts have tens of files; the bound keeps a hostile archive from costing time and memory. */
const MOST_ENTRIES = 100_000

/** Paths below the root folder of a chart's archive, with their bytes; the later of equal paths. */
export function filesBelowRoot(entries: readonly TarEntry[]): ReadonlyMap<string, Buffer> {
  return new Map(entries.map(({ name, body }) => [name.slice(name.indexOf('/') + 1), body]))
}

/** Reads all entries of `file`, a whole tar file in memory. PAX `path` and `size` records apply to the next entry. */
export function readTar(file: Buffer): TarContent {
  const entries: TarEntry[] = []
  let extended: ReadonlyMap<string, string> = new Map()
  let offset = 0
  while (offset < file.length && !isZeroBlock(file, offset)) {
    const read = readEntry(file, offset, extended)
    if (!read) return { problem: archiveDamaged(`the tar header at byte ${offset} is not sound`) }
    if (entries.length >= MOST_ENTRIES) return { problem: tooManyEntries() }
    offset = read.end
    extended = read.entry.typeFlag === 'x' ? readPax(read.entry.body) : new Map()
    if (read.entry.typeFlag !== 'x') entries.push(read.entry)
  }
  return { entries }
}

interface ReadEntry {
  readonly entry: TarEntry
  readonly end: number
}

function readEntry(
  file: Buffer,
  offset: number,
  extended: ReadonlyMap<string, string>
): ReadEntry | undefined {
  if (offset + BLOCK_BYTES > file.length) return undefined
  const header = new Header(file, offset)
  const size = Number(extended.get('size') ?? header.size ?? 0)
  const start = offset + BLOCK_BYTES
  if (!header.cksumValid || !Number.isSafeInteger(size) || size < 0) return undefined
  if (start + size > file.length) return undefined
  const typeFlag = file.toString('latin1', offset + 156, offset + 157)
  return {
    entry: {
      name: extended.get('path') ?? header.path ?? '',
      typeFlag: typeFlag === NUL ? '0' : typeFlag,
      body: size === 0 ? NO_BYTES : file.subarray(start, start + size)
    },
    end: start + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES
  }
}

/** The records of a PAX header: each `LENGTH KEY=VALUE\n`, where a value may hold line ends. */
function readPax(body: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>()
  let offset = 0
  while (offset < body.length) {
    const blank = body.indexOf(' ', offset)
    const length = Number(body.toString('latin1', offset, Math.max(blank, offset)))
    if (!Number.isSafeInteger(length) || length <= 0) break
    const record = body.toString('utf8', blank + 1, offset + length - 1)
    const equals = record.indexOf('=')
    records.set(record.slice(0, equals), record.slice(equals + 1))
    offset += length
  }
  return records
}

function isZeroBlock(file: Buffer, offset: number): boolean {
  const block = file.subarray(offset, offset + BLOCK_BYTES)
  return block.every((byte) => byte === 0)
}

function tooManyEntries(): ChartProblem {
  const message = `The archive has more than ${MOST_ENTRIES} files.`
  return chartError('archive-too-many-files', message, 'Leave files out with .helmignore.')
}
