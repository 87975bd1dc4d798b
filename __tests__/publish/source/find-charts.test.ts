import { mkdir } from 'node:fs/promises'
import { relative } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { sourceHosts, sourceText } from '../../../src/publish/model/chart-source.ts'
import type { IfNoChartsFound } from '../../../src/publish/model/request.ts'
import { findCharts } from '../../../src/publish/source/find-charts.ts'
import { RecordingLogger } from '../../support/log.ts'
import { useWorkspace } from '../../support/workspace.ts'

const workspace = useWorkspace()
const logger = new RecordingLogger()
const RULES = { ifNoChartsFound: 'error', allowOutsideFiles: false } as const
const OPTIONS = { ...RULES, logger, folder: '/nowhere', signal: AbortSignal.timeout(60_000) }

beforeEach(async () => {
  logger.lines.length = 0
  await workspace.write('.', {
    'charts/README.md': 'x',
    'charts/b/Chart.yaml': 'x',
    'charts/a/Chart.yaml': 'x',
    'charts/a/templates/deep/x.yaml': 'x',
    'charts/a/charts/sub/Chart.yaml': 'x',
    'charts/a/charts/sub/charts/deep/values.yaml': 'x',
    'charts/a/charts/sub/charts/deep/Chart.yaml': 'x',
    'charts/a/charts/redis-1.0.0.tgz': 'x',
    'charts/no-chart/values.yaml': 'x',
    'out/one.tgz': 'x',
    'out/one.tgz.prov': 'x',
    'odd/my chart/Chart.yaml': 'x',
    'odd/a,b/Chart.yaml': 'x'
  })
})

/** An entry with its path in the workspace. */
function at(entry: string): string {
  const [, not = '', path = ''] = /^(!?)(.*)$/s.exec(entry) ?? []
  return `${not}${workspace.path(path)}`
}

/** What a selection finds in the workspace, paths from there. */
async function find(
  entries: readonly string[],
  ifNoChartsFound: IfNoChartsFound = 'error'
): Promise<readonly string[]> {
  const included = entries.filter((entry) => !entry.startsWith('!')).map(at)
  const excluded = entries
    .filter((entry) => entry.startsWith('!'))
    .map((entry) => at(entry).slice(1))
  const charts = await findCharts({ included, excluded }, { ...OPTIONS, ifNoChartsFound })
  return charts.map((chart) => relative(workspace.path(), sourceText(chart)))
}

/** A list on one line, every part of it a path in the workspace. */
function line(separator: string, ...parts: readonly string[]): string {
  return parts.map((part, index) => (index === 0 ? part : workspace.path(part))).join(separator)
}

test.each([
  ['a directory', ['charts/a'], ['charts/a']],
  ['an archive', ['out/one.tgz'], ['out/one.tgz']],
  ['several, in the order of the lines', ['charts/b', 'charts/a'], ['charts/b', 'charts/a']],
  ['a pattern, by name, charts only', ['charts/*'], ['charts/a', 'charts/b']],
  [
    'a pattern for any depth',
    ['charts/**'],
    [
      'charts/a',
      'charts/a/charts/redis-1.0.0.tgz',
      'charts/a/charts/sub',
      'charts/a/charts/sub/charts/deep',
      'charts/b'
    ]
  ],
  ['a pattern of archives', ['out/*'], ['out/one.tgz']],
  ['braces', ['charts/{b,a}'], ['charts/a', 'charts/b']],
  ['one named twice', ['charts/a', 'charts/*', 'charts/../charts/a'], ['charts/a', 'charts/b']],
  ['but for what is excluded', ['charts/*', '!charts/b'], ['charts/a']],
  ['a path with a space', ['odd/my chart'], ['odd/my chart']],
  ['a path with a comma', ['odd/a,b'], ['odd/a,b']]
])('the charts are %s', async (_, entries, expected) => {
  expect(await find(entries)).toEqual(expected)
})

test('a pattern for the files Chart.yaml has a fix that finds the charts', async () => {
  const error: unknown = await find(['charts/*/Chart.yaml']).catch((thrown: unknown) => thrown)
  const folders = workspace.path('charts/*')
  expect(error).toMatchObject({
    fix: expect.stringContaining(`Let the pattern match directories: "${folders}", or set`)
  })
  expect(await find(['charts/*'])).toEqual(['charts/a', 'charts/b'])
})

