import { createHash } from 'node:crypto'
import { mkdir, symlink } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { readChartDirectory } from '../../src/directory/chart-directory.ts'
import { Failure } from '../../src/shared/failure.ts'
import { gzipOf, tarOf } from '../support/charts/archives.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { sourceOptions } from '../support/charts/sources.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const URL = 'https://charts.example.com/redis'
type Files = Readonly<Record<string, string | Buffer>>

const chartYaml = (name: string, version = '1.0.0') =>
  `apiVersion: v2\nname: ${name}\nversion: ${version}\n`

function packed(
  name: string,
  version: string,
  files: Readonly<Record<string, string>> = {}
): Buffer {
  const all = { 'Chart.yaml': chartYaml(name, version), ...files }
  return gzipOf(
    tarOf(Object.entries(all).map(([path, body]) => ({ name: `${name}/${path}`, body })))
  )
}

interface Declared {
  readonly name: string
  readonly version: string
  readonly repository?: string
  readonly alias?: string
}

function dependenciesOf(list: readonly Declared[]): string {
  const entries = list.map(({ name, version, repository = URL, alias }) => {
    const more = alias === undefined ? '' : `  alias: ${alias}\n`
    return `- name: ${name}\n  version: "${version}"\n  repository: "${repository}"\n${more}`
  })
  return `dependencies:\n${entries.join('')}`
}

const asGo = (value: unknown) => JSON.stringify(value).replaceAll('>', '\\u003e')

/** As Helm makes it for these dependencies. */
function lockOf(declared: readonly Declared[], locked: readonly string[]): string {
  const json = declared.map(({ name, version, repository = URL, alias }) => ({
    name,
    version,
    repository,
    ...(alias === undefined ? {} : { alias })
  }))
  const resolved = declared.map(({ name, repository = URL }, index) => ({
    name,
    version: locked[index] ?? '',
    repository
  }))
  const digest = createHash('sha256')
    .update(asGo([json, resolved]))
    .digest('hex')
  const entries = resolved.map(({ name, version, repository }) => {
    return `- name: ${name}\n  repository: "${repository}"\n  version: ${version}\n`
  })
  return `dependencies:\n${entries.join('')}digest: sha256:${digest}\ngenerated: "2024-01-02T03:04:05Z"\n`
}

function write(declared: readonly Declared[], files: Files): Promise<string> {
  const extra = declared.length === 0 ? '' : dependenciesOf(declared)
  return workspace.write('chart', { ...chartFiles({ extra }), ...files })
}

async function refusalOf(path: string): Promise<string> {
  const error = await readChartDirectory(path, sourceOptions()).catch((thrown: unknown) => thrown)
  if (!(error instanceof Failure)) return 'not refused'
  expect(error.kind).toBe('chart')
  return `${error.message} ${error.fix}`
}

const REDIS = [{ name: 'redis', version: '7.x.x' }]

describe('subcharts are complete', () => {
  test.each<[string, readonly Declared[], Files]>([
    ['as an archive in the range', REDIS, { 'charts/redis-7.2.0.tgz': packed('redis', '7.2.0') }],
    ['as a folder of any name', REDIS, { 'charts/cache/Chart.yaml': chartYaml('redis', '7.2.0') }],
    [
      'in the locked version',
      REDIS,
      {
        'charts/redis-7.0.0.tgz': packed('redis', '7.0.0'),
        'Chart.lock': lockOf(REDIS, ['7.0.0'])
      }
    ],
    [
      'as a pre-release that is locked',
      [{ name: 'redis', version: '>=7.0.0-0' }],
      {
        'charts/redis.tgz': packed('redis', '7.0.0-rc.1'),
        'Chart.lock': lockOf([{ name: 'redis', version: '>=7.0.0-0' }], ['7.0.0-rc.1'])
      }
    ],
    [
      'once for several aliases',
      [
        { name: 'redis', version: '7.x.x', alias: 'a' },
        { name: 'redis', version: '7.0.0', alias: 'b' }
      ],
      { 'charts/redis/Chart.yaml': chartYaml('redis', '7.0.0') }
    ],
    ['with charts that are not declared', [], { 'charts/x/Chart.yaml': chartYaml('x') }],
    [
      'with a lock whose YAML only Helm reads',
      REDIS,
      { 'charts/redis.tgz': packed('redis', '7.0.0'), 'Chart.lock': 'digest: "a\n\tb"\n' }
    ],
    [
      'with values whose YAML only Helm reads',
      [],
      {
        'values.yaml': 'a: "a\n\tb"\n',
        'charts/redis.tgz': packed('redis', '7.0.0', { 'values.yaml': 'a: "a\n\tb"\n' })
      }
    ],
    [
      'where a packed chart has one twice: that is for its authors',
      [],
      {
        'charts/x.tgz': packed('x', '1.0.0', {
          'charts/a/Chart.yaml': chartYaml('y'),
          'charts/b/Chart.yaml': chartYaml('y')
        })
      }
    ],
    [
      'with a text that is not a range, which helm packages',
      [{ name: 'redis', version: 'latest' }],
      { 'charts/redis/Chart.yaml': chartYaml('redis', '7.0.0') }
    ]
  ])('%s', async (_, declared, files) => {
    expect(await refusalOf(await write(declared, files))).toBe('not refused')
  })
})

