import { relative } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { chartError } from '../../src/chart/model/problem.ts'
import { faultyPlace, placeOf } from '../../src/chart/source-location.ts'
import { keyLines } from '../../src/chart/yaml/read-yaml.ts'
import { readChartDirectory } from '../../src/directory/chart-directory.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { sourceOptions } from '../support/charts/sources.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

async function placeOfFailure(chartYaml: string) {
  const path = await workspace.write('chart', { ...chartFiles(), 'Chart.yaml': chartYaml })
  const error: unknown = await readChartDirectory(path, sourceOptions()).then(
    ({ doubt }) => doubt,
    (thrown: unknown) => thrown
  )
  const file = workspace.path('chart/Chart.yaml')
  expect(error).toMatchObject({ kind: 'chart', place: { file } })
  return (error as { place: { line: number } }).place.line
}

test.each([
  ['an invalid version', '# a\napiVersion: v2\nname: a\n\nversion: x.y\n', 5],
  ['a name that is a path', 'apiVersion: v2\nversion: 1.0.0\nname: a/b\n', 3],
  ['an unknown type', 'apiVersion: v2\ntype: plugin\nname: a\nversion: 1.0.0\n', 2],
  ['an empty maintainer', 'apiVersion: v2\nname: a\nversion: 1.0.0\nmaintainers:\n-\n', 4],
  [
    'a dependency that is not there',
    'name: a\nversion: 1.0.0\ndependencies:\n- name: b\n  version: 1.0.0\n',
    3
  ],
  ['YAML that cannot be read', 'apiVersion: v2\nname: a: b\nversion: 1.0.0\n', 2],
  ['a value of the wrong kind', 'apiVersion: v2\nname: a\nversion: 1.0.0\nkeywords: x\n', 4],
  ['a version that is missing', 'apiVersion: v2\nname: a\n', 1]
])('the place of %s is its line in Chart.yaml', async (_, chartYaml, line) => {
  expect(await placeOfFailure(chartYaml)).toBe(line)
})

test('a problem that is about no key of Chart.yaml has no place', () => {
  const files = [{ path: 'Chart.yaml', bytes: Buffer.from('name: a\n') }]
  expect(placeOf(chartError('sensitive-file', 'a', 'b'), 'chart', files)).toBeUndefined()
  expect(placeOf(chartError('name-not-oci', 'a', 'b'), 'chart', [])).toBeUndefined()
})

test('lines of keys are those of the document, not of texts that look like keys', () => {
  const text = '---\ndescription: |\n  version: 1\n"version": 2.0.0\n'
  expect([...keyLines(Buffer.from('a: 1\n'))]).toEqual([['a', 1]])
  expect(keyLines(Buffer.from(text)).get('version')).toBe(4)
  expect([...keyLines(Buffer.from('- a\n'))]).toEqual([])
  expect([...keyLines(Buffer.from('a: "'))]).toEqual([])
  expect([...keyLines(Buffer.from(''))]).toEqual([])
})

test('a problem of dependencies in requirements.yaml is placed there', async () => {
  const path = await workspace.write('chart', {
    ...chartFiles(),
    'Chart.yaml': 'apiVersion: v1\nname: a\nversion: 1.0.0\n',
    'requirements.yaml': '# Charts\ndependencies:\n- name: b\n  version: 1.0.0\n'
  })
  const error: unknown = await readChartDirectory(path, sourceOptions()).catch(
    (thrown: unknown) => thrown
  )
  const file = workspace.path('chart/requirements.yaml')
  expect(error).toMatchObject({ kind: 'chart', place: { file, line: 2 } })
})

test('another problem is placed in Chart.yaml, also beside a requirements.yaml', async () => {
  const path = await workspace.write('chart', {
    ...chartFiles(),
    'Chart.yaml': 'apiVersion: v1\nname: a\nversion: x.y\n',
    'requirements.yaml': 'dependencies: []\n'
  })
  const error: unknown = await readChartDirectory(path, sourceOptions()).catch(
    (thrown: unknown) => thrown
  )
  const file = workspace.path('chart/Chart.yaml')
  expect(error).toMatchObject({ kind: 'chart', place: { file, line: 3 } })
})

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
