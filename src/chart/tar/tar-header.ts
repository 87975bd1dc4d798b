import type { ByteString } from '../model/chart-file.ts'

/** The fields of a header block that say what an entry is, as Go's archive/tar reads them. */
export interface TarHeader {
  readonly name: ByteString
  /** POSIX type flag: `0` a file, `5` a directory, `2` a symbolic link … */
  readonly typeFlag: string
  readonly mode: bigint
  /** Bytes of the body; negative sizes are possible, and wrong. */
  readonly size: bigint
  /** Seconds since 1970. */
  readonly mtime: bigint
}

/** Where a field stands in its block. */
type Field = readonly [offset: number, length: number]

export const BLOCK_BYTES = 512
const NAME: Field = [0, 100]
const MODE: Field = [100, 8]
const UID: Field = [108, 8]
const GID: Field = [116, 8]
const SIZE: Field = [124, 12]
const MTIME: Field = [136, 12]
const CHECKSUM: Field = [148, 8]
const DEVICES: readonly Field[] = [
  [329, 8],
  [337, 8]
]
const PREFIX: Field = [345, 155]
const GNU_TIMES: readonly Field[] = [
  [345, 12],
  [357, 12]
]
const STAR_PREFIX: Field = [345, 131]
const STAR_TIMES: readonly Field[] = [
  [476, 12],
  [488, 12]
]

type Format = 'v7' | 'ustar' | 'gnu' | 'star'

/** Reads a header block of 512 bytes; undefined where Go's reader says `invalid tar header` (archive/tar, reader.go). */
export function readTarHeader(block: Buffer): TarHeader | undefined {
  const format = formatOf(block)
  const numbers = [MODE, SIZE, MTIME, UID, GID, ...(format === 'v7' ? [] : DEVICES)]
  if (format === 'star') numbers.push(...STAR_TIMES)
  const values = numbers.map((field) => numberIn(block, field))
  const [mode, size, mtime] = values
  if (!hasRightChecksum(block) || values.includes(undefined)) return undefined
  if (mode === undefined || size === undefined || mtime === undefined) return undefined
  const prefix = prefixOf(block, format)
  const name = textIn(block, NAME)
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    typeFlag: String.fromCharCode(block[156] ?? 0),
    mode,
    size,
    mtime
  }
}

function formatOf(block: Buffer): Format {
  const magic = block.toString('latin1', 257, 263)
  if (magic === 'ustar\0') return block.toString('latin1', 508, 512) === 'tar\0' ? 'star' : 'ustar'
  return magic === 'ustar ' && block.toString('latin1', 263, 265) === ' \0' ? 'gnu' : 'v7'
}

function prefixOf(block: Buffer, format: Format): ByteString {
  if (format === 'ustar') return textIn(block, PREFIX)
  if (format === 'star') return textIn(block, STAR_PREFIX)
  return format === 'gnu' ? mistakenPrefix(block) : ''
}

/** Before 1.8 Go wrote a prefix where GNU has times, and still reads it there (golang.org/issue/12594). */
function mistakenPrefix(block: Buffer): ByteString {
  const areTimes = GNU_TIMES.every((field) => {
    return block[field[0]] === 0 || numberIn(block, field) !== undefined
  })
  const prefix = textIn(block, PREFIX)
  return !areTimes && isAscii(prefix) ? prefix : ''
}

export function isAscii(bytes: ByteString): boolean {
  return !/[\u0080-\u00ff]/.test(bytes)
}

/** Old tars add up signed bytes; Go takes both sums. */
function hasRightChecksum(block: Buffer): boolean {
  const claimed = octal(textOf(block, CHECKSUM))
  let unsigned = 0
  let signed = 0
  for (let at = 0; at < BLOCK_BYTES; at++) {
    const isSum = at >= CHECKSUM[0] && at < CHECKSUM[0] + CHECKSUM[1]
    const byte = isSum ? 0x20 : (block[at] ?? 0)
    unsigned += byte
    signed += byte > 127 ? byte - 256 : byte
  }
  return claimed === BigInt(unsigned) || claimed === BigInt(signed)
}

