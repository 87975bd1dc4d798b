import { cp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Workspace } from '../workspace.ts'
import { type HelmHome, helm } from './helm.ts'
import { tarEntries } from './tar-entries.ts'
import type { PlacedCase } from './write-case.ts'

/** Helm writes subcharts in a random rotation; with six of them every 3rd archive has their order. */
const MOST_TRIES = 100

export interface ReferenceOptions {
  readonly program: string
  /** Knows all repositories, and has all logins. */
  readonly home: HelmHome
  /** Where a copy of the case is made. */
  readonly folder: string
  /** Whether entries are in the order that is wanted. */
  readonly isInOrder: (names: readonly string[]) => boolean
}

/** What `helm dependency build` and `helm package` make of a copy of a chart, with those beside it built first. */
export async function referenceArchive(
  workspace: Workspace,
  chart: PlacedCase,
  options: ReferenceOptions
): Promise<Buffer> {
  const { program } = options
  const folder = workspace.path(options.folder)
  const home = await ownHome(options.home, join(folder, 'home'))
  const copy = join(folder, 'copy')
  await cp(workspace.path(chart.folder), copy, { recursive: true, verbatimSymlinks: true })
  for (const [name, { dependencies }] of Object.entries(chart.siblings ?? {})) {
    if (dependencies) await helm(program, ['dependency', 'build', join(copy, name)], home)
  }
  const verb = chart.flags?.includes('--dependencies=update') ? 'update' : 'build'
  const app = join(copy, chart.name)
  await helm(program, ['dependency', verb, app], home)
  for (let left = MOST_TRIES; left > 0; left--) {
    const destination = join(folder, 'out')
    await rm(destination, { recursive: true, force: true })
    await helm(program, ['package', app, '--destination', destination], home)
    const [archive = ''] = await readdir(destination)
    const bytes = await readFile(join(destination, archive))
    if (options.isInOrder(tarEntries(bytes).map(({ name }) => name))) return bytes
  }
  throw new Error(`helm never wrote "${chart.title}" in the order that is wanted`)
}

/** Helm 3 fails at random where calls share a cache. */
async function ownHome({ folder, environment }: HelmHome, to: string): Promise<HelmHome> {
  await cp(folder, to, { recursive: true })
  return { folder: to, environment: { ...environment, HOME: to } }
}
