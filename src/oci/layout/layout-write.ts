import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Failure } from '../../shared/failure.ts'
import { fileFault } from '../../shared/file-fault.ts'
import { input } from '../../shared/input-name.ts'
import { type Artifact, type Blob, digestOf } from '../spec/blob.ts'
import { indexBytes, type LayoutIndex, withEntry } from './layout-index.ts'
import { whileLocked } from './layout-lock.ts'
import type { LayoutPlace } from './layout-place.ts'
import {
  blobPath,
  LARGEST_INDEX_BYTES,
  LAYOUT_VERSION,
  readLayoutSoFar,
  readRegular,
  refuseLinkedFolders
} from './layout-read.ts'

/** An artifact that is to be in a layout. */
export interface LayoutArtifact {
  readonly artifact: Artifact
  /** What it is called beside its tags. */
  readonly title: string
  /** Under which it would lie in a registry. */
  readonly tags: readonly string[]
}

/**
 * Adds artifacts to the OCI image layout in a folder, which is made where there is none (image-layout spec
 * 1.0). The index comes last and at once: until then the layout is what it was.
 * @throws Failure usage, when the folder cannot be written, or holds another kind of layout; chart, when it is damaged
 */
export async function writeLayout(
  place: LayoutPlace,
  artifacts: readonly LayoutArtifact[]
): Promise<void> {
  const { folder, name } = place
  await readLayoutSoFar(place)
  const blobs = artifacts.flatMap(({ artifact: { config, layers, manifest } }) => {
    return [config, ...layers, manifest]
  })
  for (const { digest } of blobs) await refuseLinkedFolders(place, digest)
  try {
    await mkdir(join(folder, 'blobs', 'sha256'), { recursive: true })
    for (const blob of blobs) await writeBlob(folder, blob)
    await whileLocked(folder, () => writeIndex(place, artifacts))
  } catch (error) {
    if (error instanceof Failure) throw error
    throw cannotWrite(name, fileFault(error), error)
  }
}

/** Adds to what the layout has by now: another run may have added to it as well. */
async function writeIndex(
  { folder, name }: LayoutPlace,
  artifacts: readonly LayoutArtifact[]
): Promise<void> {
  const index = indexBytes(artifacts.reduce(withArtifact, await readLayoutSoFar({ folder, name })))
  if (index.length > LARGEST_INDEX_BYTES) {
    throw cannotWrite(
      name,
      `its index would have ${index.length} bytes, which is more than clients read`
    )
  }
  const marker = JSON.stringify({ imageLayoutVersion: LAYOUT_VERSION })
  await writeWhole(join(folder, 'oci-layout'), Buffer.from(marker))
  await writeWhole(join(folder, 'index.json'), index)
}

function withArtifact(
  index: LayoutIndex,
  { artifact: { manifest }, title, tags }: LayoutArtifact
): LayoutIndex {
  const { mediaType, digest, size } = manifest
  return tags.reduce((sum, tag) => withEntry(sum, { mediaType, digest, size, tag, title }), index)
}

/** What lies there under its digest, and is what it says, is not written again. */
async function writeBlob(folder: string, { digest, bytes, size }: Blob): Promise<void> {
  const path = blobPath(folder, digest)
  const present = await readRegular(path, size).catch(() => undefined)
  if (present && digestOf(present) === digest) return
  await writeWhole(path, bytes)
}

/**
 * Under its own name a file is never half written, not even after the machine went down. Nobody can foresee the
 * name before that, and what bears it already is not written to: it may be a link to something outside.
 */
async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const partial = join(dirname(path), `.${randomUUID()}.partial`)
  const file = await open(partial, 'wx')
  try {
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(partial, path)
  } finally {
    await rm(partial, { force: true })
  }
}

function cannotWrite(folder: string, why: string, cause?: unknown): Failure {
  const message = `The OCI image layout cannot be written to "${folder}": ${why}.`
  const fix = `Set ${input('oci-layout')} to a writable folder.`
  return new Failure('usage', { message, fix }, cause)
}
