import { mkdir, readdir, readFile, realpath, symlink } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import type { DependencySources } from '../../../../src/dependencies/dependency-sources.ts'
import type { RemoteDependency } from '../../../../src/dependencies/remote-dependency.ts'
import {
  type ChartDirectory,
  readChartDirectory
} from '../../../../src/directory/chart-directory.ts'
import type { DependencyMode } from '../../../../src/directory/dependency-mode.ts'
import { digestOf } from '../../../../src/oci/spec/blob.ts'
import type { NamedChart, ReadyChart } from '../../../../src/publish/model/plan.ts'
import { identityOf } from '../../../../src/publish/package/dependencies/choose-dependency.ts'
import { DependencyBuilder } from '../../../../src/publish/package/dependencies/dependency-builder.ts'
import type { LocalChart } from '../../../../src/publish/package/dependencies/local-charts.ts'
import { RunCharts } from '../../../../src/publish/package/dependencies/run-charts.ts'
import { Failure } from '../../../../src/shared/failure.ts'
import { packedChart } from '../../../support/charts/packed-chart.ts'
import { sourceOptions } from '../../../support/charts/sources.ts'
import {
  chartArchive,
  dependenciesYaml,
  type Entry,
  plainYaml
} from '../../../support/dependencies/charts-folder.ts'
import { lockOf } from '../../../support/dependencies/lock-of.ts'
import { RecordingLogger } from '../../../support/log.ts'
import { useWorkspace } from '../../../support/workspace.ts'

const workspace = useWorkspace()
const TARGET = 'oci://registry.example.com/charts'
/** 2024-01-02T03:04:05Z */
const EPOCH = 1_704_164_645

const local = (name: string, path = `../${name}`, version = '^1.0.0'): Entry => ({
  name,
  version,
  repository: `file://${path}`
})

interface ChartFolder {
  readonly name?: string
  readonly version?: string
  readonly dependencies?: readonly Entry[]
  readonly lock?: readonly string[]
}

async function writeChart(folder: string, chart: ChartFolder = {}): Promise<string> {
  const { name = folder, version = '1.0.0', dependencies = [], lock } = chart
  const yaml = `${plainYaml(name, version)}${dependenciesYaml(dependencies)}`
  const files = { 'Chart.yaml': yaml }
  const locked = lock && { 'Chart.lock': lockOf(files, lock, new Map()) }
  return workspace.write(folder, { ...files, ...locked })
}

interface Options {
  readonly allowOutsideFiles?: boolean
  readonly mode?: DependencyMode
  /** Folders of charts of the run, which all go to the target. */
  readonly ofRun?: readonly string[]
}