describe('names of files that others chose', () => {
  test.each(['[id].json', '{a,b}.json', 'a*b?.json', '[].json'])(
    'such as %s are no patterns',
    async (name) => {
      await workspace.write('charts/a/files', { [name]: 'x' })
      expect(await find([`charts/a/files/${name}`])).toEqual(['charts/a'])
      expect(logger.lines.join()).toContain('the whole chart is published')
    }
  )

  test('a file with the name of a pattern that matches charts takes nothing from it', async () => {
    await workspace.write('charts', { '*': 'x', 'a/*': 'x' })
    expect(await find(['charts/*'])).toEqual(['charts/a', 'charts/b'])
  })

  test.each([
    ['on a line', ['charts/a', 'charts/b', '!charts/b']],
    ['first in a list', ['!charts/b charts/a']],
    ['later in a list', ['!charts/x,!charts/b,charts/a']]
  ])('with a `!` in front exclude nothing unseen, %s', async (_, excluding) => {
    const before = process.cwd()
    await workspace.write('!charts', { b: 'x' })
    process.chdir(workspace.path())
    try {
      const included = excluding.filter((entry) => !entry.startsWith('!'))
      const excluded = excluding
        .filter((entry) => entry.startsWith('!'))
        .map((entry) => entry.slice(1))
      const options = { ...OPTIONS, ifNoChartsFound: 'ignore' } as const
      await expect(findCharts({ included, excluded }, options)).rejects.toMatchObject({
        kind: 'usage',
        message: expect.stringContaining('"!charts/b"'),
        fix: expect.stringContaining('"./!charts/b"')
      })
    } finally {
      process.chdir(before)
    }
  })
})

describe('a list on one line', () => {
  test.each([
    ['blanks', ' '],
    ['tabs', '\t'],
    ['commas', ','],
    ['commas and blanks', ', ']
  ])('may have %s between its charts', async (_, separator) => {
    expect(await find([line(separator, 'charts/b', 'charts/a')])).toEqual(['charts/b', 'charts/a'])
  })

  test('may end in a comma, and have patterns, archives and files of charts', async () => {
    expect(
      await find([`${line(',', 'charts/{b,x}', 'out/*.tgz', 'charts/a/Chart.yaml')},`])
    ).toEqual(['charts/b', 'out/one.tgz', 'charts/a'])
  })

  test('is not taken for one where a part does not exist, or is not a chart: the fix is one per line', async () => {
    for (const other of ['charts/gone', 'charts/no-chart', 'charts/README.md']) {
      await expect(find([line(' ', 'charts/a', other)])).rejects.toMatchObject({
        kind: 'usage',
        message: expect.stringContaining('cannot be read: it does not exist (ENOENT)'),
        fix: expect.stringContaining('Write one chart per line')
      })
    }
  })

  test('has the parts named that are no charts, where others are', async () => {
    const [lost, file] = [workspace.path('charts/bb'), workspace.path('charts/README.md')]
    await expect(
      find([line(' ', 'charts/a', 'charts/bb', 'charts/README.md')])
    ).rejects.toMatchObject({
      fix: `Correct or remove entries that are not charts: "${lost}", "${file}". Write one chart per line.`
    })
    await expect(find(['two words'])).rejects.toMatchObject({
      fix: 'Write one chart per line, or a JSON array of strings.'
    })
  })

  test('has its patterns without a match reported, and the rest found', async () => {
    const entry = line(',', 'charts/x*', 'charts/b*')
    expect(await find([entry], 'warn')).toEqual(['charts/b'])
    expect(logger.lines).toEqual([expect.stringMatching(/^warning: .*charts\/x\*", which matches/)])
    await expect(find([entry])).rejects.toMatchObject({ message: expect.stringContaining('x*"') })
  })

  test('may exclude', async () => {
    expect(
      await find(['charts/*', line(' ', '!charts/b', '!charts/x').replace(' /', ' !/')])
    ).toEqual(['charts/a'])
    expect(logger.lines).toEqual([])
  })
})

describe('a file stands for the chart that holds it', () => {
  test.each([
    ['Chart.yaml', ['charts/a/Chart.yaml'], ['charts/a']],
    ['in a folder', ['charts/a/templates/deep/x.yaml'], ['charts/a']],
    ['of a subchart', ['charts/a/charts/sub/Chart.yaml'], ['charts/a']],
    ['of a subchart of a subchart', ['charts/a/charts/sub/charts/deep/values.yaml'], ['charts/a']],
    [
      'with an archive in charts/',
      ['charts/a/charts/redis-1.0.0.tgz', 'charts/a/Chart.yaml'],
      ['charts/a']
    ],
    ['of several charts', ['charts/b/Chart.yaml', 'charts/a/Chart.yaml'], ['charts/b', 'charts/a']]
  ])('%s', async (_, entries, expected) => {
    expect(await find(entries)).toEqual(expected)
  })

  test('which the log says once for each chart', async () => {
    const archive = 'charts/a/charts/redis-1.0.0.tgz'
    await find(['charts/a/Chart.yaml', archive, 'charts/b/Chart.yaml'])
    expect(logger.lines).toEqual([
      `info: \`chart\` names 2 files of "${workspace.path('charts/a')}": the whole chart is published.`,
      `info: \`chart\` names a file of "${workspace.path('charts/b')}": the whole chart is published.`
    ])
  })

  test('but an archive in charts/ by itself is refused: either chart could be meant', async () => {
    await expect(find(['charts/a/charts/redis-1.0.0.tgz'])).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(`is a subchart of "${workspace.path('charts/a')}"`)
    })
  })

  test('a file of no chart, and one that is named as an archive, is taken for an archive', async () => {
    await workspace.write('charts/a', { 'build/a.tgz': 'x', 'build/a.tar.gz': 'x' })
    const files = ['charts/README.md', 'charts/a/build/a.tgz', 'charts/a/build/a.tar.gz']
    expect(await find(files)).toEqual(files)
  })

  test('a folder in place of Chart.yaml makes no chart', async () => {
    await mkdir(workspace.path('x/Chart.yaml'), { recursive: true })
    await workspace.write('x', { 'values.yaml': '' })
    expect(await find(['x/values.yaml'])).toEqual(['x/values.yaml'])
  })
})

test('a path that does not exist and a pattern that matches no chart are reported together', async () => {
  await expect(find(['nowhere', 'charts/no-*'])).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(
      /nowhere" cannot be read: it does not exist \(ENOENT\).*no-\*", which matches no/
    )
  })
})

