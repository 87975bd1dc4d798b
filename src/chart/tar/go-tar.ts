import type { ByteString } from '../model/chart-file.ts'
import { BLOCK_BYTES, isAscii } from './tar-header.ts'

/** What Helm gives Go's tar writer of a file; everything else has its zero value. */
interface WrittenFile {
  readonly name: ByteString
  readonly size: number
  /** Seconds since 1970. */
  readonly mtime: bigint
}

const NAME_BYTES = 100
const PREFIX_BYTES = 155
const LARGEST_OCTAL_TIME = 8n ** 11n - 1n

/**
 * The header blocks that `helm package` writes before a file: USTAR when everything fits, else a PAX
 * header and a block with what is left (Go, archive/tar, writer.go; helm, writeToTar).
 */
export function writtenHeader({ name, size, mtime }: WrittenFile): Buffer {
  const split = splitName(name)
  const fitsTime = mtime >= 0n && mtime <= LARGEST_OCTAL_TIME
  const fields = {
    typeFlag: '0',
    mode: 0o644,
    size,
    mtime: fitsTime ? mtime : 0n,
    devices: '0000000'
  }
  if (split && fitsTime) return headerBlock({ ...fields, ...split })
  const records = [
    ...(fitsTime ? [] : [paxRecord('mtime', String(mtime))]),
    ...(name.length <= NAME_BYTES && isAscii(name) ? [] : [paxRecord('path', name)])
  ].join('')
  const extended = headerBlock({
    typeFlag: 'x',
    mode: 0,
    size: records.length,
    mtime: 0n,
    devices: '',
    name: extendedName(name),
    prefix: ''
  })
  const padding = Buffer.alloc(-records.length & (BLOCK_BYTES - 1))
  const stripped = cutName(toAscii(name))
  const block = headerBlock({ ...fields, name: stripped, prefix: '' })
  return Buffer.concat([extended, Buffer.from(records, 'latin1'), padding, block])
}

interface Block {
  readonly name: ByteString
  readonly prefix: ByteString
  readonly typeFlag: string
  readonly mode: number
  readonly size: number
  readonly mtime: bigint
  readonly devices: string
}

function headerBlock({ name, prefix, typeFlag, mode, size, mtime, devices }: Block): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES)
  const put = (text: string, offset: number) => block.write(text, offset, 'latin1')
  put(name, 0)
  put(octal(mode, 7), 100)
  put(octal(0, 7), 108)
  put(octal(0, 7), 116)
  put(octal(size, 11), 124)
  put(octal(mtime, 11), 136)
  put('        ', 148)
  put(typeFlag, 156)
  put('ustar\0' + '00', 257)
  put(devices, 329)
  put(devices, 337)
  put(prefix, 345)
  const sum = block.reduce((total, byte) => total + byte, 0)
  put(`${octal(sum, 6)}\0 `, 148)
  return block
}

function octal(value: number | bigint, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

/** Prefix and name of USTAR; undefined when the name does not fit into them (Go, splitUSTARPath). */
function splitName(name: ByteString): { name: ByteString; prefix: ByteString } | undefined {
  if (!isAscii(name)) return undefined
  if (name.length <= NAME_BYTES) return { name, prefix: '' }
  const at = name.slice(0, PREFIX_BYTES + 1).lastIndexOf('/')
  const rest = name.slice(at + 1)
  if (at <= 0 || rest.length > NAME_BYTES || rest === '') return undefined
  return { name: rest, prefix: name.slice(0, at) }
}

function extendedName(name: ByteString): ByteString {
  const at = name.lastIndexOf('/') + 1
  const full = toAscii(`${name.slice(0, at)}PaxHeaders.0/${name.slice(at)}`)
  return full.slice(0, NAME_BYTES).replace(/\/+$/, '')
}

/** A name cut to its field; a slash at the end would make it a directory, so NUL takes its place (Go, formatString). */
function cutName(name: ByteString): ByteString {
  const cut = name.slice(0, NAME_BYTES)
  if (name.length <= NAME_BYTES || !cut.endsWith('/')) return cut
  const end = cut.slice(0, -1).replace(/\/+$/, '').length
  return `${cut.slice(0, end)}\0${cut.slice(end + 1)}`
}

function toAscii(name: ByteString): ByteString {
  return name.replace(/[\u0080-\u00ff]/g, '')
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
function paxRecord(key: string, value: ByteString): ByteString {
  const rest = ` ${key}=${value}\n`
  const guess = rest.length + String(rest.length).length
  return `${rest.length + String(guess).length}${rest}`
}
