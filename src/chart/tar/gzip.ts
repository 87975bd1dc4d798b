import { crc32, inflateRawSync } from 'node:zlib'
import { codeOf } from '../../shared/failure.ts'
import { type ChartProblem, chartError, damageOf } from '../model/problem.ts'

/** A gzip member taken apart (RFC 1952). */
export interface GzipMember {
  /** The header as it stands in the file, its optional fields included. */
  readonly header: Buffer
  /** The name of the file that was packed, undefined when the header has none. */
  readonly fileName: string | undefined
  /** The bytes that were inside. */
  readonly body: Buffer
}

type Gunzipped = { readonly member: GzipMember } | { readonly problem: ChartProblem }

const MAGIC = Buffer.from([0x1f, 0x8b, 0x08])
const FIXED_HEADER_BYTES = 10
const TRAILER_BYTES = 8
const FLAG = { crc: 0x02, extra: 0x04, name: 0x08, comment: 0x10 } as const
/** Go refuses longer names and comments (compress/gzip, readString). */
const LONGEST_TEXT_BYTES = 512
/** Larger than Node's 16 KiB: joining a thousand pieces takes longer than to unpack them. */
const CHUNK_BYTES = 1024 * 1024
/** A byte of deflated data has at most so many (zlib, "Maximum Compression Factor"). */
const MOST_INFLATED = 1032

/**
 * Unpacks a file that holds exactly one gzip member: sound header, right CRC and length, nothing
 * after it. Stops inflating at `limitBytes`.
 */
export function gunzip(file: Buffer, limitBytes: number): Gunzipped {
  if (!file.subarray(0, MAGIC.length).equals(MAGIC)) return { problem: notGzip(file) }
  const header = readHeader(file)
  if (!header) return { problem: damageOf('gzip-header', 'its gzip header is not valid') }
  const inflated = inflate(file.subarray(header.end), limitBytes)
  if ('problem' in inflated) return inflated
  const problem = trailerProblem(file.subarray(header.end + inflated.consumed), inflated.body)
  if (problem) return { problem }
  const { fileName, end } = header
  return { member: { header: file.subarray(0, end), fileName, body: inflated.body } }
}

interface Header {
  readonly fileName: string | undefined
  readonly end: number
}

function readHeader(file: Buffer): Header | undefined {
  if (file.length < FIXED_HEADER_BYTES + 2) return undefined
  const flags = file.readUInt8(3)
  let at = FIXED_HEADER_BYTES
  if (flags & FLAG.extra) at += 2 + file.readUInt16LE(at)
  const nameStart = at
  if (flags & FLAG.name) at = afterZero(file, at)
  const nameEnd = at
  if (flags & FLAG.comment) at = afterZero(file, at)
  const sum = crc32(file.subarray(0, at)) % 2 ** 16
  const isSound = !(flags & FLAG.crc) || (at + 2 <= file.length && file.readUInt16LE(at) === sum)
  if (flags & FLAG.crc) at += 2
  if (!isSound || at > file.length) return undefined
  const fileName = flags & FLAG.name ? file.toString('latin1', nameStart, nameEnd - 1) : undefined
  return { fileName, end: at }
}

/** The offset behind the next NUL at or after `from`; beyond the file when there is none near enough. */
function afterZero(file: Buffer, from: number): number {
  const zero = file.subarray(from, from + LONGEST_TEXT_BYTES).indexOf(0)
  return zero === -1 ? file.length + 1 : from + zero + 1
}

type Inflated =
  | { readonly body: Buffer; readonly consumed: number }
  | { readonly problem: ChartProblem }

function inflate(deflated: Buffer, limitBytes: number): Inflated {
  const result = tryInflate(deflated, limitBytes)
  if (isInfo(result)) return { body: result.buffer, consumed: result.engine.bytesWritten }
  const code = codeOf(result)
  if (code === 'ERR_BUFFER_TOO_LARGE') return { problem: tooLarge(limitBytes) }
  if (code === 'Z_BUF_ERROR') return { problem: damageOf('archive-cut', 'it is truncated') }
  return { problem: damageOf('gzip-data', 'its compressed data cannot be read') }
}

