import { lstat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { codeOf, Failure } from '../../shared/failure.ts'
import { fileFault } from '../../shared/file-fault.ts'
import { input } from '../../shared/input-name.ts'
import { isObject, parseJson } from '../../shared/json.ts'
import { readRegularFile } from '../../shared/regular-file.ts'
import { type Blob, blobOf } from '../spec/blob.ts'
import type { Descriptor } from '../spec/manifest.ts'
import { EMPTY_INDEX, type LayoutIndex, readLayoutIndex } from './layout-index.ts'
import { isTarName, type LayoutPlace } from './layout-place.ts'

/** The one that there is (image-layout spec, "oci-layout file"); other clients refuse any other. */
export const LAYOUT_VERSION = '1.0.0'
/** distribution-spec, "Pushing manifests": 4 MiB is what registries take at least; other clients read no more. */
export const LARGEST_INDEX_BYTES = 4 * 1024 * 1024

/** What the layout at a place holds. @throws Failure usage, when it is no layout; chart, when it is damaged */
export async function readLayout(place: LayoutPlace): Promise<LayoutIndex> {
  await requireVersion(place)
  return readIndex(place)
}

/**
 * As `readLayout`, for a folder that is written to: without a marker it is no layout yet, and a run that was
 * killed may have left a marker without an index.
 */
export async function readLayoutSoFar(place: LayoutPlace): Promise<LayoutIndex> {
  const { folder } = place
  if (!(await exists(join(folder, 'oci-layout')))) return EMPTY_INDEX
  await requireVersion(place)
  return (await exists(join(folder, 'index.json'))) ? readIndex(place) : EMPTY_INDEX
}

/** What cannot be looked at, and a link to nothing, exist too, and are refused when they are read. */
async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => !['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')
  )
}

async function requireVersion(place: LayoutPlace): Promise<void> {
  const marker = await readRegular(join(place.folder, 'oci-layout'), 1024).catch(
    (error: unknown) => {
      throw noLayout(place, `its file \`oci-layout\` cannot be read: ${fileFault(error)}`, error)
    }
  )
  const json = parseJson(marker)
  const version = isObject(json) ? json['imageLayoutVersion'] : undefined
  if (version !== LAYOUT_VERSION) {
    throw noLayout(place, `its version is ${JSON.stringify(version)}, not "${LAYOUT_VERSION}"`)
  }
}

async function readIndex(place: LayoutPlace): Promise<LayoutIndex> {
  const bytes = await readRegular(join(place.folder, 'index.json'), LARGEST_INDEX_BYTES).catch(
    (error: unknown) => {
      throw noLayout(place, `its index.json cannot be read: ${fileFault(error)}`, error)
    }
  )
  const reading = readLayoutIndex(bytes)
  if ('index' in reading) return reading.index
  throw noLayout(place, `its index.json cannot be read: ${reading.fault}`)
}

function noLayout({ name }: LayoutPlace, why: string, cause?: unknown): Failure {
  const message = `"${name}" is not an OCI image layout: ${why}.`
  const isFile = codeOf(cause) === 'ENOTDIR' && isTarName(name)
  const fix = isFile ? `Write \`oci-archive:${name}\`.` : `Name what ${input('oci-layout')} wrote.`
  return new Failure('usage', { message, fix }, cause)
}

/**
 * A blob of a layout, found to be what its descriptor says. Links are not followed, so that nothing from
 * outside of the layout is taken for a part of it.
 * @param largest bytes that are read at most
 * @throws Failure chart, when it is missing or something else
 */
export async function readLayoutBlob(
  place: LayoutPlace,
  { mediaType, digest, size }: Descriptor,
  largest: number
): Promise<Blob> {
  const { folder, name } = place
  const damaged = (why: string, cause?: unknown) => {
    const message = `The OCI image layout "${name}" is damaged: the blob ${digest} ${why}.`
    const fix = 'Write the layout again, and transfer all of its files.'
    return new Failure('chart', { message, fix }, cause)
  }
  if (size > largest) throw damaged(`should have ${size} bytes, the limit is ${largest}`)
  await refuseLinkedFolders(place, digest)
  const bytes = await readRegular(blobPath(folder, digest), size).catch((error: unknown) => {
    throw damaged(`cannot be read: ${fileFault(error)}`, error)
  })
  const blob = blobOf(mediaType, bytes)
  if (blob.size !== size) throw damaged(`has ${blob.size} bytes, not ${size}`)
  if (blob.digest !== digest) throw damaged(`has other content: ${blob.digest}`)
  return blob
}

/** A digest was found to be one before: it holds no path. */
export function blobPath(folder: string, digest: Descriptor['digest']): string {
  return join(folder, 'blobs', ...digest.split(':'))
}

/**
 * Finds links among the folders from a layout to a blob: O_NOFOLLOW looks at the last part of a path alone. The
 * layout itself may be a link, by which its user named it.
 * @throws Failure chart, when there is one
 */
export async function refuseLinkedFolders(
  { folder, name }: LayoutPlace,
  digest: Descriptor['digest']
): Promise<void> {
  const parent = dirname(blobPath(folder, digest))
  for (const path of [dirname(parent), parent]) {
    const found = await lstat(path).catch(() => undefined)
    if (!found?.isSymbolicLink()) continue
    const message = `The OCI image layout "${name}" is not valid: its folder "${path}" is a link, which may point outside of it.`
    const fix = 'Replace the link with the folder itself and its files.'
    throw new Failure('chart', { message, fix })
  }
}

/** A regular file of so many bytes at most; a link is none. */
export async function readRegular(path: string, largest: number): Promise<Buffer> {
  return (await readRegularFile(path, { largest, refusesLinks: true })).bytes
}
