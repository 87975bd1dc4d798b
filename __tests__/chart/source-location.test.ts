import { expect, test } from '@jest/globals'
import { chartError } from '../../src/chart/model/problem.ts'
import { placeOf } from '../../src/chart/source-location.ts'
import { keyLines } from '../../src/chart/yaml/read-yaml.ts'
import { readChartDirectory } from '../../src/publish/source/directory/chart-directory.ts'
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
