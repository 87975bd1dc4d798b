import { copyFile, lstat, mkdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { codeOf, Failure } from '../shared/failure.ts'

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
    await mkdir(folder, { recursive: true })
    for (const file of staged) await stageFile(file)
  } catch (error) {
    await discard().catch(() => undefined)
    throw error instanceof Failure
      ? error
      : cannotWrite(destination, codeOf(error) ?? String(error), error)
  }
  const deliver = async () => {
    for (const { partial, path } of [...staged].reverse()) await rename(partial, path)
    return join(folder, basename(archive))
  }
  return { deliver, discard }
}

interface StagedFile {
  readonly source: string
  readonly path: string
  readonly partial: string
}

async function stageFile({ source, path, partial }: StagedFile): Promise<void> {
  await requireNoDirectory(path)
  await copyFile(source, partial)
  const { atime, mtime } = await stat(source)
  await utimes(partial, atime, mtime)
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
