import { CHART_LIMIT_BYTES } from '../chart/chart-files.ts'
import { type ChartFile, toText } from '../chart/model/chart-file.ts'
import { Failure } from '../shared/failure.ts'
import { fileFault } from '../shared/file-fault.ts'
import { isLfsPointer } from '../shared/lfs-pointer.ts'
import { readRegularFile } from '../shared/regular-file.ts'
import { toPath } from './disk-reader.ts'
import type { SourceFile } from './tree.ts'

/** What decides about a chart and its dependencies, at every level; the rest is of no account before it is packaged. */
const DECIDING =
  /^(?:charts\/[^/]+\/)*(?:Chart\.yaml|requirements\.yaml|Chart\.lock|requirements\.lock|charts\/[^/]+\.tgz)$/
const NO_BYTES = Buffer.alloc(0)

/** The files with the bytes of those that decide; helm reads no more than a chart may have in all. @throws Failure chart */
export async function readFiles(
  chart: string,
  files: readonly SourceFile[],
  signal: AbortSignal
): Promise<readonly ChartFile[]> {
  const read: ChartFile[] = []
  let room = CHART_LIMIT_BYTES
  for (const file of files) {
    const bytes = DECIDING.test(file.path)
      ? await readDeciding(file, { chart, room, signal })
      : NO_BYTES
    room -= bytes.length
    read.push({ path: file.path, bytes })
  }
  return read
}

interface Reading {
  readonly chart: string
  /** How many bytes may be read. */
  readonly room: number
  readonly signal: AbortSignal
}

async function readDeciding(file: SourceFile, { chart, room, signal }: Reading): Promise<Buffer> {
  const options = { largest: room, signal }
  const { bytes } = await readRegularFile(toPath(file.realPath), options).catch(
    (error: unknown) => {
      signal.throwIfAborted()
      const message = `"${chart}/${toText(file.path)}" cannot be read: ${fileFault(error)}.`
      throw new Failure('chart', { message, fix: 'Make the file readable.' }, error)
    }
  )
  return bytes
}

/** A pointer is smaller than this (git-lfs, lfs/pointer.go). */
const LARGEST_POINTER_BYTES = 1024

/** The files that are only pointers of Git LFS. */
export async function pointersIn(
  files: readonly SourceFile[],
  signal: AbortSignal
): Promise<readonly string[]> {
  const pointers: string[] = []
  for (const { path, realPath } of files) {
    const options = { largest: LARGEST_POINTER_BYTES, signal }
    const file = await readRegularFile(toPath(realPath), options).catch(() => undefined)
    signal.throwIfAborted()
    if (file && isLfsPointer(file.bytes)) pointers.push(toText(path))
  }
  return pointers
}
