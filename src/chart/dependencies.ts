import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type ChartFile, placeEntries } from './chart-files.ts'
import { gunzip } from './gzip.ts'
import { loadMetadata } from './load-metadata.ts'
import type { Metadata } from './metadata.ts'
import { readTar } from './tar.ts'

/** Subcharts are read for their name alone; larger ones are left to Helm's own check. */
const LARGEST_SUBCHART_BYTES = 100 * 1024 * 1024

/**
 * The names of declared dependencies that charts/ of `directory` does not hold, matched by name as
 * `helm package` does. None when a subchart cannot be read: then Helm decides.
 */
export async function missingDependencies(
  directory: string,
  metadata: Metadata
): Promise<readonly string[]> {
  const declared = metadata.dependencies.flatMap((dependency) => dependency?.name ?? [])
  if (declared.length === 0) return []
  const present = await subchartNames(join(directory, 'charts'))
  if (present.includes(undefined)) return []
  return [...new Set(declared.filter((name) => !present.includes(name)))]
}

async function subchartNames(folder: string): Promise<readonly (string | undefined)[]> {
  const children = await readdir(folder).catch(() => [])
  const charts = children.filter((child) => !/^[_.]/.test(child))
  return Promise.all(
    charts.map((child) => subchartName(join(folder, child)).catch(() => undefined))
  )
}

async function subchartName(path: string): Promise<string | undefined> {
  const found = await stat(path)
  const files = found.isDirectory()
    ? [{ path: 'Chart.yaml', bytes: await readFile(join(path, 'Chart.yaml')) }]
    : await archivedFiles(path)
  const loaded = loadMetadata(files)
  return 'metadata' in loaded ? loaded.metadata.name : undefined
}

async function archivedFiles(path: string): Promise<readonly ChartFile[]> {
  const unzipped = gunzip(await readFile(path), LARGEST_SUBCHART_BYTES)
  const read = 'member' in unzipped ? readTar(unzipped.member.body) : unzipped
  return 'tar' in read ? placeEntries(read.tar.entries).files : []
}