/** A builder whose helm is a fake: it packs the name and the version of a chart. */
function builder({ allowOutsideFiles = false, mode = 'build', ofRun = [] }: Options = {}) {
  const events: string[] = []
  const logger = new RecordingLogger()
  const read = (path: string): Promise<ChartDirectory> => {
    events.push(`read ${path.slice(workspace.path().length + 1)}`)
    return readChartDirectory(path, sourceOptions({ mode, allowOutsideFiles }))
  }
  const pack = async (chart: LocalChart) => {
    const { metadata } = chart.directory
    const { name = '', version = '' } = metadata ?? {}
    const { path, needs } = await build(chart.directory, chart.folder)
    events.push(`pack ${name} with ${(await readdir(`${path}/charts`).catch(() => [])).sort()}`)
    const folder = await workspace.write(`packed/${events.length}`, {
      'a.tgz': chartArchive(name, version)
    })
    return { path: `${folder}/a.tgz`, needs }
  }
  const resolved: RemoteDependency[] = []
  const sources = {
    resolve: async (dependency: RemoteDependency) => {
      resolved.push(dependency)
      return { version: '1.5.0', fileName: 'from-index.tgz', isResolvedAgain: false }
    },
    fetch: async () => {
      const bytes = chartArchive('remote', '1.5.0')
      const folder = await workspace.write('fetched', { 'a.tgz': bytes })
      const path = `${folder}/a.tgz`
      return { path, name: 'remote', version: '1.5.0', digest: digestOf(bytes) }
    }
  }
  const charts = ofRun.map((folder): NamedChart => {
    const source = { kind: 'directory', path: workspace.path(folder) } as const
    return { source, name: folder, version: '1.0.0' }
  })
  const packaged = async (chart: NamedChart): Promise<ReadyChart> => {
    const directory = await read(workspace.path(chart.name))
    const { path } = await pack({ directory, folder: await identityOf(chart) })
    return { ...chart, packed: { ...packedChart(), path }, needs: [], seconds: 0 }
  }
  const target = { host: 'registry.example.com', path: 'charts' }
  const made = new DependencyBuilder({
    allowOutsideFiles,
    read,
    pack,
    signal: new AbortController().signal,
    sources: async () => {
      events.push('sources opened')
      return sources as unknown as DependencySources
    },
    runCharts: new RunCharts({ charts, targets: [target], packaged }),
    folder: workspace.path('private')
  })
  const build = async (directory: ChartDirectory, self: string) => {
    await mkdir(workspace.path('private'), { recursive: true })
    return made.build({ directory, epoch: EPOCH, logger }, self)
  }
  const buildFolder = async (folder: string) => {
    const path = workspace.path(folder)
    const directory = await readChartDirectory(path, sourceOptions({ mode, allowOutsideFiles }))
    return build(directory, await realpath(path))
  }
  const refusal = async (folder: string) => {
    const error: unknown = await buildFolder(folder).catch((thrown: unknown) => thrown)
    if (error instanceof Failure) return `${error.kind}: ${error.message} ${error.fix}`
    throw error instanceof Error ? error : new Error('not refused')
  }
  return { build: buildFolder, refusal, events, resolved, logger }
}

