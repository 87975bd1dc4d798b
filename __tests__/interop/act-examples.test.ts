import { readdir, readFile, writeFile } from 'node:fs/promises'
import { beforeEach, describe, expect, test } from '@jest/globals'
import {
  chartIn,
  exampleFor,
  makeRepository,
  quickStartFor,
  runAct,
  succeed,
  tagsAt
} from '../support/act/act.ts'
import { writeStandIns } from '../support/act/stand-ins.ts'
import { runCli } from '../support/program.ts'
import { useWorkspace } from '../support/workspace.ts'
import { READER, useServers, WRITER } from './login-servers.ts'

const workspace = useWorkspace()
const servers = useServers()
const TOKEN = { GITHUB_TOKEN: WRITER.password }

let host: string

beforeEach(async () => {
  host = await servers.olareg(workspace, '--auth-basic')
  await makeRepository(workspace, {
    ...chartIn('charts/storefront', { name: 'storefront' }),
    ...chartIn('charts/worker', { name: 'worker' })
  })
})

const tags = (name: string) => tagsAt(host, `team/charts/${name}`, WRITER)
const change = (chart: string) =>
  writeFile(workspace.path('repository/charts', chart, 'values.yaml'), 'replicas: 2\n')

test('the quick start of the README publishes the version of the tag', async () => {
  const workflow = await quickStartFor({ 'ghcr.io': host })
  await succeed(workspace, { workflow, tag: 'v1.4.0', secrets: TOKEN })
  expect(await tags('storefront')).toEqual(['1.4.0'])
})

describe('release.yml', () => {
  // act has no ID tokens.
  const unsigned = async () =>
    (await exampleFor('release.yml', { 'ghcr.io': host })).replace(/^ +(?:sign|attest): .*\n/gm, '')

  test('publishes the version of the tag, and cleans up in its post step', async () => {
    const log = await succeed(workspace, {
      workflow: await unsigned(),
      tag: 'v1.5.0',
      secrets: TOKEN
    })
    expect(log).toMatch(/Published .*team\/charts\/storefront:1\.5\.0 sha256:/)
    expect(log).toMatch(/Success - Post publish-helm-chart/)
    expect(await tags('storefront')).toEqual(['1.5.0'])
  })

  test('fails with a wrong password, which nothing shows', async () => {
    const password = 'wrong-password-of-a-test'
    const { code, log } = await runAct(workspace, {
      workflow: await unsigned(),
      tag: 'v1.5.0',
      secrets: { GITHUB_TOKEN: password }
    })
    expect({ code, log }).toMatchObject({ code: 1 })
    expect(log).toMatch(/does not know this login/)
    expect(log).toMatch(/Success - Post publish-helm-chart/)
    expect(log).not.toContain(password)
  })
})

test('monorepo.yml publishes all charts, then only those with a new version', async () => {
  const workflow = await exampleFor('monorepo.yml', { 'ghcr.io': host })
  const first = await succeed(workspace, { workflow, secrets: TOKEN })
  expect(first).toMatch(/\| published \S+\/storefront:1\.2\.3@sha256:/)
  expect(await tags('worker')).toEqual(expect.arrayContaining(['1.2', '1.2.3', 'latest']))

  await change('worker')
  await workspace.write(
    'repository',
    chartIn('charts/storefront', { name: 'storefront', version: '1.3.0' })
  )
  const second = await succeed(workspace, { workflow, secrets: TOKEN })
  expect(second).toMatch(/\| published \S+\/storefront:1\.3\.0@sha256:/)
  expect(second).toMatch(/\| skipped \S+\/worker:1\.2\.3@sha256:/)
})

describe('pull-request.yml', () => {
  const reader = {
    event: 'pull_request',
    actor: READER.username,
    secrets: { GITHUB_TOKEN: READER.password }
  } as const

  test('reports what a release would do, with a login that may only read', async () => {
    const workflow = await exampleFor('pull-request.yml', { 'ghcr.io': host })
    const log = await succeed(workspace, { workflow, ...reader })
    expect(log).toMatch(/set-output:: status=planned/)
    expect(await tags('storefront')).toEqual([])
  })

  test('fails for a chart that changed without a new version', async () => {
    const release = await exampleFor('monorepo.yml', { 'ghcr.io': host })
    await runAct(workspace, { workflow: release, secrets: TOKEN })
    await change('worker')
    const workflow = await exampleFor('pull-request.yml', { 'ghcr.io': host })
    const { code, log } = await runAct(workspace, { workflow, ...reader })
    expect({ code, log }).toMatchObject({ code: 1 })
    expect(log).toMatch(/worker:1\.2\.3 already exists with different content/)
  })
})

