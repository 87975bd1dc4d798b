import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { readChartDirectory } from '../../src/directory/chart-directory.ts'
import { type FilledCharts, filledFiles, filledTree } from '../../src/directory/filled-charts.ts'
import { parseHelmIgnore } from '../../src/directory/helmignore.ts'
import { Failure } from '../../src/shared/failure.ts'
import { sourceOptions } from '../support/charts/sources.ts'
import { appYaml, chartArchive, plainYaml } from '../support/dependencies/charts-folder.ts'
import { EMPTY_TREE } from '../support/dependencies/examine-files.ts'
import { lockOf } from '../support/dependencies/lock-of.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const { signal } = new AbortController()
const NOTHING: FilledCharts = {
  leftOut: new Set(),
  archives: new Map(),
  lock: undefined,
  links: new Set()
}

function treeOf(paths: readonly string[], ignoreFile = '') {
  const parsed = parseHelmIgnore(Buffer.from(ignoreFile))
  if (!('ignore' in parsed)) throw new Error(parsed.fault)
  const files = paths.map((path) => ({ path, realPath: `/app/${path}` }))
  return { ...EMPTY_TREE, ignore: parsed.ignore, files }
}

function archives(...names: readonly string[]): FilledCharts {
  return { ...NOTHING, archives: new Map(names.map((name) => [name, `/private/${name}`])) }
}

const pathsOf = (tree: ReturnType<typeof filledTree>) => tree.files.map(({ path }) => path)

describe('a filled tree', () => {
  test('is in the order of helm, which goes by the names in each folder', () => {
    const tree = treeOf([
      'Chart.yaml',
      'charts/a-b/Chart.yaml',
      'charts/a/Chart.yaml',
      'values.yaml'
    ])
    const filled = filledTree(tree, archives('b-1.tgz', 'a-1.tgz', 'a.tgz', 'a+1.tgz'))
    expect(pathsOf(filled)).toEqual([
      'Chart.yaml',
      'charts/a/Chart.yaml',
      'charts/a+1.tgz',
      'charts/a-1.tgz',
      'charts/a-b/Chart.yaml',
      'charts/a.tgz',
      'charts/b-1.tgz',
      'values.yaml'
    ])
  })

  test('has names in their bytes, as helm sorts them', () => {
    const filled = filledTree(treeOf([]), archives('é.tgz', 'z.tgz', '\uffee.tgz', '\u{1f600}.tgz'))
    const names = pathsOf(filled).map((path) => Buffer.from(path, 'latin1').toString())
    expect(names).toEqual([
      'charts/z.tgz',
      'charts/é.tgz',
      'charts/\uffee.tgz',
      'charts/\u{1f600}.tgz'
    ])
  })

  test('lacks what is left out of charts/, and keeps the same names elsewhere', () => {
    const names = ['a.tgz', 'charts/a.tgz', 'charts/b/a.tgz', 'charts/c.tgz', 'files/charts/a.tgz']
    const charts = { ...NOTHING, leftOut: new Set(['a.tgz']) }
    expect(pathsOf(filledTree(treeOf(names), charts))).toEqual(
      names.filter((name) => name !== 'charts/a.tgz')
    )
  })

  test('lacks a folder that is left out for its name, or in whose place an archive comes, as the mirror does', () => {
    const tree = treeOf([
      'charts/a.tgz/Chart.yaml',
      'charts/b.tgz/Chart.yaml',
      'charts/c/Chart.yaml'
    ])
    const charts = { ...archives('b.tgz'), leftOut: new Set(['a.tgz']) }
    expect(pathsOf(filledTree(tree, charts))).toEqual(['charts/b.tgz', 'charts/c/Chart.yaml'])
  })

  test('has one file of each name, the new one', () => {
    const { files } = filledTree(treeOf(['charts/a.tgz']), archives('a.tgz'))
    expect(files).toEqual([{ path: 'charts/a.tgz', realPath: '/private/a.tgz' }])
  })

  test('has archives by the paths where they are', () => {
    const { files } = filledTree(treeOf([]), archives('a.tgz'))
    expect(files).toEqual([{ path: 'charts/a.tgz', realPath: '/private/a.tgz' }])
  })

  test.each([
    ['*.tgz\n', 'charts/a.tgz', 1],
    ['# x\n\ncharts/a.tgz\n', 'charts/a.tgz', 3],
    ['a.tgz\ncharts/\n', 'charts', 2],
    ['/charts\n', 'charts', 1],
    ['!*.yaml\n', 'charts', 1]
  ])('lacks what .helmignore %j hides: %s, by line %d', (ignoreFile, path, line) => {
    const filled = filledTree(treeOf(['Chart.yaml'], ignoreFile), archives('a.tgz'))
    expect(pathsOf(filled)).toEqual(['Chart.yaml'])
    expect([...filled.ignored].map(([hidden, rule]) => [hidden, rule.line])).toEqual([[path, line]])
  })

  test.each(['a.tgz/\n', '/a.tgz\n', 'files/a.tgz\n', '*.tar\n'])(
    'has what .helmignore %j does not hide',
    (ignoreFile) => {
      expect(pathsOf(filledTree(treeOf([], ignoreFile), archives('a.tgz')))).toEqual([
        'charts/a.tgz'
      ])
    }
  )

  test('has no bad links any more where they lead to something by now', () => {
    const badLinks = ['one', 'two'].map((path) => ({ path, why: 'its target does not exist' }))
    const charts = { ...NOTHING, links: new Set(['one']) }
    expect(filledTree({ ...treeOf([]), badLinks }, charts).badLinks).toEqual([badLinks[1]])
  })
})

