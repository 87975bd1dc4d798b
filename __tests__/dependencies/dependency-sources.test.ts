import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { afterEach, describe, expect, test } from '@jest/globals'
import { DependencySources } from '../../src/dependencies/dependency-sources.ts'
import { readFetched } from '../../src/dependencies/fetched-chart.ts'
import type { ResolvedDependency } from '../../src/dependencies/remote-dependency.ts'
import { digestOf } from '../../src/oci/spec/blob.ts'
import { Failure } from '../../src/shared/failure.ts'
import { gzipOf, tarOf } from '../support/charts/archives.ts'
import { chartArchive, plainYaml } from '../support/dependencies/charts-folder.ts'
import {
  OciShelf,
  type RemoteCharts,
  remoteCharts,
  remoteDependency
} from '../support/dependencies/remote.ts'
import { useWebServers } from '../support/network/web-servers.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const serve = useWebServers()
const startRegistry = useRegistries()
const open: RemoteCharts[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()))
})

async function sourcesOf(plainHttpHosts: readonly string[] = []) {
  const folder = workspace.path('private')
  await mkdir(folder, { recursive: true })
  const charts = remoteCharts(plainHttpHosts)
  open.push(charts)
  return { folder, sources: new DependencySources({ ...charts, folder }) }
}

/** A dependency that was resolved, whose archive is given by hand; counts how often it is fetched. */
function resolvedAs(bytes: Buffer, key = 'key') {
  const count = { fetched: 0 }
  const resolved: ResolvedDependency = {
    ...{ version: '1.0.0', fileName: 'lib-1.0.0.tgz', isResolvedAgain: false, key },
    fetch: async () => {
      count.fetched += 1
      return bytes
    }
  }
  return { resolved, count }
}

describe('an archive', () => {
  test('is fetched once, whoever wants it, and lies in the private folder', async () => {
    const { folder, sources } = await sourcesOf()
    const bytes = chartArchive('lib')
    const { resolved, count } = resolvedAs(bytes)
    const [one, two] = await Promise.all([sources.fetch(resolved), sources.fetch({ ...resolved })])
    expect(one).toBe(two)
    expect(count.fetched).toBe(1)
    expect(one).toMatchObject({ name: 'lib', version: '1.0.0', digest: digestOf(bytes) })
    expect(await readFile(one.path)).toEqual(bytes)
    expect(await readdir(folder)).toHaveLength(1)
  })

  test('of another key is another file', async () => {
    const { folder, sources } = await sourcesOf()
    const all = ['a', 'b', 'c'].map((key) => resolvedAs(chartArchive('lib'), key).resolved)
    const paths = (await Promise.all(all.map((one) => sources.fetch(one)))).map(({ path }) => path)
    expect(new Set(paths).size).toBe(3)
    expect(await readdir(folder)).toHaveLength(3)
  })

  test('that fails is not tried again, and leaves no file', async () => {
    const { folder, sources } = await sourcesOf()
    const { resolved, count } = resolvedAs(Buffer.from('no archive'))
    for (const _ of [1, 2]) await expect(sources.fetch(resolved)).rejects.toBeInstanceOf(Failure)
    expect(count.fetched).toBe(1)
    expect(await readdir(folder)).toEqual([])
  })

  test('never takes the place of a file that is there', async () => {
    const { folder, sources } = await sourcesOf()
    await writeFile(`${folder}/dependency-0.tgz`, 'of somebody else')
    await expect(sources.fetch(resolvedAs(chartArchive('lib')).resolved)).rejects.toThrow('EEXIST')
    expect(await readFile(`${folder}/dependency-0.tgz`, 'utf8')).toBe('of somebody else')
  })
})

test('a registry and a repository are asked each in its way', async () => {
  const registry = await startRegistry()
  new OciShelf(registry).add('1.0.0')
  const entry = { apiVersion: 'v2', name: 'lib', version: '1.1.0', urls: ['lib.tgz'] }
  const index = JSON.stringify({ apiVersion: 'v1', entries: { lib: [entry] } })
  const server = await serve({ '/index.yaml': index, '/lib.tgz': chartArchive('lib', '1.1.0') })
  const { sources } = await sourcesOf([registry.host])
  const places = [`oci://${registry.host}/charts`, server.at()]
  const found = await Promise.all(
    places.map(async (place) => sources.fetch(await sources.resolve(remoteDependency(place))))
  )
  expect(found.map(({ version }) => version)).toEqual(['1.0.0', '1.1.0'])
})

describe('what was fetched has to be loadable, since helm takes what is no chart without a word', () => {
  const about = { path: '/private/x.tgz', fileName: 'lib-1.0.0.tgz' }
  const archive = (files: Readonly<Record<string, string>>, folder = 'lib') =>
    gzipOf(
      tarOf(Object.entries(files).map(([path, body]) => ({ name: `${folder}/${path}`, body })))
    )

  test('so that it says what it is', () => {
    const bytes = chartArchive('lib', '1.2.0')
    expect(readFetched(bytes, about)).toEqual({
      path: about.path,
      name: 'lib',
      version: '1.2.0',
      digest: digestOf(bytes)
    })
  })

  test.each<[string, Buffer, string]>([
    ['no gzip', Buffer.from('<html>'), 'gzip'],
    ['nothing', Buffer.alloc(0), 'lib-1.0.0.tgz'],
    ['the half of an archive', chartArchive('lib').subarray(0, 100), 'damaged'],
    ['gzip around something else', gzipOf(Buffer.from('hello')), 'lib-1.0.0.tgz'],
    ['an archive without a Chart.yaml', archive({ 'values.yaml': 'a: 1\n' }), 'Chart.yaml'],
    [
      'a chart without a version',
      archive({ 'Chart.yaml': 'apiVersion: v2\nname: lib\n' }),
      'version'
    ],
    ['a chart whose name is a path', archive({ 'Chart.yaml': plainYaml('"../../evil"') }), 'evil'],
    [
      'a chart with files outside of it',
      gzipOf(
        tarOf([
          { name: 'lib/../../evil', body: 'x' },
          { name: 'lib/Chart.yaml', body: plainYaml('lib') }
        ])
      ),
      ''
    ],
    [
      'a chart with a subchart that is none',
      archive({ 'Chart.yaml': plainYaml('lib'), 'charts/x.tgz': 'x' }),
      'charts/x.tgz'
    ]
  ])('and not %s', (_, bytes, text) => {
    const read = () => readFetched(bytes, about)
    expect(read).toThrow(Failure)
    expect(read).toThrow('The dependency lib-1.0.0.tgz was fetched, but is not valid:')
    expect(read).toThrow(text)
  })

  test.each([
    ['values.yaml', 'a: "a\n\tb"\n'],
    ['charts/sub/Chart.yaml', 'name: a: b\n']
  ])('but a %s that only our reader of YAML refuses is left to helm', (path, text) => {
    const files = { 'Chart.yaml': plainYaml('lib'), [path]: text }
    expect(readFetched(archive(files), about).name).toBe('lib')
  })
})
