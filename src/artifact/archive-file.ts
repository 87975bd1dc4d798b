import type { BigIntStats } from 'node:fs'
import { lstat, stat } from 'node:fs/promises'
import { type ChartProblem, chartError } from '../chart/model/problem.ts'
import { codeOf, Failure } from '../shared/failure.ts'
import { fileFault } from '../shared/file-fault.ts'
import { kindOfFile, type RegularFile, readRegularFile } from '../shared/regular-file.ts'

/**
 * Of an archive or the provenance beside it. Helm loads less than 100 MiB of files; compressed, with
 * headers and padding, they cannot come near this.
 */
export const LARGEST_ARCHIVE_BYTES = 256 * 1024 * 1024

/** What the file system says of an archive. @throws Failure usage, when it is no file */
export async function requireArchiveFile(path: string): Promise<BigIntStats> {
  const found = await stat(path, { bigint: true }).catch(unreadableArchive(path))
  if (!found.isFile()) {
    const fix =
      'Give the path of an archive; `publish-helm-chart package` creates one from a chart directory.'
    const message = `The archive "${path}" is ${kindOfFile(found)}.`
    throw new Failure('usage', { message, fix })
  }
  return found
}

/** The problem with an archive that is not read, for its size. */
export function largeArchive({ size }: BigIntStats): readonly ChartProblem[] {
  if (size <= LARGEST_ARCHIVE_BYTES) return []
  const message = `The archive has ${size} bytes and was not read, because Helm only loads charts of less than 100 MiB unpacked.`
  return [chartError('archive-too-large', message, 'Leave files out with .helmignore.')]
}

/** The bytes of an archive, and what the system says of it. @throws Failure usage, when it cannot be read */
export async function readArchiveFile(path: string, signal: AbortSignal): Promise<RegularFile> {
  return readRegularFile(path, { largest: LARGEST_ARCHIVE_BYTES, signal }).catch(
    unreadableArchive(path, signal)
  )
}

/** Turns what the file system throws into a failure that names the archive. */
function unreadableArchive(path: string, signal?: AbortSignal): (error: unknown) => never {
  return (error) => {
    signal?.throwIfAborted()
    const message = `The archive "${path}" cannot be read: ${fileFault(error)}.`
    const fix = 'Give the path of a .tgz file that can be read, or an oci:// reference.'
    throw new Failure('usage', { message, fix }, error)
  }
}

/** The provenance beside an archive, which Helm pushes with it, if there is one. @throws Failure usage, when it cannot be read */
export async function readProvenanceFile(
  archive: string,
  signal: AbortSignal
): Promise<Buffer | undefined> {
  const path = `${archive}.prov`
  if (!(await isThere(path))) return undefined
  const options = { largest: LARGEST_ARCHIVE_BYTES, signal }
  const { bytes } = await readRegularFile(path, options).catch((error: unknown) => {
    signal.throwIfAborted()
    const message = `The provenance "${path}" cannot be read: ${fileFault(error)}.`
    throw new Failure('usage', { message, fix: 'Make it readable, or remove it.' }, error)
  })
  return bytes
}

/** Whether a path exists: a link to nothing does, and whether it can be read is found out when it is read. */
export async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => codeOf(error) !== 'ENOENT'
  )
}
