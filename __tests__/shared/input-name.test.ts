import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { textsIn } from '../../scripts/words.ts'
import { INPUT_NAMES } from '../../src/inputs/table/table.ts'
import { input, nameInputsBy } from '../../src/shared/input-name.ts'

const SRC = join(import.meta.dirname, '../../src')
/** They run a face when they are loaded. */
const ENTRIES = ['action.ts', 'cli.ts']

const NAMES: readonly string[] = INPUT_NAMES
/** Keys of Chart.yaml, of `registry-auth` and of workflows, a command, a file. */
const OTHER_MEANINGS: readonly string[] = [
  'artifact/size-limits.ts: annotations',
  'chart/metadata/validate.ts: dependencies',
  'chart/metadata/validate.ts: version',
  'cli/publish-command.ts: version',
  'inputs/parse-repositories.ts: password',
  'inputs/parse-repositories.ts: username',
  'oci/auth/registry-auth.ts: identity-token',
  'oci/auth/registry-auth.ts: password',
  'oci/auth/registry-auth.ts: username',
  'oci/layout/layout-read.ts: oci-layout',
  'oci/layout/unpack-layout.ts: oci-layout',
  'publish/push/read-back.ts: concurrency',
  'publish/source/fixed-artifact.ts: version'
]
const modules = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => {
  return path.endsWith('.ts') && !ENTRIES.includes(path)
})

test('an input is named as in action.yml, until a face says otherwise', () => {
  expect(input('if-exists')).toBe('`if-exists`')
  expect(input('if-exists', 'skip')).toBe('`if-exists: skip`')
})

test('messages name inputs that exist, and only by that function', () => {
  const sources = modules.map((path) => [path, readFileSync(join(SRC, path), 'utf8')] as const)
  const named = sources.flatMap(([, source]) => [...source.matchAll(/\binput\('([^']+)'/g)])
  const unknown = named.map(([, name]) => name ?? '').filter((name) => !NAMES.includes(name))
  expect(unknown).toEqual([])
  const messages = sources.filter(([path]) => !path.startsWith('inputs/table/'))
  const written = messages.flatMap(([path, source]) => {
    const texts = [...textsIn(source).matchAll(/\\?`([a-z0-9-]+)(?:: [^`\\]+)?\\?`/g)]
    return texts.flatMap(([, name = '']) => (NAMES.includes(name) ? [`${path}: ${name}`] : []))
  })
  expect(written.sort()).toEqual(OTHER_MEANINGS)
})

test('no text that names an input is made when a module is loaded, before a face has said how', async () => {
  nameInputsBy((name) => {
    throw new Error(`${name} is named while modules are loaded`)
  })
  const faults: string[] = []
  for (const path of modules) {
    await import(join(SRC, path)).catch((error: unknown) => faults.push(`${path}: ${error}`))
  }
  expect(faults).toEqual([])
})
