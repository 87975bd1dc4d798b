import { randomUUID } from 'node:crypto'
import { lstat, mkdir, mkdtemp, open, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { Failure } from '../../shared/failure.ts'
import { fileFault } from '../../shared/file-fault.ts'
import { input } from '../../shared/input-name.ts'
import { noteLeftover } from '../../shared/leftovers.ts'
import { throwIfFull } from '../../shared/private-folder.ts'
import { whileLockedBy } from './layout-lock.ts'
import type { LayoutPlace } from './layout-place.ts'
import { LARGEST_INDEX_BYTES } from './layout-read.ts'
import { type LayoutArtifact, writeLayout } from './layout-write.ts'
import { packLayout } from './pack-layout.ts'
import { unpackLayout } from './unpack-layout.ts'

export interface TarOptions {
  /** A private folder, for what is unpacked. */
  readonly folder: string
  readonly largestBlob: number
  readonly signal: AbortSignal
}

/** Unpacks the layout in a tar file into a new folder, to be read there. @throws Failure usage or chart, see `unpackLayout` */
export async function openLayoutTar(
  file: string,
  { folder: parent, ...options }: TarOptions
): Promise<LayoutPlace> {
  const folder = await mkdtemp(join(parent, 'layout-'))
  await unpackLayout(file, folder, { ...options, isWhole: false })
  return { folder, name: file }
}

/**
 * Adds artifacts to the OCI image layout in a tar file, which is made where there is none: what it holds is unpacked, and
 * a new file takes its place once it is whole.
 * @throws Failure usage, when the file cannot be written, or is not a tar file; chart, when it holds anything else
 */
export async function writeLayoutTar(
  given: string,
  artifacts: readonly LayoutArtifact[],
  options: TarOptions
): Promise<void> {
  try {
    await mkdir(dirname(given), { recursive: true })
    // A link to the file stays one.
    const file = await realpath(given).catch(() => resolve(given))
    const lock = join(dirname(file), `.${basename(file)}.lock`)
    await whileLockedBy(lock, () => rewrite({ file, given }, artifacts, options))
  } catch (error) {
    if (error instanceof Failure || options.signal.aborted) throw error
    throwIfFull(error, options.folder)
    throw cannotWrite(given, fileFault(error), error)
  }
}

async function rewrite(
  { file, given }: { readonly file: string; readonly given: string },
  artifacts: readonly LayoutArtifact[],
  { folder: parent, largestBlob, signal }: TarOptions
): Promise<void> {
  const folder = await mkdtemp(join(parent, 'layout-'))
  const place = { folder, name: given }
  if (await exists(file)) {
    await unpackLayout(file, folder, { largestBlob, isWhole: true, signal })
    await requireMarker(place)
  }
  await writeLayout(place, artifacts)
  const partial = join(dirname(file), `.${basename(file)}.${randomUUID()}.partial`)
  const gone = noteLeftover(partial)
  const handle = await open(partial, 'wx')
  try {
    try {
      await packLayout(folder, handle, Math.max(largestBlob, LARGEST_INDEX_BYTES))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(partial, file)
  } finally {
    await rm(partial, { force: true })
    gone()
  }
}

/** Any tar file would pass for an empty layout that nobody has written to. @throws Failure usage */
async function requireMarker({ folder, name }: LayoutPlace): Promise<void> {
  if (await exists(join(folder, 'oci-layout'))) return
  throw cannotWrite(name, 'it exists, and is not an OCI image layout')
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false
  )
}

function cannotWrite(file: string, why: string, cause?: unknown): Failure {
  const message = `The OCI image layout cannot be written to "${file}": ${why}.`
  const fix = `Give ${input('oci-layout')} a file that can be written, or that is not there yet.`
  return new Failure('usage', { message, fix }, cause)
}