describe('the files of a filled tree', () => {
  test('have the bytes of new archives, also where one replaces another, and those that were read before', async () => {
    const path = await workspace.write('private', { 'a.tgz': 'new', 'b.tgz': 'b' })
    const charts: FilledCharts = {
      ...NOTHING,
      leftOut: new Set(['a.tgz']),
      archives: new Map([
        ['a.tgz', `${path}/a.tgz`],
        ['b.tgz', `${path}/b.tgz`]
      ])
    }
    const known = ['Chart.yaml', 'charts/a.tgz'].map((name) => ({
      path: name,
      bytes: Buffer.from('old')
    }))
    const tree = filledTree(treeOf(known.map((file) => file.path)), charts)
    const files = await filledFiles(tree, { charts, files: known, path: 'app', signal })
    expect(files.map((file) => `${file.path} ${file.bytes}`)).toEqual([
      'Chart.yaml old',
      'charts/a.tgz new',
      'charts/b.tgz b'
    ])
  })

  test.each(['Chart.lock', 'requirements.lock'])('have %s once, the new one', async (name) => {
    const charts = { ...NOTHING, lock: { name, text: 'new' } }
    const files = ['Chart.yaml', name].map((path) => ({ path, bytes: Buffer.from('old') }))
    const tree = filledTree(treeOf(['Chart.yaml', name]), charts)
    const filled = await filledFiles(tree, { charts, files, path: 'app', signal })
    expect(filled.map(({ path, bytes }) => `${path} ${bytes}`)).toEqual([
      'Chart.yaml old',
      `${name} new`
    ])
  })

  test('cannot be had where an archive is gone: a failure names it by its place in the chart', async () => {
    const charts = archives('a.tgz')
    const filling = { charts, files: [], path: 'app', signal }
    const failure = await filledFiles(filledTree(treeOf([]), charts), filling).catch(
      (error) => error
    )
    expect(failure).toBeInstanceOf(Failure)
    expect(failure.message).toContain('"app/charts/a.tgz" cannot be read')
  })
})

describe('a chart with its charts/ filled is examined anew', () => {
  const chartYaml = appYaml([{ name: 'redis' }, { name: 'lib', repository: '' }])

  async function fill(archive: Buffer, files: Readonly<Record<string, string | Buffer>> = {}) {
    const path = await workspace.write('app', {
      'Chart.yaml': chartYaml,
      'charts/lib/Chart.yaml': plainYaml('lib'),
      ...files
    })
    const place = workspace.path('fetched.tgz')
    await writeFile(place, archive)
    const directory = await readChartDirectory(path, sourceOptions({ mode: 'build' }))
    expect(directory.plan.wanted).toHaveLength(1)
    const fetched = new Map([['redis-1.0.0.tgz', place]])
    const charts = { ...NOTHING, leftOut: directory.plan.leftOut, archives: fetched }
    return directory.filled(charts)
  }

  async function refusalOf(work: Promise<unknown>): Promise<string> {
    const error: unknown = await work.catch((thrown: unknown) => thrown)
    return error instanceof Failure ? `${error.kind}: ${error.message} ${error.fix}` : 'not refused'
  }

  test('and is complete, in the order of its subcharts', async () => {
    const { plan, subcharts, declared } = await fill(chartArchive('redis'))
    expect(plan).toEqual({ wanted: [], leftOut: new Set() })
    expect(subcharts.map(({ name }) => name)).toEqual(['lib', 'redis'])
    expect(declared.map(({ presence }) => presence.kind)).toEqual(['ok', 'ok'])
  })

  test('also where the archive of another version is left out', async () => {
    const old = { 'charts/redis-0.1.0.tgz': chartArchive('redis', '0.1.0') }
    expect((await fill(chartArchive('redis'), old)).subcharts).toHaveLength(2)
  })

  test('and its file on the disk is as it was', async () => {
    const old = chartArchive('redis', '0.1.0')
    await fill(chartArchive('redis'), { 'charts/redis-1.0.0.tgz': old })
    expect(await readFile(workspace.path('app/charts/redis-1.0.0.tgz'))).toEqual(old)
  })

  test.each<[string, Buffer, Readonly<Record<string, string>>, RegExp]>([
    [
      'with a line of .helmignore that hides what was fetched',
      chartArchive('redis'),
      { '.helmignore': '# archives\n*.tgz\n' },
      /^chart: Line 2 of \.helmignore, "\*\.tgz", leaves a dependency out of the chart: charts\/redis-1\.0\.0\.tgz\. Remove or narrow line 2/
    ],
    [
      'with an archive of another version',
      chartArchive('redis', '2.0.0'),
      {},
      /charts\/redis-1\.0\.0\.tgz has version 2\.0\.0, Chart\.yaml requires "\^1\.0\.0"/
    ],
    ['with an archive of another chart', chartArchive('valkey'), {}, /not in charts\/: "redis"/],
    [
      'with what is no archive',
      Buffer.from('x'),
      {},
      /In the subchart charts\/redis-1\.0\.0\.tgz: /
    ],
    [
      'with a version that the lock does not have',
      chartArchive('redis', '1.1.0'),
      { 'Chart.lock': lockOf({ 'Chart.yaml': chartYaml }, ['1.0.0', '^1.0.0'], new Map()) },
      /has version 1\.1\.0, Chart\.lock has 1\.0\.0/
    ]
  ])('and refused %s', async (_, archive, files, text) => {
    expect(await refusalOf(fill(archive, files))).toMatch(text)
  })
})
