import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Everything below a folder: kinds, rights, times and contents. Equal ones mean that nothing was written. */
export async function snapshot(folder: string): Promise<Readonly<Record<string, string>>> {
  const paths = ['', ...(await readdir(folder, { recursive: true }))].sort()
  const entries = paths.map(async (path) => [path, await describe(join(folder, path))] as const)
  return Object.fromEntries(await Promise.all(entries))
}

async function describe(path: string): Promise<string> {
  const found = await lstat(path)
  const { mode, mtimeMs, ctimeMs } = found
  const content = found.isSymbolicLink()
    ? await readlink(path)
    : found.isFile()
      ? createHash('sha256')
          .update(await readFile(path))
          .digest('hex')
      : ''
  return `${mode.toString(8)} ${mtimeMs} ${ctimeMs} ${content}`
}
