import { readdir, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { toolPath } from '../../scripts/tools.mjs'
import { chartFiles } from '../support/charts/charts.ts'
import { helm } from '../support/dependencies/helm.ts'
import { lockOf } from '../support/dependencies/lock-of.ts'
import { Market } from '../support/dependencies/market.ts'
import { snapshot } from '../support/dependencies/snapshot.ts'
import { commitAll, git, initialize } from '../support/git.ts'
import { WRITER } from '../support/registry/docker-auth.ts'
import { Job, runAction } from '../support/runner/runner.ts'
import { Workspace } from '../support/workspace.ts'

/** What a user writes, with the hosts and secrets of the test in place of his own. */
const STEP = `- uses: OWNER/publish-helm-chart@COMMIT
  with:
    chart: charts/*
    registry: oci://registry.example.com/team/mono
    ca: \${{ github.workspace }}/ca.pem
    registry-auth: |
      registry.example.com:
        username: ci
        password: '\${{ secrets.REGISTRY_PASSWORD }}'
      charts.example.com/charts:
        username: ci
        password: '\${{ secrets.CHARTS_PASSWORD }}'
`

const PLAIN = ['admin', 'auth', 'billing', 'docs', 'mail', 'search', 'worker']
/** The charts with a dependency, and its repository. */
const DEPENDENT = {
  api: 'HTPASSWD',
  shop: 'HTPASSWD',
  web: 'HTPASSWD',
  queue: 'BASIC',
  store: 'BASIC'
} as const

const workspace = new Workspace()
let market: Market
let repo: string

beforeAll(async () => {
  await workspace.open()
  market = await Market.open(workspace)
  for (const name of PLAIN) await workspace.write(`repo/charts/${name}`, chartFiles({ name }))
  for (const [name, repository] of Object.entries(DEPENDENT)) {
    const url = market.fill(repository)
    const library = repository === 'BASIC' ? 'alpha' : 'common'
    const entry = `- name: ${library}\n  repository: ${url}\n  version: '*'\n`
    const files = chartFiles({ name, extra: `dependencies:\n${entry}` })
    const lock = lockOf(files, [library === 'alpha' ? '1.2.3' : '2.31.0'], new Map())
    await workspace.write(`repo/charts/${name}`, { ...files, 'Chart.lock': lock })
  }
  repo = workspace.path('repo')
  await writeFile(`${repo}/ca.pem`, market.authority.root.cert)
  initialize(repo)
  commitAll(repo)
})

afterAll(async () => {
  await market.close()
  await workspace.close()
})

test('a monorepo with private dependencies is published by one step, which leaves the work tree alone', async () => {
  expect(STEP.trimEnd().split('\n').length).toBeLessThanOrEqual(12)
  expect(STEP.match(/secrets\.\w+/g)).toEqual([
    'secrets.REGISTRY_PASSWORD',
    'secrets.CHARTS_PASSWORD'
  ])
  const files = () => snapshot(`${repo}/charts`)
  const before = await files()
  const published = await runStep()
  expect(published).toMatchObject({ code: 0, failed: false })
  expect(statusesOf(published)).toEqual({ published: 12 })
  expect(await files()).toEqual(before)
  expect(git(repo, ['status', '--porcelain', '--ignored'])).toBe('')
  expect(`${published.log}${published.summary}`).not.toContain(WRITER.password)
  expect(published.annotations.filter(({ level }) => level !== 'notice')).toEqual([])

  const again = await runStep()
  expect(statusesOf(again)).toEqual({ unchanged: 12 })
  expect(await files()).toEqual(before)
  expect(await workspace.leftovers()).toEqual([])
})

test('helm installs what was published, with its dependencies', async () => {
  const home = await market.helmHome(toolPath('helm'), 'user')
  for (const [name, library] of [
    ['web', 'common'],
    ['store', 'alpha']
  ]) {
    const reference = `${market.fill('HTPASSWD')}/mono/${name}`
    await helm(toolPath('helm'), ['pull', reference, '--version', '1.2.3', '--untar'], home)
    expect(await readdir(`${home.folder}/${name}/charts`)).toEqual([library])
    await helm(toolPath('helm'), ['template', `${home.folder}/${name}`], home)
  }
})

function runStep() {
  const inputs = parse(STEP)[0].with
  const filled = Object.entries<string>(inputs).map(([name, value]) => [name, ofTest(value)])
  const environment = { GITHUB_WORKSPACE: repo }
  const job = new Job([WRITER.password])
  const options = { job, directory: repo, environment }
  return runAction(workspace, Object.fromEntries(filled), options)
}

function ofTest(value: string): string {
  const hostOf = (name: string) => new URL(market.fill(name).replace('oci:', 'https:')).host
  return value
    .replaceAll('registry.example.com', hostOf('HTPASSWD'))
    .replaceAll('charts.example.com', hostOf('BASIC'))
    .replaceAll(/\$\{\{ github\.workspace \}\}/g, repo)
    .replaceAll(/\$\{\{ secrets\.\w+ \}\}/g, WRITER.password)
}

function statusesOf({ outputs }: { readonly outputs: Readonly<Record<string, string>> }) {
  const counts = new Map<string, number>()
  for (const { status } of JSON.parse(outputs['results'] ?? '[]')) {
    counts.set(status, (counts.get(status) ?? 0) + 1)
  }
  return Object.fromEntries(counts)
}