describe('a chart is refused', () => {
  test.each<[string, readonly Declared[], Files, readonly string[]]>([
    [
      'with an outdated archive, by the lock',
      REDIS,
      {
        'charts/redis-6.0.0.tgz': packed('redis', '6.0.0'),
        'Chart.lock': lockOf(REDIS, ['7.0.0'])
      },
      ['charts/redis-6.0.0.tgz has version 6.0.0, Chart.lock has 7.0.0', 'helm dependency build']
    ],
    [
      'with another version in the range than the locked one',
      REDIS,
      {
        'charts/redis/Chart.yaml': chartYaml('redis', '7.0.1'),
        'Chart.lock': lockOf(REDIS, ['7.0.0'])
      },
      ['charts/redis has version 7.0.1, Chart.lock has 7.0.0']
    ],
    [
      'with a version outside of the range, without a lock',
      REDIS,
      { 'charts/redis-6.0.0.tgz': packed('redis', '6.0.0') },
      ['has version 6.0.0, Chart.yaml requires "7.x.x"']
    ],
    [
      'with a pre-release that the range leaves out',
      REDIS,
      { 'charts/redis.tgz': packed('redis', '7.1.0-rc.1') },
      ['7.1.0-rc.1', 'A range includes pre-releases when it names one']
    ],
    [
      'with one chart twice, as archives',
      REDIS,
      {
        'charts/redis-6.0.0.tgz': packed('redis', '6.0.0'),
        'charts/redis-7.0.0.tgz': packed('redis', '7.0.0')
      },
      ['"charts/redis-6.0.0.tgz", "charts/redis-7.0.0.tgz"', 'Remove all but one of them']
    ],
    [
      'with one chart twice, as a folder and as an archive, not declared',
      [],
      {
        'charts/redis/Chart.yaml': chartYaml('redis', '6.0.0'),
        'charts/redis-7.0.0.tgz': packed('redis', '7.0.0')
      },
      ['"charts/redis", "charts/redis-7.0.0.tgz"']
    ],
    [
      'with one chart twice in a folder below',
      [],
      {
        'charts/x/Chart.yaml': chartYaml('x'),
        'charts/x/charts/a/Chart.yaml': chartYaml('y'),
        'charts/x/charts/b/Chart.yaml': chartYaml('y')
      },
      ['"charts/x/charts/a", "charts/x/charts/b"']
    ],
    [
      'for two versions of one chart',
      [
        { name: 'redis', version: '6.x.x', alias: 'old' },
        { name: 'redis', version: '7.x.x', alias: 'new' }
      ],
      { 'charts/redis.tgz': packed('redis', '7.0.0') },
      ['requires "6.x.x"', 'an archive cannot contain two versions']
    ],
    [
      'with a damaged archive, which is not called missing',
      REDIS,
      { 'charts/redis-7.0.0.tgz': packed('redis', '7.0.0').subarray(0, 60) },
      ['In the subchart charts/redis-7.0.0.tgz: The archive is damaged']
    ],
    [
      'with a pointer of Git LFS as an archive',
      REDIS,
      {
        'charts/redis-7.0.0.tgz': `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 9\n`
      },
      ['it is a Git LFS pointer', 'lfs: true']
    ],
    [
      'with a pointer of Git LFS as Chart.yaml',
      [],
      {
        'Chart.yaml': `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 9\n`
      },
      ['Chart.yaml cannot be read', '`lfs: true`']
    ],
    [
      'with a dependency that .helmignore leaves out',
      REDIS,
      { 'charts/redis-7.0.0.tgz': packed('redis', '7.0.0'), '.helmignore': '# x\n*.tgz\n' },
      [
        'Line 2 of .helmignore, "*.tgz", leaves a dependency out of the chart: charts/redis-7.0.0.tgz',
        '"/*.tgz" would only match'
      ]
    ],
    [
      'with charts/ as a whole left out by .helmignore',
      REDIS,
      { 'charts/redis-7.0.0.tgz': packed('redis', '7.0.0'), '.helmignore': 'charts/\n' },
      ['leaves a dependency out of the chart: charts. Remove or narrow line 1']
    ],
    [
      'with a Chart.yaml that .helmignore leaves out',
      [],
      { '.helmignore': '*.yaml\n' },
      ['Line 1 of .helmignore, "*.yaml", leaves Chart.yaml out of the chart']
    ],
    [
      'with all but one file left out by .helmignore',
      [],
      { '.helmignore': '!values.yaml\n' },
      ['leaves Chart.yaml out of the chart', '"!" leaves out everything that does not match']
    ],
    [
      'with a lock that Helm cannot put into place',
      [],
      { 'Chart.lock': 'generated: today\n' },
      ['Chart.lock cannot be read: Lock.generated is "today"']
    ],
    [
      'with a lock for other dependencies',
      REDIS,
      {
        'charts/redis.tgz': packed('redis', '7.0.0'),
        'Chart.lock': lockOf([{ name: 'redis', version: '6.x.x' }], ['6.0.0'])
      },
      ['Chart.lock is out of sync', 'helm dependency update']
    ]
  ])('%s', async (_, declared, files, texts) => {
    const refusal = await refusalOf(await write(declared, files))
    for (const text of texts) expect(refusal).toContain(text)
    expect(refusal).not.toContain('not in charts/')
  })
})

