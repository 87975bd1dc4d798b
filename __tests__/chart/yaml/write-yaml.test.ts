import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { writeYaml } from '../../../src/chart/yaml/write-yaml.ts'

interface Written {
  readonly json: string
  readonly yaml: string
}

const { cases }: { readonly cases: readonly Written[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/yaml-written.json'), 'utf8')
)

test('random documents are written as sigs.k8s.io/yaml writes them', () => {
  for (const { json, yaml } of cases) expect(writeYaml(JSON.parse(json))).toBe(yaml)
  expect(cases.length).toBeGreaterThan(100)
})

test('keys stand in natural order, lists in the column of their key', () => {
  const value = { b10: ['x', { z: 1, a: [[true]] }], b9: {}, a: [], '1': 'yes' }
  expect(writeYaml(value)).toBe('"1": "yes"\na: []\nb9: {}\nb10:\n- x\n- a:\n  - - true\n  z: 1\n')
})

test.each([
  ['one line', 'text', 'k: text\n'],
  ['an end of a line', 'text\n', 'k: |\n  text\n'],
  ['lines with an empty one', 'a\n\nb', 'k: |-\n  a\n\n  b\n'],
  ['empty lines at the end', 'a\n\n', 'k: |+\n  a\n\n'],
  ['a blank first', ' a\nb', 'k: |2-\n   a\n  b\n'],
  ['a blank before a line break', 'a \nb', 'k: "a \\nb"\n'],
  ['a line separator', 'a\u2028b', "k: 'a\u2028  b'\n"],
  ['a line that ends a document', 'a\n...\nb', 'k: |-\n  a\n  ...\n  b\n'],
  ['a number as text', '1.10', 'k: "1.10"\n'],
  [
    'a long text',
    `${'word '.repeat(20)}end`,
    `k: ${'word '.repeat(16).trim()}\n  ${'word '.repeat(4)}end\n`
  ]
])('%s is written as go-yaml writes it', (_, text, yaml) => {
  expect(writeYaml({ k: text })).toBe(yaml)
})

test('a key of more than 128 bytes is written in full', () => {
  const key = 'é'.repeat(65)
  expect(writeYaml({ [key]: { a: 'b' } })).toBe(`? ${key}\n: a: b\n`)
})

test.each([
  [1.5, '1.5'],
  [1234567.5, '1.2345675e+06'],
  [1e-5, '1e-05'],
  [2 ** 53, '9007199254740992'],
  [1e20, '1e+20'],
  [-0, '0']
])('the number %p is written as Go writes it', (value, text) => {
  expect(writeYaml({ k: value })).toBe(`k: ${text}\n`)
})
