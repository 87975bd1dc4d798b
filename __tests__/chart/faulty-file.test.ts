import { relative } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { faultyPlace } from '../../src/chart/source-location.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

/** The place that is found when helm's refusal names the file, or says what is wrong with .helmignore. */
async function placeIn(
  files: Readonly<Record<string, string>>,
  refusal = `double-star, ${Object.keys(files)[0]}`
): Promise<string | undefined> {
  const folder = await workspace.write('chart', { ...chartFiles(), ...files })
  const place = await faultyPlace(folder, refusal)
  return place && `${relative(folder, place.file)}:${place.line}`
}

describe('the line of a file that cannot be read is found', () => {
  test.each([
    ['values.yaml', 'a: 1\nb: [1\nc: 2\n', 3],
    ['values.yaml', 'a: 1\n\tb: 2\n', 2],
    ['values.yaml', 'a: 1\r\nb: {\r\n', 3],
    ['values.yaml', '- a\n', 1],
    ['values.yaml', 'a: 1\n---\nb: 2\nc: "\n', 5],
    ['values.yaml', 'a: 1\n--- b\n', 2],
    ['values.schema.json', '{\n  "type": object\n}\n', 2],
    ['values.schema.json', '{\n  "type": "object"\n', 2],
    ['values.schema.json', '{\n  "type": "obj\nect"\n}\n', 2],
    ['values.schema.json', '{"a": 1,\n\n}\n', 3],
    ['values.schema.json', '{}\n{}\n', 2],
    ['values.schema.json', '{\n "a": 1\n "b": 2\n}\n', 3],
    ['values.schema.json', '', 1],
    ['Chart.lock', 'dependencies:\n- name: [\n', 3],
    ['requirements.lock', 'a: b: c\n', 1],
    ['.helmignore', '# **\n*.txt\ndocs/**\n', 3],
    ['charts/sub/values.yaml', 'a: [\n', 2],
    ['charts/sub/charts/deep/values.yaml', 'x\ny: 1\n', 2],
    ['charts/sub/Chart.yaml', 'name: sub\nversion: [\n', 3]
  ])('%s with %j: line %i', async (file, text, line) => {
    expect(await placeIn({ [file]: text })).toBe(`${file}:${line}`)
  })
})

test.each([
  ['values.yaml', ''],
  ['values.yaml', 'a: 1\n---\n---\nb: 2\n'],
  ['values.schema.json', '{"type": "object"}'],
  ['.helmignore', '# docs/**\n'],
  ['charts/_sub/values.yaml', 'a: [\n'],
  ['charts/sub.tgz', 'a: [\n'],
  ['templates/x.yaml', '{{ if }\n'],
  ['values.yaml', `a: [${'\n'.repeat(6 * 1024 * 1024)}`]
])('%s with this content is not to blame', async (file, text) => {
  expect(await placeIn({ [file]: text })).toBeUndefined()
})

test('a file that the refusal is not about is not to blame', async () => {
  const files = { 'values.yaml': 'a: [\n', 'Chart.lock': 'a: b: c\n', '.helmignore': '**\n' }
  expect(await placeIn(files, 'error unpacking subchart sub.tgz in demo')).toBeUndefined()
  expect(await placeIn(files, 'cannot load Chart.lock: yaml: line 1')).toBe('Chart.lock:1')
})

test('a folder or a link to nothing in place of a file is not to blame', async () => {
  expect(await placeIn({ 'values.yaml/x': '' }).catch(() => 'error')).toBe('error')
  expect(await faultyPlace(workspace.path('nowhere'), 'values.yaml')).toBeUndefined()
})