describe("what only our reader of YAML refuses is helm's to judge", () => {
  test.each<[string, readonly Declared[], Files, string]>([
    ['Chart.yaml', [], { 'Chart.yaml': 'name: [\n' }, 'Chart.yaml cannot be read: line 2'],
    [
      'the Chart.yaml of a folder in charts/',
      REDIS,
      { 'charts/redis/Chart.yaml': 'name: a: b\n' },
      'In the subchart charts/redis: Chart.yaml cannot be read'
    ]
  ])('%s', async (_, declared, files, text) => {
    const { doubt } = await readChartDirectory(await write(declared, files), sourceOptions())
    expect(doubt).toMatchObject({ message: expect.stringContaining(text), fix: 'Fix Chart.yaml.' })
    expect(doubt?.place?.file).toContain('Chart.yaml')
  })
})

describe('missing dependencies come with commands that work on a fresh machine', () => {
  test.each<[string, readonly Declared[], string]>([
    [
      'classic repositories are added first, each once',
      [
        { name: 'a', version: '1', repository: 'https://charts.example.com/one' },
        { name: 'b', version: '1', repository: 'https://charts.example.com/one' },
        { name: 'c', version: '1', repository: 'http://other.example:8080' }
      ],
      '`helm repo add charts-example-com-one https://charts.example.com/one && helm repo add other-example-8080 http://other.example:8080 && helm dependency build CHART`'
    ],
    [
      'registries need no more',
      [{ name: 'a', version: '1', repository: 'oci://ghcr.io/acme' }],
      'Run `helm dependency build CHART`'
    ],
    [
      'a login in a URL is not shown',
      [{ name: 'a', version: '1', repository: 'https://me:hunter2@charts.example.com/' }],
      'charts-example-com https://charts.example.com/ &&'
    ],
    [
      'a URL is not a command',
      [{ name: 'a', version: '1', repository: 'https://h/$(touch x);`id`' }],
      "helm repo add h-touch-20x-60id-60 'https://h/$(touch x);`id`' &&"
    ],
    [
      'a repository by name needs its URL',
      [{ name: 'a', version: '1', repository: '@stable' }],
      'Run `helm repo add stable` with its URL first.'
    ],
    [
      'without a repository the chart has to be put there',
      [{ name: 'a', version: '1', repository: '' }],
      'Put the chart into charts/a'
    ]
  ])('%s', async (_, declared, text) => {
    const path = await write(declared, {})
    const refusal = await refusalOf(path)
    expect(refusal).toContain('Chart.yaml declares dependencies that are not in charts/: "a"')
    expect(refusal).toContain(text.replace('CHART', path))
    expect(refusal).not.toContain('hunter2')
  })

  test('a path with blanks and signs is one word of the command', async () => {
    const extra = dependenciesOf([{ name: 'a', version: '1', repository: 'oci://ghcr.io/acme' }])
    const path = await workspace.write("my chart's $(x)", chartFiles({ extra }))
    const quoted = `'${path.replaceAll("'", "'\\''")}'`
    expect(await refusalOf(path)).toContain(`helm dependency build ${quoted}\``)
  })
})

