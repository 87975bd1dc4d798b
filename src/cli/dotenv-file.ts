import { randomUUID } from 'node:crypto'
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { codeOf, Failure } from '../shared/failure.ts'
import { fileFault } from '../shared/file-fault.ts'
import { noteLeftover } from '../shared/leftovers.ts'

/**
 * Writes a whole file in place of another, or not at all: whoever reads it never sees a part. Links are followed.
 * @throws Failure usage, when it cannot be written
 */
export async function writeDotenvFile(path: string, text: string): Promise<void> {
  try {
    await replaceFile(await targetOf(path), text)
  } catch (error) {
    const why = fileFault(error)
    const message = `--dotenv-file ${path} cannot be written: ${why}.`
    throw new Failure('usage', { message, fix: 'Name a file in a folder that exists.' }, error)
  }
}

/** A device or a pipe, such as /dev/stdout, would be replaced by a file. */
async function targetOf(path: string): Promise<string> {
  const found = await stat(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error
    return undefined
  })
  if (!found) return resolve(path)
  if (!found.isFile()) throw Object.assign(new Error('no file'), { code: 'not a regular file' })
  return realpath(path)
}

async function replaceFile(path: string, text: string): Promise<void> {
  const partial = join(dirname(path), `.${basename(path)}.${randomUUID()}.partial`)
  const gone = noteLeftover(partial)
  try {
    await writeFile(partial, text, { flag: 'wx' })
    await rename(partial, path)
  } finally {
    await rm(partial, { force: true })
    gone()
  }
}
