import { mkdir, realpath, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { toByteString } from '../../src/chart/model/chart-file.ts'
import { readChartDirectory } from '../../src/directory/chart-directory.ts'
import { targetInCharts } from '../../src/directory/charts-link.ts'
import { sourceOptions } from '../support/charts/sources.ts'
import { appYaml, plainYaml } from '../support/dependencies/charts-folder.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

async function link(path: string, target: string): Promise<void> {
  const place = workspace.path('app', path)
  await mkdir(dirname(place), { recursive: true })
  await symlink(target.replace('APP', workspace.path('app')), place)
}

async function targetOf(path: string): Promise<string | undefined> {
  await workspace.write('app', { 'Chart.yaml': plainYaml('app') })
  const folder = await realpath(workspace.path('app'))
  return targetInCharts(toByteString(folder), toByteString(join(folder, path)))
}

describe('a link leads into charts/', () => {
  test.each([
    ['templates/a', '../charts/lib.tgz', 'charts/lib.tgz'],
    ['a', 'charts/lib', 'charts/lib'],
    ['a', './charts//lib/', 'charts/lib'],
    ['a', 'charts', 'charts'],
    ['a', 'APP/charts/lib/templates', 'charts/lib/templates'],
    ['a/b/c', '../x/../../charts/lib', 'charts/lib'],
    ['charts/a', 'b', 'charts/b'],
    ['charts/lib/a', '../b', 'charts/b']
  ])('%s to %s', async (path, target, expected) => {
    await link(path, target)
    expect(await targetOf(path)).toBe(expected)
  })

  test('over other links', async () => {
    await link('a', 'b')
    await link('b', 'files/c')
    await link('files/c', '../charts/lib')
    expect(await targetOf('a')).toBe('charts/lib')
  })

  test('by the first one of charts/ that it meets, which may be a link itself', async () => {
    await link('a', 'charts/b')
    await link('charts/b', '../files/c')
    expect(await targetOf('a')).toBe('charts/b')
  })

  test('over a folder that is a link', async () => {
    await link('more', 'charts')
    await mkdir(workspace.path('app/charts'))
    await link('a', 'more/lib')
    expect(await targetOf('a')).toBe('charts/lib')
  })
})

describe('a link does not lead there', () => {
  test.each([
    ['a', 'b'],
    ['a', 'charts-more/lib'],
    ['a', 'Charts/lib'],
    ['a', '../charts/lib'],
    ['files/a', 'charts/lib'],
    ['a', '../other/charts/lib'],
    ['a', 'charts/../b'],
    ['a', 'a'],
    ['a', '/']
  ])('%s to %s', async (path, target) => {
    await link(path, target)
    expect(await targetOf(path)).toBeUndefined()
  })

  test('where it is none, or not there', async () => {
    await workspace.write('app', { 'charts/a': '' })
    expect(await targetOf('charts/a')).toBeUndefined()
    expect(await targetOf('nothing')).toBeUndefined()
  })

  test('where links go in a circle', async () => {
    await link('a', 'b')
    await link('b', 'a')
    expect(await targetOf('a')).toBeUndefined()
  })

  test('over more links than Linux follows', async () => {
    for (let index = 0; index < 60; index++) await link(`l${index}`, `l${index + 1}`)
    await link('l60', 'charts/lib')
    expect(await targetOf('l30')).toBe('charts/lib')
    expect(await targetOf('l0')).toBeUndefined()
  })
})

describe('a link into charts/ that leads to nothing', () => {
  const read = async (mode: 'build' | 'check', yaml: string) => {
    const path = await workspace.write('app', { 'Chart.yaml': yaml })
    await link('files/lib.tgz', '../charts/lib-1.0.0.tgz')
    return readChartDirectory(path, sourceOptions({ mode }))
  }

  test('is no problem as long as charts/ is to be filled', async () => {
    expect((await read('build', appYaml([{ name: 'lib' }]))).plan.wanted).toHaveLength(1)
  })

  test.each([
    ['check', appYaml([{ name: 'lib' }])],
    ['build', plainYaml('app')]
  ] as const)('is one with `%s`, where nothing is fetched', async (mode, yaml) => {
    await expect(read(mode, yaml)).rejects.toMatchObject({
      message: expect.stringContaining(
        'Helm cannot follow links in the chart: "files/lib.tgz" (its target does not exist)'
      )
    })
  })

  test('is one when its target does not exist after charts/ was filled, too', async () => {
    const directory = await read('build', appYaml([{ name: 'lib' }]))
    const charts = {
      leftOut: new Set<string>(),
      archives: new Map(),
      lock: undefined,
      links: new Set<string>()
    }
    await expect(directory.filled(charts)).rejects.toMatchObject({
      message: expect.stringContaining('its target does not exist')
    })
  })
})