describe('with a lock for other dependencies, which `helm dependency build` refuses, no fix names that command', () => {
  const stale = { 'Chart.lock': lockOf([{ name: 'redis', version: '6.x.x' }], ['6.0.0']) }

  test.each<[string, Files]>([
    ['a missing dependency', {}],
    ['an outdated dependency', { 'charts/redis.tgz': packed('redis', '6.0.0') }]
  ])('%s', async (_, files) => {
    const path = await write(REDIS, { ...stale, ...files })
    const error = await readChartDirectory(path, sourceOptions()).catch((thrown: unknown) => thrown)
    const fixes = error instanceof Failure ? error.problems.map(({ fix }) => fix) : []
    expect(fixes).toEqual([
      `Run \`helm repo add charts-example-com-redis ${URL} && helm dependency update ${path}\`, and commit Chart.lock.`,
      `Run \`helm dependency update ${path}\`, and commit Chart.lock.`
    ])
  })
})

test('every problem is named at once', async () => {
  const declared = [...REDIS, { name: 'other', version: '1' }]
  const refusal = await refusalOf(
    await write(declared, { 'charts/redis.tgz': packed('redis', '6.0.0') })
  )
  expect(refusal).toContain('"other"')
  expect(refusal).toContain('has version 6.0.0')
})

test('subcharts are found in the order of their entries in charts/, packed ones and nested ones as well', async () => {
  const chart = await write([], {
    'charts/b-folder/Chart.yaml': chartYaml('alpha'),
    'charts/a-folder/Chart.yaml': chartYaml('zeta'),
    'charts/a-folder/charts/inner/Chart.yaml': chartYaml('inner'),
    'charts/b.tgz': packed('mid', '1.0.0', {
      'charts/z/Chart.yaml': chartYaml('z'),
      'charts/w/Chart.yaml': chartYaml('w')
    }),
    'charts/_ignored/x': '',
    'charts/b.tgz.prov': 'signed'
  })
  const bare = (name: string) => ({ name, subcharts: [] })
  expect((await readChartDirectory(chart, sourceOptions())).subcharts).toEqual([
    { name: 'zeta', subcharts: [bare('inner')] },
    bare('alpha'),
    { name: 'mid', subcharts: [bare('z'), bare('w')] }
  ])
})

test('a chart without subcharts has none, and what is not a chart in charts/ is left to helm', async () => {
  const bare = await readChartDirectory(
    await workspace.write('bare', chartFiles()),
    sourceOptions()
  )
  expect(bare.subcharts).toEqual([])
  const path = await write([], {
    'charts/README.md': 'named by .helmignore',
    '.helmignore': 'README.md\n',
    'charts/sound/Chart.yaml': chartYaml('sound')
  })
  await mkdir(`${path}/charts/empty`)
  expect((await readChartDirectory(path, sourceOptions())).subcharts).toEqual([
    { name: 'sound', subcharts: [] }
  ])
})

test('pointers of Git LFS are found among all files', async () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 9\n`
  const path = await write([], { 'values.yaml': pointer, 'files/a.png': pointer, 'files/b': 'x' })
  const source = await readChartDirectory(path, sourceOptions())
  expect(await source.lfsPointers()).toEqual(['files/a.png', 'values.yaml'])
})

test('a narrower rule is proposed only where it would no longer match', async () => {
  const charts = { 'charts/redis-7.0.0.tgz': packed('redis', '7.0.0'), '.helmignore': 'charts/\n' }
  const ofCharts = await refusalOf(await write(REDIS, charts))
  expect(ofCharts).toContain('Remove or narrow line 1 of .helmignore.')
  expect(ofCharts).not.toContain('would only match')
  const ofYaml = await refusalOf(await write([], { '.helmignore': '*.yaml\n' }))
  expect(ofYaml).not.toContain('would only match')
})

test('a link loop in charts/ is refused, also where charts/ is still to be filled', async () => {
  const chart = await workspace.write('chart', {
    'Chart.yaml': `${chartYaml('web')}${dependenciesOf(REDIS)}`,
    'charts/note.txt': ''
  })
  for (const name of ['one', 'two']) await symlink('../charts', `${chart}/charts/${name}`)
  const reading = readChartDirectory(chart, sourceOptions({ mode: 'build' }))
  await expect(reading).rejects.toThrow('"charts/one" (it points to a folder above it)')
})
