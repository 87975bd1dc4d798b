import { realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { workTreeRoot } from '../git/work-tree.ts'
import { isWithin } from '../shared/within.ts'

/**
 * The folder that files of a chart may come from without asking: the root of the git tree that holds it; without git the
 * working directory where the chart lies in it, else its parent folder.
 * @param folder of the chart, or the one that an archive lies in; without links in its path
 * @param parent of the chart
 */
export async function workTreeOf(
  folder: string,
  parent: string = dirname(folder)
): Promise<string> {
  const root = await workTreeRoot(folder)
  if (root !== undefined) return root
  const directory = await realpath('.').catch(() => undefined)
  return directory !== undefined && isWithin(folder, directory) ? directory : parent
}
