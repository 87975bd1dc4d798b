// Writes the import walls into biome.json; the table of ARCHITECTURE.md is their only source.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Table, tableIn } from './walls-table.ts'

interface Pattern {
  readonly group: readonly string[]
  readonly message: string
}

interface Override {
  readonly includes: readonly string[]
}

const ROOT = join(import.meta.dirname, '..')
/** What no folder of src/ may import, beside the packages that others may. */
const IN_TESTS_ONLY = ['tar']
const MAY_READ_ENVIRONMENT = ['action', 'cli']
/** Walls beyond those of the table. */
const MORE: Readonly<Record<string, readonly Pattern[]>> = {
  git: [
    {
      group: ['node:child_process', 'child_process', '**/shared/*-process.ts'],
      message: 'src/git/ starts no program: a repository must not get to say which.'
    }
  ]
}

const path = join(ROOT, 'biome.json')
const config: { overrides: readonly Override[] } = JSON.parse(readFileSync(path, 'utf8'))
const [first, ...rest] = config.overrides.filter((override) => !isWall(override))
const walls = wallsOf(tableIn(readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8')))
config.overrides = [...(first ? [first] : []), ...walls, ...rest]
writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`)

function isWall({ includes }: Override): boolean {
  return /^src\/.+\/\*\.ts$/.test(includes[0] ?? '')
}

function wallsOf(table: Table): readonly Override[] {
  const folders = [...table.keys()]
  const named = new Set([...table.values()].flat().filter((name) => !folders.includes(name)))
  const packages = [...named, ...IN_TESTS_ONLY].sort()
  return [...table].map(([folder, allowed]) => {
    const patterns = [
      packageWall(folder, packages, allowed),
      folderWall(folder, folders, allowed),
      ...(MORE[folder] ?? [])
    ].filter(({ group }) => group.length > 0)
    const rule = { noRestrictedImports: { level: 'error', options: { patterns } } }
    const style = MAY_READ_ENVIRONMENT.includes(folder) ? { ...rule, noProcessEnv: 'off' } : rule
    return { includes: [`src/${folder}/*.ts`], linter: { rules: { style } } }
  })
}

function packageWall(
  folder: string,
  packages: readonly string[],
  allowed: readonly string[]
): Pattern {
  const theirs = packages.filter((name) => allowed.includes(name))
  const refused = packages.filter((name) => !allowed.includes(name))
  const what = theirs.length === 0 ? 'no package' : `only ${theirs.join(', ')}`
  const group = refused.flatMap((name) => [name, `${name}/**`])
  return { group, message: `src/${folder}/ may import ${what}.` }
}

function folderWall(
  folder: string,
  folders: readonly string[],
  allowed: readonly string[]
): Pattern {
  const ours = folders.filter((name) => name !== folder && allowed.includes(name))
  const refused = folders.filter((name) => !allowed.includes(name))
  const what = ours.map((name) => `src/${name}/`).join(', ') || 'its own files'
  const group = refused.map((other) => importPath(folder, other))
  return { group, message: `src/${folder}/ may import only ${what}.` }
}

/** As an import in `folder` writes the path to the files of `other`. */
function importPath(folder: string, other: string): string {
  const [from, to] = [folder.split('/'), other.split('/')]
  const different = to.findIndex((part, index) => part !== from[index])
  const shared = different === -1 ? to.length : different
  const up = from.length === shared ? ['.'] : from.slice(shared).map(() => '..')
  return [...up, ...to.slice(shared), '*.ts'].join('/')
}
