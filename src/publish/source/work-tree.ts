import { lstat, realpath } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'

/**
 * The folder that files of a chart may come from without asking (DESIGN.md, "Outside files need consent"): the root of
 * the git tree that holds it; without git the working directory where the chart lies in it, else its parent folder.
 * @param folder of the chart, without links in its path
 */
export async function workTreeOf(folder: string): Promise<string> {
  const root = await gitRootOf(folder)
  if (root !== undefined) return root
  const directory = await realpath('.').catch(() => undefined)
  return directory !== undefined && isWithin(folder, directory) ? directory : dirname(folder)
}

/** The nearest folder, `folder` itself or one above it, with something named `.git`; nothing in that is read. */
async function gitRootOf(folder: string): Promise<string | undefined> {
  const isRoot = await lstat(join(folder, '.git')).then(
    () => true,
    () => false
  )
  if (isRoot) return folder
  const parent = dirname(folder)
  return parent === folder ? undefined : gitRootOf(parent)
}

/** Whether `path` is `folder` or lies in it; both without links. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`)
}
