import { spawnSync } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from '@jest/globals'
import { useWorkspace } from './helpers/workspace.ts'

const ROOT = join(import.meta.dirname, '..')
const BIOME = join(ROOT, 'node_modules/.bin/biome')

/** What each folder may import, as ARCHITECTURE.md has it. */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  action: ['publish', 'publish/inspect', 'shared', '@actions/core'],
  cli: ['publish', 'publish/inspect', 'shared'],
  publish: ['publish/inspect', 'helm', 'chart', 'oci', 'shared'],
  'publish/inspect': ['publish', 'chart', 'oci', 'shared'],
  helm: ['shared', '@actions/exec', '@actions/tool-cache'],
  chart: ['chart/yaml', 'shared'],
  'chart/yaml': ['shared'],
  oci: ['shared', 'undici', 'yaml'],
  shared: []
}
const IN_TESTS_ALONE = ['tar']
const MAY_READ_ENVIRONMENT = ['action', 'cli']
const FOLDERS = Object.keys(TABLE)
const PACKAGES = [...new Set([...Object.values(TABLE).flat(), ...IN_TESTS_ALONE])].filter(
  (name) => !FOLDERS.includes(name)
)

const workspace = useWorkspace()

test('the linter holds every folder to its imports, and the environment to the faces', async () => {
  copyFileSync(join(ROOT, 'biome.json'), workspace.path('biome.json'))
  const files = FOLDERS.map((folder) => [`src/${folder}/any.ts`, sourceFor(folder)] as const)
  await workspace.write('.', Object.fromEntries(files))
  const refused = lint(['noRestrictedImports', 'noProcessEnv'])
  for (const folder of FOLDERS) {
    const allowed = [folder, ...(TABLE[folder] ?? [])]
    const walls = [...FOLDERS, ...PACKAGES].filter((name) => !allowed.includes(name))
    const environment = MAY_READ_ENVIRONMENT.includes(folder) ? [] : ['environment']
    const held = STATEMENTS.filter((name) => refused.get(folder)?.includes(name))
    expect([folder, held]).toEqual([folder, [...walls, ...environment]])
  }
})

const STATEMENTS = [...FOLDERS, ...PACKAGES, 'environment']

/** A line for each statement, so that the number of a line tells what was refused. */
function sourceFor(folder: string): string {
  const lines = STATEMENTS.map((name) => {
    if (name === 'environment') return "export const any = process.env['ANY']"
    if (name === folder) return ''
    return `export * from '${FOLDERS.includes(name) ? pathBetween(folder, name) : name}'`
  })
  return `${lines.join('\n')}\n`
}

function pathBetween(folder: string, other: string): string {
  const path = relative(folder, join(other, 'any.ts'))
  return path.startsWith('.') ? path : `./${path}`
}

/** By folder: the statements that one of the rules refuses. */
function lint(rules: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const args = ['lint', '--reporter=json', '--max-diagnostics=none', 'src']
  const { stdout } = spawnSync(BIOME, args, { cwd: workspace.path(), encoding: 'utf8' })
  const { diagnostics }: { readonly diagnostics: readonly Diagnostic[] } = JSON.parse(stdout)
  const refused = new Map<string, readonly string[]>()
  for (const { category, location } of diagnostics) {
    if (!rules.some((rule) => category.endsWith(rule))) continue
    const folder = dirname(relative('src', location.path))
    const statement = STATEMENTS[location.start.line - 1] ?? ''
    refused.set(folder, [...(refused.get(folder) ?? []), statement])
  }
  return refused
}

interface Diagnostic {
  readonly category: string
  readonly location: { readonly path: string; readonly start: { readonly line: number } }
}