test('in an empty working directory, a checkout may have been forgotten', async () => {
  const before = process.cwd()
  await mkdir(workspace.path('empty'))
  process.chdir(workspace.path('empty'))
  try {
    const included = ['charts/storefront']
    await expect(findCharts({ included, excluded: [] }, OPTIONS)).rejects.toMatchObject({
      fix: expect.stringContaining('check out the repository in an earlier step')
    })
  } finally {
    process.chdir(before)
  }
})

describe('without charts', () => {
  const CASES = [
    ['nothing named', [], '`chart` is empty'],
    ['only lines that exclude', ['!charts/b'], '`chart` has only lines with `!`'],
    ['a pattern without a match', ['.cr-release-packages/*.tgz'], 'which matches no directory'],
    ['a pattern that matches no chart', ['charts/no-*'], 'but for example'],
    ['everything excluded', ['charts/a', '!charts/*'], 'exclude all of them']
  ] as const

  test.each(CASES)('%s is an error that names the input for it', async (_, entries, why) => {
    await expect(find(entries)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(why),
      fix: expect.stringContaining('set `if-no-charts-found` to `warn` or `ignore`')
    })
  })

  test.each(CASES)('%s is a warning, where that is wanted', async (_, entries, why) => {
    expect(await find(entries, 'warn')).toEqual([])
    expect(logger.lines).toEqual([expect.stringMatching(/^warning: /)])
    expect(logger.lines[0]).toContain(why)
  })

  test.each(CASES)('%s is a line of the log, where it is ignored', async (_, entries, why) => {
    expect(await find(entries, 'ignore')).toEqual([])
    expect(logger.lines).toEqual([expect.stringMatching(/^info: /)])
    expect(logger.lines[0]).toContain(why)
  })

  test('a pattern without a match among others is treated in the same way', async () => {
    const entries = ['charts/*', 'other/*']
    await expect(find(entries)).rejects.toMatchObject({ exitCode: 2 })
    expect(await find(entries, 'warn')).toEqual(['charts/a', 'charts/b'])
    expect(logger.lines).toEqual([
      expect.stringMatching(/^warning: .*other\/\*", which matches no/)
    ])
  })

  test('a path that does not exist is an error all the same', async () => {
    await expect(find(['charts/gone'], 'ignore')).rejects.toMatchObject({ exitCode: 2 })
    await expect(find(['other/*', 'charts/gone'], 'ignore')).rejects.toMatchObject({
      message: expect.not.stringContaining('other')
    })
  })
})

