import type { ByteString } from './byte-string.ts'

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
