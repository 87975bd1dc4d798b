import type { FileHandle } from 'node:fs/promises'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Failure } from '../../shared/failure.ts'
import { fileFault } from '../../shared/file-fault.ts'
import { throwIfFull } from '../../shared/private-folder.ts'
import { UnreadableFile, withRegularFile } from '../../shared/regular-file.ts'
import { compressionOf, TarEntries } from './tar-entries.ts'

export interface UnpackOptions {
  /** Bytes of a blob. */
  readonly largestBlob: number
  /** Whether all has to be unpacked, since it is to be packed again; otherwise what no chart needs is left out. */
  readonly isWhole: boolean
  readonly signal: AbortSignal
}

/** Between two pieces the reading can be stopped, and what was read is written. */
const PIECE_BYTES = 1024 * 1024

/**
 * Unpacks the OCI image layout in a tar file into `folder`, which is private: its marker, its index and its blobs, whose
 * digests are checked when they are read. Nothing else is written, whatever the file names.
 * @throws Failure usage, when it is not a tar file; chart, when it has links, paths that lead elsewhere, or too much
 */
export async function unpackLayout(
  file: string,
  folder: string,
  options: UnpackOptions
): Promise<void> {
  try {
    await withRegularFile(file, (handle) => unpack({ file, handle, folder }, options))
  } catch (error) {
    if (error instanceof Failure || options.signal.aborted) throw error
    throwIfFull(error, folder)
    throw unreadable(file, error)
  }
}

interface Unpacking {
  readonly file: string
  readonly handle: FileHandle
  readonly folder: string
}

async function unpack(
  { file, handle, folder }: Unpacking,
  { largestBlob, isWhole, signal }: UnpackOptions
): Promise<void> {
  const { Parser } = await import('tar')
  const entries = new TarEntries({ file, largestBlob, isWhole })
  const parser = new Parser({ strict: true, onReadEntry: (entry) => entries.take(entry) })
  parser.on('ignoredEntry', (entry) => entries.refuseType(entry))
  parser.on('error', (error) => entries.fail(error))
  for (let position = 0; ; ) {
    signal.throwIfAborted()
    // The parser keeps parts of what it is given.
    const piece = Buffer.allocUnsafe(PIECE_BYTES)
    const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES, position)
    if (position === 0) refuseCompressed(file, piece.subarray(0, bytesRead))
    if (bytesRead === 0) break
    parser.write(piece.subarray(0, bytesRead))
    position += bytesRead
    await writeReady(entries, folder)
  }
  parser.end()
  await writeReady(entries, folder)
}

/** @throws Failure, or what the parser said, for what is wrong by now */
async function writeReady(entries: TarEntries, folder: string): Promise<void> {
  for (const { path, bytes } of entries.ready()) {
    const target = join(folder, ...path.split('/'))
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, bytes, { flag: 'wx' })
  }
}

function refuseCompressed(file: string, begin: Buffer): void {
  const kind = compressionOf(begin)
  if (kind === undefined) return
  const message = `"${file}" is compressed (${kind}); an OCI image layout is taken from a tar file that is not.`
  throw new Failure('usage', { message, fix: `Decompress it first, such as with \`${kind} -d\`.` })
}

function unreadable(file: string, error: unknown): Failure {
  if (error instanceof UnreadableFile && error.isDirectory) {
    const message = `"${file}" is a directory, not a tar file.`
    return new Failure('usage', { message, fix: `Write \`oci-layout:${file}\`.` }, error)
  }
  const message = `"${file}" cannot be read as a tar file of an OCI image layout: ${fileFault(error)}.`
  const fix = 'Write the file again, and hand it on whole.'
  return new Failure('usage', { message, fix }, error)
}