test('charts of registries are taken as they are named, each once, and nothing is asked yet', async () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const included = [
    'oci://h.test:5000/x/demo:1.2.3+b',
    'oci://h.test:5000/x/demo:1.2.3_b',
    `oci://h.test/demo@${digest}`,
    `oci://h.test/demo:latest@${digest}`
  ]
  const charts = await findCharts({ included, excluded: [] }, OPTIONS)
  expect(charts.map(sourceText)).toEqual(included.slice(1))
  expect(sourceHosts(included)).toEqual(['h.test:5000', 'h.test:5000', 'h.test', 'h.test'])
})

test('a chart of a registry in a list on one line is named as what is wrong with it', async () => {
  const included = [`${workspace.path('charts/a')} oci://h.test/x/demo:1.2.3`]
  await expect(findCharts({ included, excluded: [] }, OPTIONS)).rejects.toMatchObject({
    exitCode: 2,
    fix: 'Correct or remove entries that are not charts: "oci://h.test/x/demo:1.2.3". Write one chart per line.'
  })
})

test.each([
  ['oci://user:pa,ss@h.example/x/demo:1.2.3', 'oci://***@h.example/x/demo:1.2.3', 'name:tag'],
  ['oci://h.example/x/demo@sha256:0', 'oci://h.example/x/demo@sha256:0', 'name:tag'],
  ['oci://h.example/x/demo', 'oci://h.example/x/demo', ':TAG'],
  ['OCI://h.example/x/demo:1', 'OCI://h.example/x/demo:1', 'name:tag'],
  ['oci://h.example/a:1, oci://h.example/b:2', 'oci://h.example/a:1', 'Write one chart per line.'],
  ['HTTPS://h.example/demo.tgz?token=secret', 'HTTPS://h.example/demo.tgz"', 'Download it'],
  ['https://h.example/*.tgz#secret', 'https://h.example/*.tgz"', 'Download it'],
  ['file:///charts/demo', 'file:///charts/demo', 'the path only']
])('%s is refused, without a secret, with what to do', async (entry, shown, fix) => {
  const found = findCharts({ included: [entry], excluded: [] }, OPTIONS)
  await expect(found).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining(shown),
    fix: expect.stringContaining(fix)
  })
  await expect(found).rejects.toMatchObject({ message: expect.not.stringMatching(/secret|pa,ss/) })
})

test.each([
  'charts/a oci://user:secret@h.example/x',
  'charts/a\toci://user:secret@h.example/{x,y}*',
  'user:secret@h.example/x/demo',
  'user:secret@h.example/x/*'
])('a login in %j is not shown', async (entry) => {
  const found = findCharts({ included: [entry], excluded: [] }, OPTIONS)
  await expect(found).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/^(?!.*secret).*\*\*\*@h\.example/)
  })
})

test('a login in a line that excludes is not shown', async () => {
  await find(['charts/a', '!oci://user:secret@h.example/x'])
  expect(logger.lines.join()).not.toContain('secret')
})

test('paths of Windows are refused with the slash to write', async () => {
  await expect(find(['charts\\a'])).rejects.toMatchObject({ fix: expect.stringContaining('"/"') })
  await expect(find(['charts\\*'])).rejects.toMatchObject({
    message: expect.stringContaining('write it with "/"')
  })
})

test('a line that excludes no chart is warned about by its name, one that excludes some is not', async () => {
  await find(['charts/*', '!charts/b', '!charts/lib', '!charts/no-chart', '!charts/[b]'])
  expect(logger.lines).toEqual([
    expect.stringMatching(/^warning: .*"!.*\/charts\/lib", which excludes no chart\.$/),
    expect.stringMatching(/^warning: .*"!.*\/charts\/no-chart", which excludes no chart\.$/)
  ])
})

test('a thousand changed files are one chart', async () => {
  const entries = Array.from({ length: 1000 }, () => 'charts/a/templates/deep/x.yaml')
  expect(await find(entries)).toEqual(['charts/a'])
})

test('each chart is found as a directory or an archive, once', async () => {
  const included = ['charts/a', 'out/*', 'out/one.tgz', 'charts/a/Chart.yaml'].map(at)
  const charts = await findCharts({ included, excluded: [] }, OPTIONS)
  expect(charts.map(({ kind }) => kind)).toEqual(['directory', 'archive'])
})
