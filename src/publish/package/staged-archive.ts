import { randomUUID } from 'node:crypto'
import {
  constants,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  rename,
  rm,
  rmdir,
  stat,
  utimes,
  writeFile
} from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { ChartArtifact } from '../../artifact/artifact.ts'
import { createdTime, fileTime } from '../../artifact/created.ts'
import { PROVENANCE_TYPE } from '../../artifact/media-types.ts'
import { codeOf, Failure } from '../../shared/failure.ts'
import { fileFault } from '../../shared/file-fault.ts'
import { input } from '../../shared/input-name.ts'
import { noteLeftover } from '../../shared/leftovers.ts'

/** An archive that is ready in its destination under a temporary name. */
export interface StagedArchive {
  /**
   * Gives the archive its name; what had it before is replaced. With `stored`, the archive and the provenance of that
   * artifact take the place of those that were staged. Returns the absolute path.
   */
  deliver(stored?: ChartArtifact): Promise<string>
  /** Removes what was staged. Does nothing after `deliver`. */
  discard(): Promise<void>
}

/**
 * Copies `archive`, and provenance beside it, into `destination`, times included since `helm push`
 * derives the digest from them, but under temporary names: they get their own only when everything
 * else has gone well.
 * @throws Failure usage, when the folder cannot be written
 */
export async function stageArchive(archive: string, destination: string): Promise<StagedArchive> {
  const folder = resolve(destination)
  const path = join(folder, basename(archive))
  const files = [stagedFile(archive, path), stagedFile(`${archive}.prov`, `${path}.prov`)] as const
  const staged = (await exists(files[1].source)) ? files : [files[0]]
  const gone = files.map(({ partial }) => noteLeftover(partial))
  const discard = async () => {
    await Promise.all(files.map(({ partial }) => rm(partial, { force: true })))
    for (const note of gone) note()
  }
  try {
    await makeFolder(folder)
    for (const file of staged) await stageFile(file)
  } catch (error) {
    await discard().catch(() => undefined)
    throw cannotWrite(destination, error)
  }
  const deliver = async (stored?: ChartArtifact) => {
    try {
      const ready = stored ? await stageStored(stored, files) : staged
      for (const file of [...ready].reverse()) await rename(file.partial, file.path)
    } catch (error) {
      throw cannotWrite(destination, error)
    }
    return path
  }
  return { deliver, discard }
}

/** Nobody can foresee the temporary name: what bore it before could be a link to something outside. */
function stagedFile(source: string, path: string): StagedFile {
  return {
    source,
    path,
    partial: join(dirname(path), `.${basename(path)}.${randomUUID()}.partial`)
  }
}

/** Stages the archive and the provenance of an artifact instead, with the time that its manifest was derived from. */
async function stageStored(
  { chart, layers, manifest }: ChartArtifact,
  [archive, provenanceFile]: readonly [archive: StagedFile, provenance: StagedFile]
): Promise<readonly StagedFile[]> {
  const provenance = layers.find(({ mediaType }) => mediaType === PROVENANCE_TYPE)
  const files = [
    { file: archive, blob: chart },
    ...(provenance ? [{ file: provenanceFile, blob: provenance }] : [])
  ]
  const time = createdTime(manifest.bytes)
  for (const { file, blob } of files) {
    await requireNoDirectory(file.path)
    await rm(file.partial, { force: true })
    await writeFile(file.partial, blob.bytes, { flag: 'wx' })
    if (time) await utimes(file.partial, time, time)
  }
  return files.map(({ file }) => file)
}

/** Node's own way of making the folders above as well never ends below /proc. */
async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder).catch((error: unknown) => error)
  if (made === undefined || codeOf(made) === 'EEXIST') return
  if (codeOf(made) !== 'ENOENT' || dirname(folder) === folder) throw made
  await makeFolder(dirname(folder))
  await mkdir(folder).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error
  })
}

/** Finds out what `stageArchive` would find, and leaves nothing behind. @throws Failure usage */
export async function requireRoom(archive: string, destination: string): Promise<void> {
  const folder = resolve(destination)
  await requireNoDirectory(join(folder, basename(archive)))
  try {
    await requireWritable(folder)
  } catch (error) {
    throw cannotWrite(destination, error)
  }
}

/** The folder, or the nearest one above it that exists: only making something there shows whether it can be done. */
async function requireWritable(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error
    return undefined
  })
  if (!found) return requireWritable(dirname(folder))
  if (!found.isDirectory()) throw Object.assign(new Error('no folder'), { code: 'ENOTDIR' })
  await rmdir(await mkdtemp(join(folder, '.publish-helm-chart-')))
}

interface StagedFile {
  readonly source: string
  readonly path: string
  readonly partial: string
}

async function stageFile({ source, path, partial }: StagedFile): Promise<void> {
  await requireNoDirectory(path)
  await copyFile(source, partial, constants.COPYFILE_EXCL)
  const time = fileTime(await stat(source, { bigint: true }))
  await utimes(partial, time, time)
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined
}

/** Found out now and not when the chart has been pushed: a rename cannot replace a directory. */
async function requireNoDirectory(path: string): Promise<void> {
  const present = await lstat(path).catch(() => undefined)
  if (present?.isDirectory())
    throw unwritable(dirname(path), `"${basename(path)}" already exists as a directory`)
}

function cannotWrite(destination: string, error: unknown): Failure {
  if (error instanceof Failure) return error
  return unwritable(destination, fileFault(error), error)
}

function unwritable(destination: string, why: string, cause?: unknown): Failure {
  const message = `The archive cannot be written to "${destination}": ${why}.`
  const fix = `Set ${input('destination')} to a writable folder.`
  return new Failure('usage', { message, fix }, cause)
}