/** What zlib gives, or throws. */
function tryInflate(deflated: Buffer, limitBytes: number): unknown {
  try {
    const chunkSize = chunkSizeFor(deflated, limitBytes)
    return inflateRawSync(deflated, { info: true, chunkSize, maxOutputLength: limitBytes })
  } catch (error) {
    return error
  }
}

/**
 * Room for all of it, where the length at the end is right: pieces that are joined would need the memory twice. One more
 * byte shows zlib that nothing follows.
 */
function chunkSizeFor(deflated: Buffer, limitBytes: number): number {
  const stated = deflated.length < 4 ? 0 : deflated.readUInt32LE(deflated.length - 4)
  const isPossible = stated < limitBytes && stated <= deflated.length * MOST_INFLATED
  return isPossible ? Math.max(stated + 1, CHUNK_BYTES) : CHUNK_BYTES
}

// @types/node knows only the plain Buffer result of the `info` option.
function isInfo(value: unknown): value is { buffer: Buffer; engine: { bytesWritten: number } } {
  return typeof value === 'object' && value !== null && 'buffer' in value && 'engine' in value
}

function tooLarge(limitBytes: number): ChartProblem {
  const message = `The archive unpacks to more than ${limitBytes} bytes, so Helm refuses to load it.`
  return chartError('archive-too-large', message, 'Leave files out with .helmignore.')
}

function trailerProblem(trailer: Buffer, body: Buffer): ChartProblem | undefined {
  if (trailer.length < TRAILER_BYTES) return damageOf('archive-cut', 'its end is missing')
  if (trailer.readUInt32LE(0) !== crc32(body))
    return damageOf('gzip-checksum', 'its checksum is wrong')
  if (trailer.readUInt32LE(4) !== body.length % 2 ** 32)
    return damageOf('gzip-length', 'its length is wrong')
  const extra = trailer.length - TRAILER_BYTES
  return extra > 0 ? damageOf('data-after-end', `${extra} bytes follow its end`) : undefined
}

interface Kind {
  /** Byte by byte, as latin1. */
  readonly pattern: RegExp
  readonly what: string
  readonly fix: string
}

const PACKAGE_IT =
  'Package the chart directory with `helm package`, and use the .tgz file that it writes.'
const HEAD_BYTES = 512

/** What people give in place of a .tgz, by the first bytes of the file. */
const KINDS: readonly Kind[] = [
  { pattern: /^$/, what: 'it is empty', fix: PACKAGE_IT },
  { pattern: /^PK[^\w\s]{2}/, what: 'it is a zip file', fix: PACKAGE_IT },
  { pattern: /^.{257}ustar/s, what: 'it is a tar file without compression', fix: PACKAGE_IT },
  { pattern: /^\xfd7zXZ\0/, what: 'it is compressed with xz', fix: PACKAGE_IT },
  { pattern: /^\x28\xb5\x2f\xfd/, what: 'it is compressed with zstd', fix: PACKAGE_IT },
  { pattern: /^BZh/, what: 'it is compressed with bzip2', fix: PACKAGE_IT },
  {
    pattern: /^version https:\/\/git-lfs\./,
    what: 'it is a Git LFS pointer',
    fix: 'Run `git lfs pull` first, or check out with `lfs: true`.'
  },
  {
    pattern: /^\s*<(?:!doctype|html|\?xml)/i,
    what: 'it is a web page or XML, perhaps the response to a failed download',
    fix: 'Check the downloaded file.'
  },
  {
    pattern: /^-----BEGIN PGP SIGNED MESSAGE/,
    what: 'it is a provenance file',
    fix: 'Give the .tgz file next to it; the .prov file is found automatically.'
  },
  {
    pattern: /^(?:[^\0]*\n)?(?:apiVersion|name|version):/s,
    what: 'it is a YAML file, such as the Chart.yaml of an unpacked chart (`helm pull --untar`)',
    fix: PACKAGE_IT
  }
]

/** The problem with a file that is no gzip file, named for what it is where that can be told. */
function notGzip(file: Buffer): ChartProblem {
  const head = file.toString('latin1', 0, HEAD_BYTES)
  const kind = KINDS.find(({ pattern }) => pattern.test(head))
  const what = kind?.what ?? 'it does not begin with the gzip magic number'
  return chartError('not-gzip', `The archive is not a gzip file: ${what}.`, kind?.fix ?? PACKAGE_IT)
}
