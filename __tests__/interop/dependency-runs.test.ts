import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { chartFiles } from '../support/charts/charts.ts'
import { type HelmHome, helm } from '../support/dependencies/helm.ts'
import { lockOf } from '../support/dependencies/lock-of.ts'
import { Market } from '../support/dependencies/market.ts'
import { snapshot } from '../support/dependencies/snapshot.ts'
import { tarEntries } from '../support/dependencies/tar-entries.ts'
import { type ProgramResult, runCli } from '../support/program.ts'
import { WRITER } from '../support/registry/docker-auth.ts'
import { Workspace } from '../support/workspace.ts'

const workspace = new Workspace()
let market: Market
let home: HelmHome

beforeAll(async () => {
  await workspace.open()
  market = await Market.open(workspace)
  home = await market.helmHome(toolPath('helm'), 'asking')
  const { username, password } = WRITER
  const logins = market.privateHosts.map((host) => [host, { username, password }])
  await writeFile(workspace.path('auth.json'), JSON.stringify(Object.fromEntries(logins)))
})

afterAll(async () => {
  await market.close()
  await workspace.close()
})

test('a run asks for each index, list of tags and archive once, whoever wants it', async () => {
  const names = Array.from({ length: 6 }, (_, index) => `mono/chart-${index}`)
  for (const [index, path] of names.entries()) {
    const extra = dependencies(
      ['alpha', 'PUBLIC', '^1'],
      ['beta', index % 2 === 0 ? 'PUBLIC' : 'PUBLIC/', '1.0.0'],
      ['delta', 'TOKENS', '*']
    )
    await workspace.write(path, chartFiles({ name: `chart-${index}`, extra }))
  }
  const server = market.servers.get('open')
  server?.requests.splice(0)
  const { code, stderr } = await run('package', [...names, '--destination=mono-out', '--debug'])
  expect(code).toBe(0)
  const asked = server?.requests.map(({ path }) => path) ?? []
  expect(asked.sort()).toEqual([
    '/charts/alpha-1.10.0.tgz',
    '/charts/beta-1.0.0.tgz',
    '/charts/index.yaml'
  ])
  for (const part of ['tags/list', 'manifests/1.0.0', 'blobs/sha256:']) {
    const lines = stderr.split('\n').filter((line) => /\bGET\b/.test(line) && line.includes(part))
    expect([part, lines.filter((line) => line.includes('200'))]).toEqual([
      part,
      [expect.any(String)]
    ])
  }
})

test('a chart that others of the run need goes into them from the run, and is pushed first', async () => {
  const target = `${market.fill('TOKENS')}/fresh`
  const files = (name: string, extra = '') => chartFiles({ name, version: '1.0.0', extra })
  const needs = (name: string) => dependencies([name, target, '^1.0.0'])
  await workspace.write('fresh/a-app', files('a-app', needs('m-middle')))
  await workspace.write('fresh/m-middle', files('m-middle', needs('z-base')))
  await workspace.write('fresh/z-base', files('z-base'))
  const before = await snapshot(workspace.path('fresh'))
  const args = ['fresh/*', `--registry=${target}`, '--destination=fresh-out', '--json']
  const published = await run('publish', args)
  expect(published).toMatchObject({ code: 0 })
  expect(await snapshot(workspace.path('fresh'))).toEqual(before)
  const { results } = JSON.parse(published.stdout)
  expect(results.map((one: { status: string }) => one.status)).toEqual(Array(3).fill('published'))
  const app = tarEntries(await readFile(workspace.path('fresh-out/a-app-1.0.0.tgz')))
  const names = app.map(({ name }) => name)
  expect(names).toContain('a-app/charts/m-middle/charts/z-base/Chart.yaml')

  // Helm makes the same archive of them as soon as they are there.
  await cp(workspace.path('fresh/a-app'), workspace.path('again/a-app'), { recursive: true })
  await helm(toolPath('helm'), ['dependency', 'build', workspace.path('again/a-app')], home)
  await helm(toolPath('helm'), ['package', workspace.path('again/a-app')], home)
  const [ours, theirs] = await Promise.all(
    [workspace.path('fresh-out/a-app-1.0.0.tgz'), `${home.folder}/a-app-1.0.0.tgz`].map((path) => {
      return readFile(path)
    })
  )
  expect(tarEntries(ours ?? Buffer.of())).toEqual(tarEntries(theirs ?? Buffer.of()))

  const rerun = JSON.parse((await run('publish', args)).stdout)
  expect(rerun.results.map((one: { status: string }) => one.status)).toEqual(
    Array(3).fill('unchanged')
  )
})

test('charts/ that is complete needs no network', async () => {
  const extra = dependencies(['alpha', 'https://charts.invalid', '^1'])
  const folder = await workspace.write('vendored', chartFiles({ name: 'vendored', extra }))
  await mkdir(`${folder}/charts`)
  await copyFile(workspace.path('site/charts/alpha-1.2.0.tgz'), `${folder}/charts/alpha-1.2.0.tgz`)
  const { code, stderr } = await run('package', ['vendored', '--destination=vendored-out'])
  expect(stderr).not.toContain('charts.invalid')
  expect(code).toBe(0)
  const checked = await run('package', ['vendored', '--destination=2', '--dependencies=check'])
  expect(checked.code).toBe(0)
})

test('a version that has left the index is not replaced unless that is wanted', async () => {
  const files = chartFiles({ name: 'gone', extra: dependencies(['alpha', 'PUBLIC', '^1']) })
  await workspace.write('gone', { ...files, 'Chart.lock': lockOf(files, ['1.1.1'], new Map()) })
  const { code, stderr } = await run('package', ['gone', '--destination=gone-out'])
  expect(stderr).toContain('1.1.1')
  expect(stderr).toContain('--dependencies update')
  expect(code).toBe(4)
  const updated = await run('package', ['gone', '--destination=3', '--dependencies=update'])
  expect(updated.code).toBe(0)
})

function dependencies(...list: readonly (readonly [string, string, string])[]): string {
  const entries = list.map(([name, repository, version]) => {
    return `- {name: ${name}, repository: "${market.fill(repository)}", version: "${version}"}\n`
  })
  return `dependencies:\n${entries.join('')}`
}

function run(command: string, args: readonly string[]): Promise<ProgramResult> {
  const ca = `--ca=${market.authority.root.certFile}`
  const access = [ca, '--registry-auth-file=auth.json', '--source-date-epoch=1704164645']
  return runCli(workspace, [command, ...args, ...access])
}
