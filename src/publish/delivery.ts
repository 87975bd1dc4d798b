import {
  access,
  constants,
  copyFile,
  lstat,
  mkdir,
  rename,
  rm,
  stat,
  utimes
} from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { codeOf, Failure } from '../shared/failure.ts'
import { fileTime } from './artifact/file-time.ts'

/** An archive that lies ready in its destination under a temporary name. */
export interface StagedArchive {
  /** Gives the archive its name; what bore it before is replaced. Returns the absolute path. */
  deliver(): Promise<string>
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
  const files = [archive, ...((await exists(`${archive}.prov`)) ? [`${archive}.prov`] : [])]
  const staged = files.map((source) => {
    const name = basename(source)
    return {
      source,
      path: join(folder, name),
      partial: join(folder, `.${name}.${process.pid}.partial`)
    }
  })
  const discard = async () => {
    await Promise.all(staged.map(({ partial }) => rm(partial, { force: true })))
  }
  try {
    await makeFolder(folder)
    for (const file of staged) await stageFile(file)
  } catch (error) {
    await discard().catch(() => undefined)
    throw error instanceof Failure
      ? error
      : cannotWrite(destination, codeOf(error) ?? String(error), error)
  }
  const deliver = async () => {
    try {
      for (const { partial, path } of [...staged].reverse()) await rename(partial, path)
    } catch (error) {
      throw cannotWrite(destination, codeOf(error) ?? String(error), error)
    }
    return join(folder, basename(archive))
  }
  return { deliver, discard }
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

/** Finds out, without writing anything, what `stageArchive` would find. @throws Failure usage */
export async function requireRoom(archive: string, destination: string): Promise<void> {
  const folder = resolve(destination)
  await requireNoDirectory(join(folder, basename(archive)))
  try {
    await requireWritable(folder)
  } catch (error) {
    throw cannotWrite(destination, codeOf(error) ?? String(error), error)
  }
}

/** The folder, or the nearest one above it that is there. */
async function requireWritable(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error
    return undefined
  })
  if (!found) return requireWritable(dirname(folder))
  if (!found.isDirectory()) throw Object.assign(new Error('no folder'), { code: 'ENOTDIR' })
  await access(folder, constants.W_OK)
}

interface StagedFile {
  readonly source: string
  readonly path: string
  readonly partial: string
}

async function stageFile({ source, path, partial }: StagedFile): Promise<void> {
  await requireNoDirectory(path)
  await copyFile(source, partial)
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
    throw cannotWrite(dirname(path), `"${basename(path)}" is a directory there`)
}

function cannotWrite(destination: string, why: string, cause?: unknown): Failure {
  const message = `The archive cannot be written to "${destination}": ${why}.`
  return new Failure(
    'usage',
    { message, fix: 'Give `destination` a folder that can be written.' },
    cause
  )
}