function textOf(block: Buffer, [offset, length]: Field): ByteString {
  return block.toString('latin1', offset, offset + length)
}

/** The text of a field, up to its first NUL. */
function textIn(block: Buffer, field: Field): ByteString {
  return beforeNul(textOf(block, field))
}

export function beforeNul(text: ByteString): ByteString {
  const end = text.indexOf('\0')
  return end === -1 ? text : text.slice(0, end)
}

/** A number in octal, or in base 256 when the first bit is set; undefined when it is neither. */
function numberIn(block: Buffer, field: Field): bigint | undefined {
  const [offset, length] = field
  const first = block[offset] ?? 0
  if ((first & 0x80) === 0) return octal(textOf(block, field))
  const bits = BigInt(length * 8 - 1)
  const value = BigInt(`0x${block.toString('hex', offset, offset + length)}`)
  return asInt64(BigInt.asIntN(Number(bits), value))
}

function asInt64(value: bigint): bigint | undefined {
  return BigInt.asIntN(64, value) === value ? value : undefined
}

function octal(text: ByteString): bigint | undefined {
  const digits = beforeNul(text.replace(/^[ \0]+|[ \0]+$/g, ''))
  if (digits === '') return 0n
  return /^[0-7]+$/.test(digits) ? BigInt(`0o${digits}`) : undefined
}

/** The records of an extended header (POSIX pax), by key; the later of equal keys. */
export type PaxRecords = ReadonlyMap<ByteString, ByteString>

const NUL = '\0'
const TEXT_KEYS = ['path', 'linkpath', 'uname', 'gname']
const NUMBER_KEYS = ['uid', 'gid', 'size']
const TIME_KEYS = ['atime', 'mtime', 'ctime']
const INTEGER = /^[-+]?[0-9]+$/
const TIME = /^([-+]?[0-9]+)(?:\.([0-9]*))?$/

/**
 * Reads records of the form `LENGTH KEY=VALUE\n`; undefined where Go says `invalid tar header`
 * (archive/tar, parsePAXRecord).
 */
export function readPaxRecords(body: Buffer): PaxRecords | undefined {
  const text = body.toString('latin1')
  const records = new Map<ByteString, ByteString>()
  let offset = 0
  while (offset < text.length) {
    const blank = text.indexOf(' ', offset)
    const end = offset + lengthIn(text.slice(offset, Math.max(blank, offset)))
    const record = text.slice(blank + 1, end - 1)
    const equals = record.indexOf('=')
    const key = record.slice(0, equals)
    const value = record.slice(equals + 1)
    const isComplete = blank !== -1 && end > blank + 1 && text[end - 1] === '\n' && equals > 0
    if (!isComplete || hasNul(key, value)) return undefined
    records.set(key, value)
    offset = end
  }
  return records
}

/** Whether the values that Go parses can be parsed (archive/tar, mergePAX). Empty values count as absent. */
export function isSoundPax(records: PaxRecords): boolean {
  return [...records].every(([key, value]) => {
    if (value === '') return true
    if (NUMBER_KEYS.includes(key)) return INTEGER.test(value) && isInt64(value)
    if (!TIME_KEYS.includes(key)) return true
    const [match, seconds = ''] = TIME.exec(value) ?? []
    return match !== undefined && isInt64(seconds)
  })
}

function lengthIn(digits: string): number {
  return INTEGER.test(digits) && digits.length < 16 ? Number(digits) : 0
}

function hasNul(key: ByteString, value: ByteString): boolean {
  return (TEXT_KEYS.includes(key) ? value : key).includes(NUL)
}

function isInt64(digits: string): boolean {
  const value = BigInt(digits.replace(/^\+/, ''))
  return BigInt.asIntN(64, value) === value
}
