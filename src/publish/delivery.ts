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
 * Copies `archive` into `destination`, times included since `helm push` derives the digest from
 * them, but under a temporary name: it gets its own only when everything else has gone well.
 * @throws Failure usage, when the folder cannot be written
 */
export async function stageArchive(archive: string, destination: string): Promise<StagedArchive> {
  const folder = resolve(destination)
  const path = join(folder, basename(archive))
  const staged = join(folder, `.${basename(archive)}.${process.pid}.partial`)
  const discard = () => rm(staged, { force: true })
  try {
    await mkdir(folder, { recursive: true })
    await requireNoDirectory(path)
    await copyFile(archive, staged)
    const { atime, mtime } = await stat(archive)
    await utimes(staged, atime, mtime)
  } catch (error) {
    await discard().catch(() => undefined)
    throw error instanceof Failure
      ? error
      : cannotWrite(destination, codeOf(error) ?? String(error), error)
  }
  const deliver = async () => {
    await rename(staged, path)
    return path
  }
  return { deliver, discard }
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
