import { relative } from 'node:path'
import { beforeEach, expect, test } from '@jest/globals'
import { parseSelection } from '../../../src/publish/inputs/selection.ts'
import { findCharts } from '../../../src/publish/pack/find-charts.ts'
import { RecordingLogger } from '../../helpers/log.ts'
import { useWorkspace } from '../../helpers/workspace.ts'

const workspace = useWorkspace()
const logger = new RecordingLogger()

beforeEach(async () => {
  logger.lines.length = 0
  await workspace.write('.', {
    'charts/b/Chart.yaml': 'x',
    'charts/a/Chart.yaml': 'x',
    'charts/a/charts/sub/Chart.yaml': 'x',
    'charts/no-chart/values.yaml': 'x',
    'out/one.tgz': 'x',
    'out/one.tgz.prov': 'x'
  })
})

/** What a selection finds in the workspace, paths from there. */
async function find(...lines: readonly string[]): Promise<readonly string[]> {
  const at = (line: string) => {
    const [, not = '', path = ''] = /^(!?)(.*)$/.exec(line) ?? []
    return `${not}${workspace.path(path)}`
  }
  const selection = parseSelection(lines.map(at).join('\n'))
  const charts = await findCharts(selection, logger)
  return charts.map((path) => relative(workspace.path(), path))
}

test('without anything said, the chart is the working directory', () => {
  expect(parseSelection('')).toEqual({ included: ['.'], excluded: [] })
})

test('each line is a path or a pattern, or leaves out; comments and empty lines say nothing', () => {
  expect(parseSelection(' charts/a \n\n# b\n!charts/b\r\nout/*.tgz')).toEqual({
    included: ['charts/a', 'out/*.tgz'],
    excluded: ['charts/b']
  })
})

test.each([
  ['a directory', ['charts/a'], ['charts/a']],
  ['an archive', ['out/one.tgz'], ['out/one.tgz']],
  ['several, in the order of the lines', ['charts/b', 'charts/a'], ['charts/b', 'charts/a']],
  ['a pattern, by name, charts alone', ['charts/*'], ['charts/a', 'charts/b']],
  ['a pattern for any depth', ['charts/**'], ['charts/a', 'charts/a/charts/sub', 'charts/b']],
  ['a pattern of archives', ['out/*'], ['out/one.tgz']],
  ['braces', ['charts/{b,a}'], ['charts/a', 'charts/b']],
  ['one named twice', ['charts/a', 'charts/*', 'charts/../charts/a'], ['charts/a', 'charts/b']],
  ['but for what is left out', ['charts/**', '!charts/*/charts/**', '!charts/b'], ['charts/a']],
  ['nothing, where all is left out', ['charts/a', '!charts/*'], []]
])('the charts are %s', async (_, lines, expected) => {
  expect(await find(...lines)).toEqual(expected)
})

test('a path that is not there and a pattern that matches no chart are told together', async () => {
  await expect(find('nowhere', 'charts/no-*')).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(/nowhere" cannot be read: ENOENT.*no-\*", which matches no/)
  })
})

test('a line that leaves no chart out is warned about by its name, one that leaves some out is not', async () => {
  await find('charts/*', '!charts/b', '!charts/lib', '!charts/no-chart', '!charts/[b]')
  expect(logger.lines).toEqual([
    expect.stringMatching(/^warning: .*"!.*\/charts\/lib", which leaves no chart out\.$/),
    expect.stringMatching(/^warning: .*"!.*\/charts\/no-chart", which leaves no chart out\.$/)
  ])
})
