import type { BigIntStats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { type ChartProblem, chartError } from '../../chart/problem.ts'
import { codeOf, Failure } from '../../shared/failure.ts'

/**
 * Of an archive or the provenance beside it. Helm loads less than 100 MiB of files; compressed, with
 * headers and padding, they cannot come near this.
 */
export const LARGEST_ARCHIVE_BYTES = 256 * 1024 * 1024

/** Whether a chart is given as a directory, else as a file. @throws Failure usage, when it is not there */
export async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: unknown) => {
    const message = `The chart "${path}" cannot be read: ${codeOf(error) ?? 'unknown error'}.`
    const fix = 'Give `chart` the path of a chart directory or of an archive.'
    throw new Failure('usage', { message, fix }, error)
  })
  return found.isDirectory()
}

/** What the file system says of an archive. @throws Failure usage, when it is no file */
export async function requireArchiveFile(path: string): Promise<BigIntStats> {
  const found = await stat(path, { bigint: true }).catch(unreadableArchive(path))
  if (!found.isFile()) {
    const what = found.isDirectory() ? 'is a directory' : 'is no regular file'
    const fix = 'Name an archive; `publish-helm-chart package` makes one of a chart directory.'
    throw new Failure('usage', { message: `The archive "${path}" ${what}.`, fix })
  }
  return found
}

/** The problem with an archive that is not read, for its size. */
export function largeArchive({ size }: BigIntStats): readonly ChartProblem[] {
  if (size <= LARGEST_ARCHIVE_BYTES) return []
  const message = `The archive has ${size} bytes; Helm loads charts of less than 100 MiB unpacked, so it was not read.`
  return [chartError('archive-too-large', message, 'Leave files out with .helmignore.')]
}

/** Turns what the file system throws into a failure that names the archive. */
export function unreadableArchive(path: string): (error: unknown) => never {
  return (error) => {
    const message = `The archive "${path}" cannot be read: ${codeOf(error) ?? 'unknown error'}.`
    const fix = 'Give the path of a .tgz file that can be read, or an oci:// reference.'
    throw new Failure('usage', { message, fix }, error)
  }
}

/** Whether there is provenance beside an archive, which Helm pushes with it. @throws Failure usage, when it cannot be read */
export async function hasProvenanceFile(archive: string): Promise<boolean> {
  const path = `${archive}.prov`
  const found = await stat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    const message = `The provenance "${path}" cannot be read: ${codeOf(error) ?? 'unknown error'}.`
    throw new Failure('usage', { message, fix: 'Make it readable, or remove it.' }, error)
  })
  if (!found) return false
  if (found.isFile() && found.size <= LARGEST_ARCHIVE_BYTES) return true
  const message = `The provenance "${path}" is no regular file, or larger than any archive.`
  throw new Failure('usage', { message, fix: 'Remove it, or sign the archive again.' })
}
