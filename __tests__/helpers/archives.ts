import { crc32, deflateRawSync } from 'node:zlib'
import { Header } from 'tar/header'

export interface ArchiveEntry {
  readonly name: string
  readonly body?: string | Buffer
  /** Type as node-tar names it; a file unless given. */
  readonly type?: 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'ExtendedHeader'
  readonly linkpath?: string
}

const HELM_EXTRA = 'rr(\0aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo='

/** A tar file with the given entries and two zero blocks. */
export function tarOf(entries: readonly ArchiveEntry[]): Buffer {
  const blocks = entries.flatMap(({ name, body = '', type = 'File', linkpath = '' }) => {
    const bytes = Buffer.from(body)
    const header = Buffer.alloc(512)
    new Header({
      path: name,
      size: bytes.length,
      mode: 0o644,
      type,
      linkpath,
      mtime: new Date(0)
    }).encode(header)
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

/** `body` in one gzip member, by default with the marks of `helm package`. */
export function gzipOf(body: Buffer, options: { readonly marks?: boolean } = {}): Buffer {
  const { marks = true } = options
  const extra = Buffer.from(HELM_EXTRA, 'latin1')
  const length = Buffer.alloc(2)
  length.writeUInt16LE(extra.length)
  const header = Buffer.from([0x1f, 0x8b, 8, marks ? 0x14 : 0, 0, 0, 0, 0, 0, 0xff])
  const optional = marks ? [length, extra, Buffer.from('Helm\0')] : []
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(crc32(body), 0)
  trailer.writeUInt32LE(body.length % 2 ** 32, 4)
  return Buffer.concat([header, ...optional, deflateRawSync(body), trailer])
}

export const CHART_YAML = 'apiVersion: v2\nname: demo\nversion: 1.2.3\n'

/** A sound archive of the chart `demo`, with more entries behind Chart.yaml. */
export function archiveOf(...more: readonly ArchiveEntry[]): Buffer {
  return gzipOf(tarOf([{ name: 'demo/Chart.yaml', body: CHART_YAML }, ...more]))
}
