import { readlink, realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import type { ByteString } from '../chart/model/chart-file.ts'
import { isWithin } from '../shared/within.ts'
import { toPath } from './disk-reader.ts'

/** As many links as Linux follows (path_resolution(7)). */
const MOST_LINKS = 40

/**
 * Where in charts/ a link of a chart leads, as a path below the chart with slashes; undefined for all other links.
 * Nothing need be there yet.
 * @param folder of the chart
 * @param link its path; both without links in the folders that lead there
 */
export async function targetInCharts(
  folder: ByteString,
  link: ByteString
): Promise<ByteString | undefined> {
  const charts = `${folder}${sep}charts`
  let path = link
  for (let hop = 0; hop < MOST_LINKS; hop++) {
    const target = await readlink(toPath(path), { encoding: 'latin1' }).catch(() => undefined)
    if (target === undefined) return undefined
    const lexical = resolve(dirname(path), target)
    path = join(await realFolder(dirname(lexical)), basename(lexical))
    const inside = [lexical, path].find((one) => isWithin(one, charts))
    if (inside !== undefined) return relative(folder, inside).replaceAll(sep, '/')
  }
  return undefined
}

async function realFolder(folder: ByteString): Promise<ByteString> {
  return realpath(toPath(folder), { encoding: 'latin1' }).catch(() => folder)
}
