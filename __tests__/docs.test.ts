import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { withTables } from '../scripts/docs.mjs'
import { INPUT_NAMES, SECRET_INPUT_NAMES } from '../src/publish/input-names.ts'
import { parseInputs } from '../src/publish/inputs.ts'
import { VERSION } from '../src/shared/version.ts'

const ROOT = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const action = parse(read('action.yml'))

test('the tables in the README are those of action.yml', () => {
  expect(withTables(read('README.md'), read('action.yml'))).toBe(read('README.md'))
})

test('action.yml declares the inputs that are read, and no other', () => {
  const secret: readonly string[] = SECRET_INPUT_NAMES
  const open = Object.keys(action.inputs).filter((name) => !secret.includes(name))
  expect(open).toEqual([...INPUT_NAMES])
  expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining([...secret]))
})

test('the defaults of action.yml are those of the program', () => {
  const defaults = Object.entries(action.inputs).map(([name, input]) => [
    name,
    (input as { default: string }).default
  ])
  const texts = Object.fromEntries(defaults)
  expect(parseInputs({ texts, password: undefined })).toEqual(
    parseInputs({ texts: {}, password: undefined })
  )
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
  expect(revealing).toEqual(listed)
})

describe('every relative link of a document leads somewhere', () => {
  const documents = [...readdirSync(ROOT), 'docs/problems.md'].filter((name) =>
    name.endsWith('.md')
  )
  test.each(documents)('%s', (name) => {
    const links = [...read(name).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
      ([, path]) => path ?? ''
    )
    for (const link of links) expect(() => readFileSync(join(ROOT, link))).not.toThrow(/ENOENT/)
  })
})

test('docs/problems.md lists every code that a problem can have, and no other', () => {
  const files = ['src/chart', 'src/publish'].flatMap((folder) => {
    const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    return names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`)
  })
  const given =
    /(?:chartError|chartWarning|missingMark|damageOf|damaged|mark|refusedFile|code)(?:\(|: )\s*(?:path, )?'([a-z0-9-]+)'/g
  const codes = files.flatMap((file) => [...read(file).matchAll(given)].map(([, code]) => code))
  const rows = read('docs/problems.md')
    .split('\n')
    .flatMap((line) => /^\| (`[^|]+) \|/.exec(line)?.[1] ?? [])
  const listed = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, code]) => code))
  expect(listed.toSorted()).toEqual([...new Set(codes)].toSorted())
})
