import { symlink } from 'node:fs/promises'
import { relative } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { lintRuns } from '../../../../src/publish/package/lint/lint-values.ts'
import { useWorkspace } from '../../../support/workspace.ts'

const workspace = useWorkspace()
let chart: string
let shared: string

beforeEach(async () => {
  chart = await workspace.write('charts/app', {
    'Chart.yaml': 'name: app\n',
    'ci/one-values.yaml': 'a: 1\n',
    'ci/two-values.yaml': 'a: 2\n',
    'ci/other.txt': 'a\n',
    'ci/[id].yaml': 'a: 3\n',
    'values-prod.yaml': 'a: 4\n'
  })
  await workspace.write('shared', { 'base.yaml': 'b: 1\n', 'more.yaml': 'b: 2\n' })
  shared = relative('.', workspace.path('shared'))
})

/** The runs by paths from the workspace. */
async function runsOf(...entries: readonly string[]): Promise<readonly (readonly string[])[]> {
  const { runs } = await lintRuns(entries, { chart, workTree: undefined })
  return runs.map((files) => files.map(({ path }) => relative(workspace.path(), path)))
}

describe('the runs for one chart', () => {
  test('without entries there is one run with the defaults', async () => {
    expect(await lintRuns([], { chart, workTree: undefined })).toEqual({
      runs: [[]],
      matched: [],
      outside: []
    })
  })

  test('a path starts from the working directory, else from the chart', async () => {
    expect(await runsOf(`${shared}/base.yaml`)).toEqual([['shared/base.yaml']])
    expect(await runsOf('values-prod.yaml')).toEqual([['charts/app/values-prod.yaml']])
    expect(await runsOf(workspace.path('shared/base.yaml'))).toEqual([['shared/base.yaml']])
  })

  test('several paths are merged into one run, in their order', async () => {
    expect(await runsOf('values-prod.yaml', `${shared}/base.yaml`)).toEqual([
      ['charts/app/values-prod.yaml', 'shared/base.yaml']
    ])
  })

  test('a pattern means one run for each file', async () => {
    expect(await runsOf('ci/*-values.yaml')).toEqual([
      ['charts/app/ci/one-values.yaml'],
      ['charts/app/ci/two-values.yaml']
    ])
    expect(await runsOf(`${shared}/*.yaml`)).toEqual([['shared/base.yaml'], ['shared/more.yaml']])
  })

  test('named files are merged into each run of a pattern, where their entry stands', async () => {
    expect(await runsOf(`${shared}/base.yaml`, 'ci/*-values.yaml', 'values-prod.yaml')).toEqual([
      ['shared/base.yaml', 'charts/app/ci/one-values.yaml', 'charts/app/values-prod.yaml'],
      ['shared/base.yaml', 'charts/app/ci/two-values.yaml', 'charts/app/values-prod.yaml']
    ])
  })

  test('several patterns mean one run for each of their files, not for each pair', async () => {
    expect(await runsOf('ci/*-values.yaml', 'ci/one*', 'values-*.yaml')).toEqual([
      ['charts/app/ci/one-values.yaml'],
      ['charts/app/ci/two-values.yaml'],
      ['charts/app/values-prod.yaml']
    ])
  })

  test('a file that is named twice, or named and matched, is merged once', async () => {
    const one = 'ci/one-values.yaml'
    expect(await runsOf(one, one)).toEqual([[`charts/app/${one}`]])
    expect(await runsOf(one, 'ci/o*-values.yaml')).toEqual([[`charts/app/${one}`]])
  })

  test('a path with the characters of a pattern is a path when it exists', async () => {
    expect(await runsOf('ci/[id].yaml')).toEqual([['charts/app/ci/[id].yaml']])
  })

  test('folders, and what does not exist, are no match', async () => {
    const { runs, matched } = await lintRuns(['ci', 'none.yaml', 'none/*.yaml', 'c*'], {
      chart,
      workTree: undefined
    })
    expect({ runs, matched }).toEqual({ runs: [[]], matched: [] })
  })
})

test('entries that name a file for the chart are told from those that do not', async () => {
  const { matched } = await lintRuns(['none.yaml', 'ci/*-values.yaml', 'values-prod.yaml'], {
    chart,
    workTree: undefined
  })
  expect(matched).toEqual(['ci/*-values.yaml', 'values-prod.yaml'])
})

describe('links', () => {
  /** The runs for the chart as its own work tree, by paths from the chart. */
  async function runsWithin(...entries: readonly string[]) {
    const { runs, outside } = await lintRuns(entries, { chart, workTree: chart })
    return {
      runs: runs.map((files) => files.map(({ path }) => relative(chart, path))),
      outside: outside.map((file) => relative(chart, file))
    }
  }

  test.each(['ci/three-values.yaml', 'ci/three*.yaml', 'ci/{three,four}-values.yaml'])(
    'that lead out of the work tree are not followed, named or matched: %s',
    async (entry) => {
      await symlink(workspace.path('shared/base.yaml'), `${chart}/ci/three-values.yaml`)
      const outside = ['ci/three-values.yaml']
      expect(await runsWithin(entry)).toEqual({ runs: [[]], outside })
    }
  )

  test.each(['more/base.yaml', 'more/b*.yaml'])(
    'to folders out of the work tree are not followed, named or matched: %s',
    async (entry) => {
      await symlink(workspace.path('shared'), `${chart}/more`)
      const outside = ['more/base.yaml']
      expect(await runsWithin(entry)).toEqual({ runs: [[]], outside })
    }
  )

  test('out of the work tree are no reason to say that nothing is there', async () => {
    await symlink(workspace.path('shared/base.yaml'), `${chart}/ci/three-values.yaml`)
    const { matched } = await lintRuns(['ci/three*.yaml'], { chart, workTree: chart })
    expect(matched).toEqual(['ci/three*.yaml'])
  })

  test('within the work tree are followed', async () => {
    await symlink('one-values.yaml', `${chart}/ci/link-values.yaml`)
    const runs = [['ci/link-values.yaml'], ['ci/one-values.yaml'], ['ci/two-values.yaml']]
    expect(await runsWithin('ci/*-values.yaml')).toEqual({ runs, outside: [] })
  })

  test('with consent are followed anywhere', async () => {
    await symlink(workspace.path('shared/base.yaml'), `${chart}/ci/three-values.yaml`)
    expect(await runsOf('ci/three-values.yaml')).toEqual([['charts/app/ci/three-values.yaml']])
  })

  test('a file out of the work tree that is named by its own path is used', async () => {
    const path = workspace.path('shared/base.yaml')
    expect(await runsWithin(path)).toEqual({ runs: [['../../shared/base.yaml']], outside: [] })
  })
})