describe('a chart in a folder', () => {
  test('is packaged with its own dependencies first', async () => {
    await writeChart('app', { dependencies: [local('lib')] })
    await writeChart('lib', { dependencies: [local('base')] })
    await writeChart('base')
    const { build, events, logger } = builder()
    const { path } = await build('app')
    expect(await readdir(`${path}/charts`)).toEqual(['lib-1.0.0.tgz'])
    expect(events).toEqual([
      'read lib',
      'read base',
      'pack base with ',
      'pack lib with base-1.0.0.tgz'
    ])
    expect(logger.lines).toContain('info: Dependency lib 1.0.0: packaged from file://../lib.')
  })

  test('is read and packaged once, whoever wants it, by whatever path', async () => {
    await writeChart('app', { dependencies: [local('lib'), local('base')] })
    await writeChart('other', { dependencies: [local('base', '../link')] })
    await writeChart('lib', { dependencies: [local('base', workspace.path('base'))] })
    await writeChart('base')
    await symlink('base', workspace.path('link'))
    const { build, events } = builder()
    await Promise.all([build('app'), build('other')])
    expect(events.filter((event) => event.startsWith('pack base'))).toHaveLength(1)
    expect(events.filter((event) => /^read (?:base|link)/.test(event))).toHaveLength(1)
  })

  test('may have a `v` before its version, which its archive has too', async () => {
    await writeChart('app', { dependencies: [local('lib')] })
    await writeChart('lib', { version: 'v1.2.0' })
    const { path } = await builder().build('app')
    expect(await readdir(`${path}/charts`)).toEqual(['lib-v1.2.0.tgz'])
  })

  test('makes a lock that is dated, without a notice', async () => {
    await writeChart('app', { dependencies: [local('lib')] })
    await writeChart('lib', { version: '1.3.0' })
    const { build, logger } = builder()
    const lock = await readFile(`${(await build('app')).path}/Chart.lock`, 'utf8')
    expect(lock).toMatch(/^- name: lib\n {2}repository: file:\/\/\.\.\/lib\n {2}version: 1\.3\.0$/m)
    expect(lock).toContain('generated: "2024-01-02T03:04:05Z"\n')
    expect(logger.lines.filter((line) => line.startsWith('notice'))).toEqual([])
  })

  test.each<[string, ChartFolder, ChartFolder, string]>([
    [
      'that is another chart',
      {},
      { name: 'valkey' },
      'chart: The dependency lib has the wrong name: file://../lib contains the chart "valkey".'
    ],
    [
      'that has another version than the locked one, also in the range',
      { lock: ['1.0.0'] },
      { version: '1.1.0' },
      'chart: lib: 1.0.0 is locked, but file://../lib has 1.1.0. Run `helm dependency update`, and commit the lock.'
    ],
    [
      'that differs from the locked version in build metadata',
      { lock: ['1.0.0+a'] },
      { version: '1.0.0+b' },
      'lib: 1.0.0+a is locked, but file://../lib has 1.0.0+b'
    ],
    [
      'that is not in the range',
      {},
      { version: '2.0.0' },
      'file://../lib has no version of lib in the range "^1.0.0"; it has 2.0.0.'
    ],
    [
      'that is a pre-release',
      {},
      { version: '1.1.0-rc.1' },
      'To include pre-releases, name one in the range, such as ">=1.1.0-rc.1"'
    ]
  ])('%s is refused', async (_, app, lib, text) => {
    await writeChart('app', { dependencies: [local('lib')], ...app })
    await writeChart('lib', lib)
    expect(await builder().refusal('app')).toContain(text)
  })

  test('may have any version in the range with `update`, and with a lock that holds a range', async () => {
    await writeChart('app', { dependencies: [local('lib')], lock: ['1.0.0'] })
    await writeChart('lib', { version: '1.1.0' })
    const lock = (path: string) => readFile(`${path}/Chart.lock`, 'utf8')
    expect(await lock((await builder({ mode: 'update' }).build('app')).path)).toContain('1.1.0')
    await writeChart('app', { dependencies: [local('lib')], lock: ['~1.1'] })
    expect(await lock((await builder().build('app')).path)).toContain('~1.1')
  })

  test('that is not there is named with the place it leads to', async () => {
    await writeChart('app', { dependencies: [local('lib')] })
    expect(await builder().refusal('app')).toContain(
      `The chart of the dependency lib cannot be found: "file://../lib" points to "${workspace.path('lib')}": it does not exist (ENOENT).`
    )
  })

  test('that is no chart is refused by what is wrong with it', async () => {
    await writeChart('app', { dependencies: [local('lib')] })
    await workspace.write('lib', { 'values.yaml': 'a: 1\n' })
    expect(await builder().refusal('app')).toContain('Chart.yaml')
  })

  test.each([
    ['by its path', async () => undefined, '../../lib'],
    ['by a link', async () => symlink('../lib', workspace.path('tree/link')), '../link']
  ])('out of the work tree %s needs consent', async (_, prepare, path) => {
    await writeChart('tree/app', { name: 'app', dependencies: [local('lib', path)] })
    await writeChart('lib')
    await prepare()
    const refusal = await builder().refusal('tree/app')
    expect(refusal).toMatch(
      /^chart: The dependency lib is outside of the work tree ".*\/tree": "file:\/\/\.\./
    )
    expect(refusal).toContain('set `allow-outside-files: true`')
    const { path: built } = await builder({ allowOutsideFiles: true }).build('tree/app')
    expect(await readdir(`${built}/charts`)).toEqual(['lib-1.0.0.tgz'])
  })

  test('whose own dependencies fail fails with them', async () => {
    await writeChart('app', { dependencies: [local('lib')] })
    await writeChart('lib', { dependencies: [local('nothing')] })
    expect(await builder().refusal('app')).toContain(
      'The chart of the dependency nothing cannot be found'
    )
  })
})

