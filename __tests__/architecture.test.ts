import { spawnSync } from 'node:child_process'
import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from '@jest/globals'
import { withDrawing } from '../scripts/drawing.ts'
import { tableIn } from '../scripts/walls-table.ts'
import { parseChartVersion } from '../src/chart/metadata/chart-version.ts'
import { parseConstraint, satisfies } from '../src/dependencies/rules/constraint.ts'
import { useWorkspace } from './support/workspace.ts'

const ROOT = join(import.meta.dirname, '..')
const BIOME = join(ROOT, 'node_modules/.bin/biome')

const ARCHITECTURE = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8')
/** What each folder may import, as ARCHITECTURE.md has it. */
const TABLE: Readonly<Record<string, readonly string[]>> = Object.fromEntries(tableIn(ARCHITECTURE))
const IN_TESTS_ALONE = ['tar']
const MAY_READ_ENVIRONMENT = ['action', 'cli']
const FOLDERS = Object.keys(TABLE)
const PACKAGES = [...new Set([...Object.values(TABLE).flat(), ...IN_TESTS_ALONE])].filter(
  (name) => !FOLDERS.includes(name)
)

const workspace = useWorkspace()

function manifestOf(folder: string) {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'))
}

/**
 * Their older lines, which name Node 20, do not know entries of Rekor v2 for DSSE, and lack checks of what attackers
 * control. interop/oldest-node.test.ts runs them in the built bundle on the oldest Node.
 */
const NAME_NEWER_NODE = ['@sigstore/bundle', '@sigstore/core', '@sigstore/verify']

test('every package that src/ uses names the oldest Node that we promise, but for some', () => {
  const { engines, dependencies } = manifestOf('.')
  const oldest = parseChartVersion(engines.node.replace('>=', ''))
  const runs = Object.keys(dependencies).map((name) => {
    const { engines: { node = '*' } = {} } = manifestOf(`node_modules/${name}`)
    const range = parseConstraint(node)
    return [name, oldest && range && satisfies(oldest, range)]
  })
  expect(runs.filter(([, does]) => does !== true).map(([name]) => name)).toEqual(NAME_NEWER_NODE)
})

/** What most runs do not need. */
const LOADED_WHEN_USED = [
  /^@sigstore\//,
  /^@noble\//,
  /^openpgp$/,
  /^undici$/,
  /^@actions\/(?:exec|tool-cache)$/,
  /(?:^|\/)sign\/statements-of-run\.ts$/
]

test('libraries for signatures, requests and programs are loaded where they are used, not with the program', () => {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  const eager = files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const source = readFileSync(join(ROOT, 'src', file), 'utf8')
      const imports = source.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)'/gm)
      const names = [...imports].map(([, name = '']) => name)
      return names.filter((name) => LOADED_WHEN_USED.some((rule) => rule.test(name)))
    })
  expect(eager).toEqual([])
})

test('every folder of src/ is in the table of ARCHITECTURE.md', () => {
  const found = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
  const folders = found.filter((entry) => entry.isFile()).map(({ parentPath }) => parentPath)
  const named = [...new Set(folders)].map((path) => relative(join(ROOT, 'src'), path))
  expect(FOLDERS.toSorted()).toEqual(named.filter((name) => name !== '').toSorted())
})

test('a folder imports only folders that stand below it in the table', () => {
  for (const [index, folder] of FOLDERS.entries()) {
    const above = FOLDERS.slice(0, index)
    expect([folder, above.filter((other) => TABLE[folder]?.includes(other))]).toEqual([folder, []])
  }
})

test('ARCHITECTURE.md draws what its table says', () => {
  expect(withDrawing(ARCHITECTURE)).toBe(ARCHITECTURE)
})

test('every file that ARCHITECTURE.md names exists', () => {
  const files = ['src', 'scripts', '__tests__'].flatMap((folder) => {
    return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => {
      return `${folder}/${path}`
    })
  })
  const named = [...ARCHITECTURE.matchAll(/`([a-z_/-]+\.(?:ts|mjs|md))`/g)].map(
    ([, name = '']) => name
  )
  const isThere = (name: string) => files.some((file) => `/${file}`.endsWith(`/${name}`))
  expect(named.filter((name) => !isThere(name))).toEqual([])
  expect(named.length).toBeGreaterThan(50)
})

test('the linter holds every folder to its imports, and the environment to the faces', async () => {
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

test('the linter lets no file of src/git/ start a program', async () => {
  const sources = ['node:child_process', 'child_process', '../shared/run-process.ts']
  const lines = sources.map((source) => `export * from '${source}'\n`)
  await workspace.write('src/git', { 'any.ts': lines.join('') })
  const refused = diagnose().filter(({ category }) => category.endsWith('noRestrictedImports'))
  expect(refused.map(({ location }) => location.start.line)).toEqual([1, 2, 3])
})

test('the linter lets secrets be revealed in the files that SECURITY.md lists, and in no other', async () => {
  const security = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8')
  const listed = [...security.matchAll(/`(src\/[^`]+\.ts)`/g)].map(([, path]) => path ?? '')
  const others = FOLDERS.map((folder) => `src/${folder}/any.ts`)
  const source = 'export const reveal = (any: { reveal(): string }) => any.reveal()\n'
  await workspace.write('.', Object.fromEntries([...listed, ...others].map((p) => [p, source])))
  const refused = diagnose().filter(({ category }) => category === 'plugin')
  expect(refused.map(({ location }) => location.path).sort()).toEqual(others.sort())
  expect(listed).not.toEqual([])
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
  const refused = new Map<string, readonly string[]>()
  for (const { category, location } of diagnose()) {
    if (!rules.some((rule) => category.endsWith(rule))) continue
    const folder = dirname(relative('src', location.path))
    const statement = STATEMENTS[location.start.line - 1] ?? ''
    refused.set(folder, [...(refused.get(folder) ?? []), statement])
  }
  return refused
}

function diagnose(): readonly Diagnostic[] {
  for (const name of ['biome.json', 'no-reveal.grit']) {
    copyFileSync(join(ROOT, name), workspace.path(name))
  }
  const args = ['lint', '--reporter=json', '--max-diagnostics=none', 'src']
  const { stdout } = spawnSync(BIOME, args, { cwd: workspace.path(), encoding: 'utf8' })
  const { diagnostics }: { readonly diagnostics: readonly Diagnostic[] } = JSON.parse(stdout)
  return diagnostics
}

interface Diagnostic {
  readonly category: string
  readonly location: { readonly path: string; readonly start: { readonly line: number } }
}
