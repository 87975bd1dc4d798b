import { symlink } from 'node:fs/promises'
import { relative } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { sourceText } from '../../../src/publish/model/chart-source.ts'
import { findCharts } from '../../../src/publish/source/find-charts.ts'
import { RecordingLogger } from '../../support/log.ts'
import { useWorkspace } from '../../support/workspace.ts'

const workspace = useWorkspace()
const logger = new RecordingLogger()

/** A git work tree with a chart, beside charts that are not in it. */
beforeEach(async () => {
  logger.lines.length = 0
  await workspace.write('.', {
    'repo/.git/HEAD': 'x',
    'repo/.git/objects/x': 'x',
    'repo/.git/refs/x': 'x',
    'repo/charts/a/Chart.yaml': 'x',
    'repo/shared/lib/Chart.yaml': 'x',
    'private/secret/Chart.yaml': 'x',
    'private/secret.tgz': 'x'
  })
})

function link(path: string, target: string): Promise<void> {
  return symlink(target, workspace.path('repo', path))
}

async function find(pattern: string, allowOutsideFiles = false, excluded: string[] = []) {
  const at = (path: string) => workspace.path('repo', path)
  const selection = { included: [at(pattern)], excluded: excluded.map(at) }
  const charts = await findCharts(selection, {
    ifNoChartsFound: 'error',
    allowOutsideFiles,
    logger,
    folder: '/nowhere',
    signal: AbortSignal.timeout(60_000)
  })
  return charts.map((chart) => relative(workspace.path('repo'), sourceText(chart)))
}

describe('a pattern follows no link out of the work tree:', () => {
  test.each<[string, string, string, string]>([
    ['to a folder', 'charts/evil', 'private', 'charts/**'],
    ['to a folder, one level above the match', 'charts/evil', 'private', 'charts/{a,*/*}'],
    ['to the root of all', 'charts/evil', '/', 'charts/**'],
    ['to an archive', 'charts/evil.tgz', 'private/secret.tgz', 'charts/*'],
    ['by way of a link within', 'charts/evil', 'repo/inner/out', 'charts/**']
  ])('%s', async (_, path, target, pattern) => {
    await workspace.write('repo/inner', { file: 'x' })
    await link('inner/out', workspace.path('private'))
    await link(path, target === '/' ? target : workspace.path(target))
    expect(await find(pattern)).toEqual(['charts/a'])
    expect(logger.lines).toEqual([
      expect.stringMatching(/^warning: .*charts\/evil.*" to ".*allow-outside-files/)
    ])
  })

  test('also not for what it excludes', async () => {
    await link('charts/evil', '/')
    expect(await find('charts/a', false, ['charts/**/x'])).toEqual(['charts/a'])
  })

  test('unless that is allowed', async () => {
    await link('charts/evil', workspace.path('private'))
    await link('charts/evil.tgz', workspace.path('private/secret.tgz'))
    const charts = ['charts/a', 'charts/evil.tgz', 'charts/evil/secret', 'charts/evil/secret.tgz']
    expect(await find('charts/**', true)).toEqual(charts)
    expect(logger.lines).toEqual([])
  })
})

test('links within the work tree are followed, and a broken one is passed over', async () => {
  await link('charts/shared', '../shared')
  await link('charts/broken', 'nowhere')
  expect(await find('charts/**')).toEqual(['charts/a', 'charts/shared/lib'])
  expect(logger.lines).toEqual([])
})

test('the path that is named may be a link to anywhere', async () => {
  await link('charts/named', workspace.path('private/secret'))
  expect(await find('charts/named')).toEqual(['charts/named'])
})

test('folders that link to each other end the run, not the memory', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `d${index}`)
  for (const name of names) {
    await workspace.write(`repo/charts/${name}`, { 'Chart.yaml': 'x' })
    for (const other of names) await link(`charts/${name}/${other}`, `../${other}`)
  }
  await expect(find('charts/**')).rejects.toMatchObject({ exitCode: 2 })
})
