import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { withCommonTables, withInputs, withTables } from '../scripts/docs.mjs'
import { parseInputs } from '../src/inputs/inputs.ts'
import { ACTION_NAMES } from '../src/inputs/table/table.ts'
import type { Publication } from '../src/publish/model/publication.ts'
import { publicationJson } from '../src/publish/model/publication-json.ts'
import { VERSION } from '../src/shared/version.ts'

const ROOT = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const action = parse(read('action.yml'))

test('the inputs of action.yml are those of the table of inputs', () => {
  expect(withInputs(read('action.yml'))).toBe(read('action.yml'))
  expect(Object.keys(action.inputs)).toEqual(ACTION_NAMES)
})

test('the tables in the documents are those of the inputs and outputs', () => {
  expect(withCommonTables(read('README.md'), read('action.yml'))).toBe(read('README.md'))
  expect(withTables(read('docs/inputs.md'), read('action.yml'))).toBe(read('docs/inputs.md'))
})

const FAILED: Publication = {
  status: 'failed',
  chart: 'charts/storefront',
  target: undefined,
  facts: undefined,
  place: undefined,
  size: undefined,
  error: new Error('Silence.'),
  warnings: [],
  seconds: 0
}

test('docs/inputs.md has the fields that results have, and no others', () => {
  const [, section = ''] = read('docs/inputs.md').split('## Fields of `results`')
  const cells = [...section.matchAll(/^\| (`[^|]+) \|/gm)].map(([, cell = '']) => cell)
  const fields = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name))
  expect(fields.toSorted()).toEqual(Object.keys(publicationJson(FAILED)).toSorted())
})

test('the README is short', () => {
  const isWord = (text: string) => /\w/.test(text)
  const readme = read('README.md')
  const prose = readme
    .replace(/^```[\s\S]*?^```$/gm, '')
    .split('\n')
    .filter((line) => !line.startsWith('|'))
  expect(prose.join('\n').split(/\s+/).filter(isWord).length).toBeLessThanOrEqual(1200)
  expect(readme.split(/\s+/).filter(isWord).length).toBeLessThanOrEqual(2600)
})

describe('every message that a document explains is one of the program', () => {
  const texts = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => read(`src/${path}`))
    .join('\n')
    .replaceAll(/\$\{input\('([a-z-]+)'\)\}/g, '`$1`')
  const messages = ['README.md', 'docs/troubleshooting.md', 'docs/signing.md'].flatMap((document) =>
    sectionsOf(read(document))
      .filter(({ head }) => head === 'Message')
      .flatMap(({ rows }) => rows)
      .flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, message = '']) => message))
      .flatMap((message) => message.split('…').map((part) => part.trim()))
      .filter((message) => message.length > 6 && !isRegistryText(message))
  )
  test.each(messages)('%s', (message) => {
    expect({ message, exists: texts.includes(message) }).toEqual({ message, exists: true })
  })
})

/** What registries say, in their words. */
function isRegistryText(message: string): boolean {
  return /^\d{3} [A-Z]/.test(message)
}

/** The tables of a document: the first cell of the head, and those of the rows. */
function sectionsOf(markdown: string): readonly { head: string; rows: readonly string[] }[] {
  return [...markdown.matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => {
    const [head = '', , ...rows] = table
      .trim()
      .split('\n')
      .map((line) => line.split(' | ')[0]?.replace(/^\| /, '') ?? '')
    return { head, rows }
  })
}

test('the defaults of action.yml are those of the program', () => {
  const defaults = Object.entries(action.inputs).map(([name, input]) => [
    name,
    (input as { default: string }).default
  ])
  const texts = Object.fromEntries(defaults)
  expect(parseInputs({ texts })).toEqual(parseInputs({ texts: {} }))
})

test('the program bears the version of the package', () => {
  expect(JSON.parse(read('package.json')).version).toBe(VERSION)
})

test('secrets are revealed where SECURITY.md says, and nowhere else', () => {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts')
  )
  const revealing = files
    .filter((path) => read(`src/${path}`).includes('.reveal()'))
    .map((path) => `src/${path}`)
  const listed = [...read('SECURITY.md').matchAll(/`(src\/[^`]+\.ts)`/g)].map(([, path]) => path)
  expect(revealing.toSorted()).toEqual(listed.toSorted())
})

describe('every test that a page on security names exists', () => {
  test.each(['SECURITY.md', 'docs/security.md'])('%s', (name) => {
    const named = [...read(name).matchAll(/__tests__\/[\w./-]+/g)].map(([path]) => path)
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
    expect(named.filter((path) => !path.endsWith('.test.ts'))).toEqual([])
    expect(named.length).toBeGreaterThan(20)
  })
})

test('every promise of SECURITY.md has tests', () => {
  const [, promises = ''] = read('SECURITY.md').split(/^## What is promised$/m)
  const [, ...sections] = promises.split(/^## /m)[0]?.split(/^### /m) ?? []
  expect(sections.length).toBeGreaterThan(5)
  expect(sections.filter((section) => !/^Tests:\s\[/m.test(section))).toEqual([])
})

const DOCUMENTS = [
  ...readdirSync(ROOT),
  ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)
].filter((name) => name.endsWith('.md'))

/** The anchors that GitHub gives the headings of a document. */
function anchorsOf(path: string): readonly string[] {
  const text = read(path).replace(/^```[\s\S]*?^```/gm, '')
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => {
    const words = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '')
    return words.replaceAll(' ', '-')
  })
}

describe('every relative link of a document leads somewhere', () => {
  test.each(DOCUMENTS)('%s', (name) => {
    const links = [...read(name).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)]
    for (const [link, path = '', anchor] of links) {
      const target = path === '' ? name : join(dirname(name), path)
      expect([link, existsSync(join(ROOT, target))]).toEqual([link, true])
      if (anchor !== undefined) expect([link, ...anchorsOf(target)]).toContain(anchor)
    }
  })
})

test('docs/problems.md lists every code that a problem can have, and no other', () => {
  const files = [
    'src/artifact',
    'src/chart',
    'src/directory',
    'src/inspect',
    'src/list',
    'src/publish',
    'src/verify'
  ].flatMap((folder) => {
    const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    return names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`)
  })
  const given =
    /(?:chartError|chartWarning|missingFingerprints?|damageOf|damaged|refusedFile|code)(?:\(|: )\s*(?:path, )?'([a-z0-9-]+)'/g
  const codes = files.flatMap((file) => [...read(file).matchAll(given)].map(([, code]) => code))
  const rows = read('docs/problems.md')
    .split('\n')
    .flatMap((line) => /^\| (`[^|]+) \|/.exec(line)?.[1] ?? [])
  const listed = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, code]) => code))
  expect(listed.toSorted()).toEqual([...new Set(codes)].toSorted())
})
