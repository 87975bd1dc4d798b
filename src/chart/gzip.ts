import { crc32, inflateRawSync } from 'node:zlib'
import { codeOf } from '../shared/failure.ts'
import { archiveDamaged, type ChartProblem, chartError, PUBLISH_HELMS_ARCHIVE } from './problem.ts'

/** A gzip member taken apart: what its header says, and the bytes that were inside. */
export interface GzipMember {
  /** The Extra field of RFC 1952, undefined when the header has none. */
  readonly extra: Buffer | undefined
  readonly comment: string | undefined
  readonly body: Buffer
}

export type Gunzipped = { readonly member: GzipMember } | { readonly problem: ChartProblem }

const MAGIC = Buffer.from([0x1f, 0x8b, 0x08])
const FIXED_HEADER_BYTES = 10
const TRAILER_BYTES = 8
const FLAG = { crc: 0x02, extra: 0x04, name: 0x08, comment: 0x10 } as const

/**
 * Unpacks a file that holds exactly one gzip member (RFC 1952): sound header, right CRC and length,
 * nothing after it. Stops inflating at `limitBytes`.
 */
export function gunzip(file: Buffer, limitBytes: number): Gunzipped {
  if (!file.subarray(0, 3).equals(MAGIC)) {
    return { problem: notGzip('it does not begin with the gzip magic number') }
  }
  const header = readHeader(file)
  if (!header) return { problem: notGzip('its gzip header is cut short') }
  const inflated = inflate(file.subarray(header.end), limitBytes)
  if ('problem' in inflated) return inflated
  const trailer = file.subarray(header.end + inflated.consumed)
  const fault = trailerFault(trailer, inflated.body)
  if (fault) return { problem: archiveDamaged(fault) }
  return { member: { extra: header.extra, comment: header.comment, body: inflated.body } }
}

function notGzip(why: string): ChartProblem {
  return chartError(
    'archive-not-gzip',
    `The archive is not a gzip file: ${why}.`,
    PUBLISH_HELMS_ARCHIVE
  )
}

interface Header {
  readonly extra: Buffer | undefined
  readonly comment: string | undefined
  readonly end: number
}

function readHeader(file: Buffer): Header | undefined {
  if (file.length < FIXED_HEADER_BYTES + 2) return undefined
  const flags = file.readUInt8(3)
  let at = FIXED_HEADER_BYTES
  let extra: Buffer | undefined
  if (flags & FLAG.extra) {
    const start = at + 2
    at = start + file.readUInt16LE(at)
    extra = file.subarray(start, at)
  }
  if (flags & FLAG.name) at = afterZero(file, at)
  const commentStart = at
  if (flags & FLAG.comment) at = afterZero(file, at)
  const comment = flags & FLAG.comment ? file.toString('latin1', commentStart, at - 1) : undefined
  if (flags & FLAG.crc) at += 2
  return at <= file.length ? { extra, comment, end: at } : undefined
}

/** The offset behind the next NUL at or after `from`; beyond the file when there is none. */
function afterZero(file: Buffer, from: number): number {
  const zero = file.indexOf(0, from)
  return zero === -1 ? file.length + 1 : zero + 1
}

type Inflated =
  | { readonly body: Buffer; readonly consumed: number }
  | { readonly problem: ChartProblem }

function inflate(deflated: Buffer, limitBytes: number): Inflated {
  try {
    return inflateWithInfo(deflated, limitBytes)
  } catch (error) {
    if (codeOf(error) !== 'ERR_BUFFER_TOO_LARGE') {
      return { problem: archiveDamaged('its compressed data cannot be read') }
    }
    const message = `The archive holds more than ${limitBytes} bytes, Helm refuses to load it.`
    return {
      problem: chartError('archive-too-large', message, 'Leave files out with .helmignore.')
    }
  }
}

function inflateWithInfo(deflated: Buffer, limitBytes: number): Inflated {
  const result: unknown = inflateRawSync(deflated, { info: true, maxOutputLength: limitBytes })
  if (!isInfo(result)) throw new Error('zlib gave no information on what it read')
  return { body: result.buffer, consumed: result.engine.bytesWritten }
}

// @types/node knows only the plain Buffer result of the `info` option.
function isInfo(value: unknown): value is { buffer: Buffer; engine: { bytesWritten: number } } {
  return typeof value === 'object' && value !== null && 'buffer' in value && 'engine' in value
}

function trailerFault(trailer: Buffer, body: Buffer): string | undefined {
  if (trailer.length < TRAILER_BYTES) return 'its end is missing'
  if (trailer.readUInt32LE(0) !== crc32(body)) return 'its checksum is wrong'
  if (trailer.readUInt32LE(4) !== body.length % 2 ** 32) return 'its length is wrong'
  if (trailer.length > TRAILER_BYTES)
    return `${trailer.length - TRAILER_BYTES} bytes follow its end`
  return undefined
}