test('package-then-publish.yml pushes in one job what another has packaged, with the digests of before', async () => {
  const standIns = await writeStandIns(workspace, [
    'actions/upload-artifact',
    'actions/download-artifact'
  ])
  const log = await succeed(workspace, {
    workflow: await exampleFor('package-then-publish.yml', { 'ghcr.io': host }),
    tag: 'v2.0.0',
    secrets: TOKEN,
    standIns,
    environment: { FOLDER: workspace.path() }
  })
  const results = [...log.matchAll(/set-output:: results=(.*)/g)].map(([, json = '']) =>
    JSON.parse(json)
  )
  const digests = results.map((all: readonly Digest[]) =>
    all.map(({ name, digest }) => [name, digest])
  )
  expect(digests).toHaveLength(2)
  expect(digests[1]).toEqual(digests[0])
  expect(await tags('worker')).toEqual(['2.0.0'])
})

interface Digest {
  readonly name: string
  readonly digest: string
}

test('several-registries.yml gives all registries the same digest, each with its own login', async () => {
  const [second, third] = [
    await servers.olareg(workspace, '--auth-basic'),
    await servers.olareg(workspace, '--auth-token-opaque')
  ]
  const hosts = {
    'ghcr.io': host,
    'registry-1.docker.io': second,
    'registry.example.com/charts': `${third}/team`
  }
  const workflow = await exampleFor('several-registries.yml', {
    ...hosts,
    'registry.example.com': third
  })
  const log = await succeed(workspace, {
    workflow,
    tag: 'v1.5.0',
    secrets: { ...TOKEN, DOCKERHUB_TOKEN: WRITER.password, REGISTRY_PASSWORD: WRITER.password },
    vars: { DOCKERHUB_NAMESPACE: 'team', DOCKERHUB_USERNAME: WRITER.username }
  })
  const [, json = ''] = /set-output:: results=(.*)/.exec(log) ?? []
  const results: readonly Digest[] = JSON.parse(json)
  expect(results).toHaveLength(3)
  expect(new Set(results.map(({ digest }) => digest)).size).toBe(1)
  expect(await tagsAt(second, 'team/storefront', WRITER)).toEqual(['1.5.0'])
})

test('with-chart-releaser.yml hands the published archives to chart-releaser', async () => {
  const standIns = await writeStandIns(workspace, ['helm/chart-releaser-action'])
  const workflow = await exampleFor('with-chart-releaser.yml', { 'ghcr.io': host })
  const run = { workflow, secrets: TOKEN, standIns, environment: { FOLDER: workspace.path() } }
  await succeed(workspace, run)
  const released = workspace.path('released')
  expect(await readdir(released)).toEqual(['storefront-1.2.3.tgz', 'worker-1.2.3.tgz'])

  const before = await readFile(`${released}/worker-1.2.3.tgz`)
  await succeed(workspace, run)
  expect(await readFile(`${released}/worker-1.2.3.tgz`)).toEqual(before)
})

test('promote.yml copies what was tested, by its digest, and nothing else', async () => {
  const login = { username: WRITER.username, password: WRITER.password }
  const flags = ['--plain-http', `--username=${login.username}`, '--password-stdin', '--json']
  const staging = `oci://${host}/team/staging`
  const chart = workspace.path('repository/charts/storefront')
  const args = ['publish', chart, '--registry', staging, ...flags]
  const { stdout } = await runCli(workspace, args, { stdin: login.password })
  const [{ digest }] = JSON.parse(stdout).results
  const workflow = await exampleFor('promote.yml', { 'ghcr.io': host })
  const event = { event: 'workflow_dispatch', actor: login.username } as const
  const inputs = { chart: 'storefront', digest }
  const log = await succeed(workspace, { workflow, ...event, inputs, secrets: TOKEN })
  expect(log).toMatch(new RegExp(`set-output:: digest=${digest}`))
  expect(await tagsAt(host, 'team/production/storefront', WRITER)).toEqual(['1.2.3'])
})
