import { copyFile, mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { chartFiles } from '../charts/charts.ts'
import type { Workspace } from '../workspace.ts'
import type { Declared, DependencyCase, Sibling } from './dependency-case.ts'
import { lockOf } from './lock-of.ts'
import type { Market } from './market.ts'

/** A case with a place of its own. */
export interface PlacedCase extends DependencyCase {
  /** With the chart, and all that it needs beside it. */
  readonly folder: string
  /** Of the chart. */
  readonly name: string
}

/** Writes the chart of a case, with all that it needs beside it. */
export async function writeCase(
  workspace: Workspace,
  market: Market,
  { folder, name, ...chart }: PlacedCase
): Promise<void> {
  const fill = (text: string) => {
    return market.fill(text.replace('HERE', workspace.path(folder).replace(/^\//, '/')))
  }
  const named = new Map([...market.urls].map(([name, url]) => [name.toLowerCase(), url]))
  for (const [beside, sibling] of Object.entries(chart.siblings ?? {})) {
    await workspace.write(join(folder, beside), filesOf(beside, sibling, { fill, named }))
  }
  const app = await workspace.write(join(folder, name), {
    ...filesOf(name, { version: '1.0.0', ...chart }, { fill, named }),
    ...chart.files
  })
  await addArchives(workspace, app, chart)
  await addLinks(app, chart)
}

interface Names {
  /** Puts URLs in the place of names. */
  readonly fill: (text: string) => string
  readonly named: ReadonlyMap<string, string>
}

function filesOf(
  name: string,
  chart: Sibling & Pick<DependencyCase, 'isV1'>,
  { fill, named }: Names
): Readonly<Record<string, string>> {
  const { version = '0.1.0', dependencies = [], locked, isV1 = false } = chart
  const list = fill(dependencyYaml(dependencies))
  const plain = chartFiles({ name, version, extra: isV1 ? '' : list })
  const own = plain['Chart.yaml']?.replace('v2', isV1 ? 'v1' : 'v2') ?? ''
  const files = {
    ...plain,
    'Chart.yaml': own,
    ...(isV1 && { 'requirements.yaml': list })
  }
  if (!locked) return files
  const lock = lockOf(files, locked, named)
  return { ...files, [isV1 ? 'requirements.lock' : 'Chart.lock']: lock }
}

function dependencyYaml(dependencies: readonly Declared[]): string {
  if (dependencies.length === 0) return ''
  const entries = dependencies.map(([name, repository, version, more]) => {
    const extra = more === undefined ? '' : `  ${more}\n`
    const place = repository === '' ? '' : `  repository: ${JSON.stringify(repository)}\n`
    return `- name: ${name}\n${place}  version: ${JSON.stringify(version)}\n${extra}`
  })
  return `dependencies:\n${entries.join('')}`
}

async function addArchives(workspace: Workspace, app: string, { archives = {} }: DependencyCase) {
  for (const [name, archive] of Object.entries(archives)) {
    await mkdir(join(app, 'charts'), { recursive: true })
    await copyFile(workspace.path('site/charts', `${archive}.tgz`), join(app, 'charts', name))
  }
}

async function addLinks(app: string, { links = {}, shared = [], title }: DependencyCase) {
  for (const [path, target] of Object.entries(links)) {
    await mkdir(dirname(join(app, path)), { recursive: true })
    await symlink(target, join(app, path))
  }
  if (shared.length === 0) return
  const other = join(app, '../shared')
  await mkdir(other)
  await writeFile(join(other, 'README.md'), `What "${title}" leads to.\n`)
  for (const path of shared) {
    const name = path.split('/').at(-1) ?? ''
    await rename(join(app, path), join(other, name))
    await symlink(`${'../'.repeat(path.split('/').length)}shared/${name}`, join(app, path))
  }
}
