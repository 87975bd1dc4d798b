import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { input, nameInputsBy } from '../../src/shared/input-name.ts'

const SRC = join(import.meta.dirname, '../../src')
/** They run a face when they are loaded. */
const ENTRIES = ['action.ts', 'cli.ts']

test('an input is named as in action.yml, until a face says otherwise', () => {
  expect(input('if-exists')).toBe('`if-exists`')
  expect(input('if-exists', 'skip')).toBe('`if-exists: skip`')
})

test('no text that names an input is made when a module is loaded, before a face has said how', async () => {
  nameInputsBy((name) => {
    throw new Error(`${name} is named while modules are loaded`)
  })
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  const modules = files.filter((path) => path.endsWith('.ts') && !ENTRIES.includes(path))
  const faults: string[] = []
  for (const path of modules) {
    await import(join(SRC, path)).catch((error: unknown) => faults.push(`${path}: ${error}`))
  }
  expect(faults).toEqual([])
})