describe('charts that depend on each other in a circle are refused', () => {
  test.each([[['app']], [['app', 'lib']], [['app', 'lib', 'base', 'deep']]])(
    'over %j',
    async (names) => {
      for (const [index, name] of names.entries()) {
        const next = names[index + 1] ?? names[0] ?? ''
        await writeChart(name, { dependencies: [local(next)] })
      }
      const way = [...names, names[0]].map((name) => `"${workspace.path(name ?? '')}"`)
      const refusal = await builder().refusal('app')
      expect(refusal).toContain('chart: Charts depend on each other in a circle: ')
      for (const place of way) expect(refusal).toContain(place)
    }
  )

  test('over a chart of the run and a folder', async () => {
    await writeChart('app', { dependencies: [{ name: 'lib', repository: TARGET }] })
    await writeChart('lib', { dependencies: [local('app')] })
    const refusal = await builder({ ofRun: ['app', 'lib'] }).refusal('app')
    expect(refusal).toContain('in a circle')
  })

  test('over charts of the run', async () => {
    await writeChart('app', { dependencies: [{ name: 'lib', repository: TARGET }] })
    await writeChart('lib', { dependencies: [{ name: 'app', repository: TARGET }] })
    expect(await builder({ ofRun: ['app', 'lib'] }).refusal('app')).toContain('in a circle')
  })
})

describe('a dependency that a chart of the run satisfies', () => {
  test('is packed from that one, without a request, and is needed before', async () => {
    await writeChart('app', { dependencies: [{ name: 'lib', repository: TARGET }] })
    await writeChart('lib')
    const { build, events, logger } = builder({ ofRun: ['app', 'lib'] })
    const { needs, path } = await build('app')
    expect(needs.map(({ name }) => name)).toEqual(['lib'])
    expect(await readdir(`${path}/charts`)).toEqual(['lib-1.0.0.tgz'])
    expect(events).not.toContain('sources opened')
    expect(logger.lines).toContain('info: Dependency lib 1.0.0: the chart of this run.')
  })

  test('is needed by who packs it over a folder, too', async () => {
    await writeChart('app', { dependencies: [local('lib')] })
    await writeChart('lib', { dependencies: [{ name: 'base', repository: TARGET }] })
    await writeChart('base')
    const { needs } = await builder({ ofRun: ['app', 'base'] }).build('app')
    expect(needs.map(({ name }) => name)).toEqual(['base'])
  })

  test('in another version only is fetched', async () => {
    const dependency = { name: 'remote', version: '^1.2.0', repository: TARGET }
    await writeChart('app', { dependencies: [dependency] })
    await writeChart('remote')
    const { build, events } = builder({ ofRun: ['app', 'remote'] })
    expect((await build('app')).needs).toEqual([])
    expect(events).toEqual(['sources opened'])
  })
})

test('what is fetched has the name of its archive, is asked for by the lock, and its query is not logged', async () => {
  const repository = 'https://charts.example.com/a?key=hush'
  await writeChart('app', { dependencies: [{ name: 'remote', repository }], lock: ['1.5.0'] })
  const { build, resolved, logger } = builder()
  expect(await readdir(`${(await build('app')).path}/charts`)).toEqual(['from-index.tgz'])
  expect(resolved).toEqual([
    {
      name: 'remote',
      declared: '^1.0.0',
      locked: '1.5.0',
      repository: { kind: 'classic', url: new URL(repository) }
    }
  ])
  expect(logger.lines).toEqual([
    'info: Dependency remote 1.5.0: fetched from https://charts.example.com/a.'
  ])
})

test('a chart that needs nothing opens no source', async () => {
  await writeChart('app')
  const { build, events } = builder()
  expect((await build('app')).path).toBe(workspace.path('app'))
  expect(events).toEqual([])
})
