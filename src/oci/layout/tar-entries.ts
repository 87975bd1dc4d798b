import type { ReadEntry } from 'tar'
import { Failure } from '../../shared/failure.ts'
import { LARGEST_INDEX_BYTES } from './layout-read.ts'

/** What a layout consists of (image-layout spec); SHA-256 and SHA-512 are the algorithms that the image-spec registers. */
const PART = /^(?:oci-layout|index\.json|blobs\/(?:sha256\/[0-9a-f]{64}|sha512\/[0-9a-f]{128}))$/
/** An index of 4 MiB, more than which is not read, names about 20,000 manifests, most of charts with two blobs. */
const MOST_ENTRIES = 65_536
/** GitHub's hosted runners have 14 GB of disk. */
const MOST_BYTES = 10 * 1024 ** 3

export interface TarEntryOptions {
  /** As its user calls it. */
  readonly file: string
  readonly largestBlob: number
  readonly isWhole: boolean
}

/** A file of the layout, whole. */
interface UnpackedFile {
  readonly path: string
  readonly bytes: Buffer
}

/** Takes what a layout consists of from the entries of a tar file, and notes what is wrong with them. */
export class TarEntries {
  readonly #options: TarEntryOptions
  readonly #seen = new Set<string>()
  #ready: UnpackedFile[] = []
  #count = 0
  #bytes = 0
  #error: unknown

  constructor(options: TarEntryOptions) {
    this.#options = options
  }

  /** Files that came to their end since the last time. @throws Failure, when anything was wrong before */
  ready(): readonly UnpackedFile[] {
    if (this.#error !== undefined) throw this.#error
    const ready = this.#ready
    this.#ready = []
    return ready
  }

  /** Notes what went wrong; the first counts. */
  fail(error: unknown): void {
    this.#error ??= error
  }

  /** An entry of a type that no tar file of a layout has. */
  refuseType({ path, type }: Pick<ReadEntry, 'path' | 'type'>): void {
    this.#refuse(`its entry "${path}" is of the type ${type}`)
  }

  /** Takes an entry, or passes over it. */
  take(entry: ReadEntry): void {
    const path = entry.path.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '')
    const fault = this.#faultOf(entry, path)
    if (fault !== undefined) this.#refuse(fault)
    if (this.#error !== undefined || !this.#isWanted(entry, path)) {
      entry.resume()
      return
    }
    const chunks: Buffer[] = []
    entry.on('data', (chunk) => chunks.push(chunk))
    entry.on('end', () => this.#ready.push({ path, bytes: Buffer.concat(chunks) }))
  }

  #isWanted({ type, size }: ReadEntry, path: string): boolean {
    const isLarge = path.startsWith('blobs/') && size > this.#options.largestBlob
    return type !== 'Directory' && PART.test(path) && !isLarge
  }

  /** What keeps the whole file from being taken: a clause. */
  #faultOf(entry: ReadEntry, path: string): string | undefined {
    this.#count += 1
    if (this.#count > MOST_ENTRIES) return `it has more than ${MOST_ENTRIES} entries`
    if (path.startsWith('/') || path.split('/').includes('..')) {
      return `its entry "${path}" leads out of it`
    }
    if (entry.type === 'Directory') return undefined
    if (!FILE_TYPES.includes(entry.type)) return `its entry "${path}" is of the type ${entry.type}`
    if (PART.test(path)) return this.#faultOfPart(entry, path)
    return this.#options.isWhole ? `its entry "${path}" is not part of a layout` : undefined
  }

  #faultOfPart({ size }: ReadEntry, path: string): string | undefined {
    const { largestBlob, isWhole } = this.#options
    if (this.#seen.has(path)) return `it has the entry "${path}" twice`
    this.#seen.add(path)
    const isBlob = path.startsWith('blobs/')
    const largest = isBlob ? largestBlob : LARGEST_INDEX_BYTES
    const isTooLarge = size > largest
    if (isTooLarge && isBlob && !isWhole) return undefined
    if (isTooLarge) return `its entry "${path}" has ${size} bytes, ${largest} are the limit`
    this.#bytes += size
    return this.#bytes > MOST_BYTES ? `it has more than ${MOST_BYTES} bytes` : undefined
  }

  #refuse(why: string): void {
    const { file, isWhole } = this.#options
    const message = `The OCI image layout in "${file}" is refused: ${why}.`
    const fix = isWhole
      ? 'Write to another file, or to one that holds only an OCI image layout of charts.'
      : 'Write it again, such as with `skopeo copy` to `oci-archive:FILE`, or with `oras copy --to-oci-layout`.'
    this.fail(new Failure('chart', { message, fix }))
  }
}

const FILE_TYPES = ['File', 'OldFile', 'ContiguousFile']

/** How a file is compressed, by its first bytes, as the name of the program; undefined where it is not. */
export function compressionOf(begin: Buffer): 'gzip' | 'zstd' | 'xz' | 'bzip2' | undefined {
  const hex = begin.toString('hex', 0, 6)
  if (hex.startsWith('1f8b')) return 'gzip'
  if (hex.startsWith('28b52ffd')) return 'zstd'
  if (hex.startsWith('fd377a585a00')) return 'xz'
  return hex.startsWith('425a68') ? 'bzip2' : undefined
}
