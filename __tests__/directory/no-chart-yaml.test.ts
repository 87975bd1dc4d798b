import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readChartDirectory } from '../../src/directory/chart-directory.ts'
import { Failure } from '../../src/shared/failure.ts'
import { sourceOptions } from '../support/charts/sources.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const CHART = 'apiVersion: v2\nname: a\nversion: 1.0.0\n'
const GIT = { '.git/HEAD': 'ref: refs/heads/main\n', '.git/config': '[core]\n' }

async function refusalOf(path: string): Promise<Failure> {
  const error = await readChartDirectory(path, sourceOptions()).catch((thrown: unknown) => thrown)
  if (!(error instanceof Failure)) throw new Error('it was not refused')
  return error
}

test.each([
  [
    'the root of a repository with charts',
    { ...GIT, 'charts/a/Chart.yaml': CHART, 'charts/b/Chart.yaml': CHART, 'docs/x.md': '' },
    'Set `chart` to "DIR/charts/a", or "DIR/charts/*" for all charts next to it.'
  ],
  [
    'the root of a repository with one chart',
    { ...GIT, 'chart/Chart.yaml': CHART, 'node_modules/x/Chart.yaml': CHART },
    'Set `chart` to "DIR/chart".'
  ],
  [
    'a folder of charts',
    { 'a/Chart.yaml': CHART, 'b/Chart.yaml': CHART, 'README.md': '' },
    'Set `chart` to "DIR/a", or "DIR/*" for all charts next to it.'
  ],
  [
    'a folder of archives',
    { 'a-1.0.0.tgz': 'x' },
    'Set `chart` to "DIR/*.tgz" for the archives in it.'
  ],
  [
    'an OCI image layout',
    { 'oci-layout': '{}', 'index.json': '{}' },
    'Set `chart` to "oci-layout:DIR".'
  ],
  [
    'a repository without charts',
    { ...GIT, 'README.md': '' },
    'Set `chart` to the directory that contains Chart.yaml.'
  ]
])('%s is no chart, whatever else is in it', async (_, files, fix) => {
  const path = await workspace.write('place', files)
  const failure = await refusalOf(path)
  expect(failure.kind).toBe('chart')
  expect(failure.message).toBe(`"${path}" does not contain a Chart.yaml.`)
  expect(failure.fix.replaceAll(path, 'DIR')).toBe(fix)
})

test('an empty folder is one where nothing was checked out', async () => {
  const path = join(workspace.path(), 'empty')
  await mkdir(path)
  expect((await refusalOf(path)).fix).toContain('check out the repository in an earlier step')
})

test('a chart at the root of a repository is told of .git', async () => {
  const path = await workspace.write('root', { ...GIT, 'Chart.yaml': CHART })
  expect((await refusalOf(path)).message).toContain('data of a git repository')
})
