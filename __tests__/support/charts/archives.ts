import { crc32, deflateRawSync } from 'node:zlib'
import { Header } from 'tar/header'
import { writtenHeader } from '../../../src/chart/tar/go-tar.ts'

export interface ArchiveEntry {
  readonly name: string
  readonly body?: string | Buffer
  /** Seconds since 1970; 0 unless given. */
  readonly mtime?: number
  /** What is not as helm writes it; names are node-tar's. */
  readonly header?: HeaderFields
}

export interface HeaderFields {
  readonly type?:
    | 'File'
    | 'OldFile'
    | 'ContiguousFile'
    | 'Directory'
    | 'SymbolicLink'
    | 'Link'
    | 'CharacterDevice'
    | 'BlockDevice'
    | 'FIFO'
    | 'ExtendedHeader'
    | 'GlobalExtendedHeader'
    | 'NextFileHasLongPath'
  readonly linkpath?: string
  readonly mode?: number
  readonly uid?: number
  readonly uname?: string
}

const HELM_EXTRA = 'rr(\0aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo='

/** A tar file with the given entries and two zero blocks; headers are those of helm unless an entry says otherwise. */
export function tarOf(entries: readonly ArchiveEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const body = Buffer.from(entry.body ?? '')
    return [headerOf(entry, body.length), body, Buffer.alloc(-body.length & 511)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

function headerOf({ name, mtime = 0, header }: ArchiveEntry, size: number): Buffer {
  const latin1 = Buffer.from(name, 'utf8').toString('latin1')
  if (!header) return writtenHeader({ name: latin1, size, mtime: BigInt(mtime) })
  const block = Buffer.alloc(512)
  new Header({
    path: name,
    size,
    mode: 0o644,
    mtime: new Date(mtime * 1000),
    type: 'File',
    ...header
  }).encode(block)
  return block
}

export interface GzipOptions {
  /** Whether the header is that of `helm package`, as it is unless said otherwise. */
  readonly marks?: boolean
  readonly fileName?: string
}

/** `body` in one gzip member. */
export function gzipOf(body: Buffer, { marks = true, fileName }: GzipOptions = {}): Buffer {
  const extra = Buffer.from(HELM_EXTRA, 'latin1')
  const length = Buffer.alloc(2)
  length.writeUInt16LE(extra.length)
  const flags = marks ? 0x14 : fileName === undefined ? 0 : 0x08
  const header = Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 0xff])
  const optional = marks ? [length, extra, Buffer.from('Helm\0')] : []
  const named = fileName === undefined ? [] : [Buffer.from(`${fileName}\0`)]
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(crc32(body), 0)
  trailer.writeUInt32LE(body.length % 2 ** 32, 4)
  return Buffer.concat([header, ...optional, ...named, deflateRawSync(body), trailer])
}

export const CHART_YAML = 'apiVersion: v2\nname: demo\nversion: 1.2.3\n'

/** A sound archive of the chart `demo`, with more entries behind Chart.yaml. */
export function archiveOf(...more: readonly ArchiveEntry[]): Buffer {
  return gzipOf(tarOf([{ name: 'demo/Chart.yaml', body: CHART_YAML }, ...more]))
}
