import { rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { awkwardCanary } from '../support/canary/canaries.ts'
import { CanarySearch } from '../support/canary/search.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { OCI_MANIFEST, storeManifest } from '../support/charts/stored-chart.ts'
import {
  type Attack,
  archive,
  dependency,
  indexOf,
  type Scene,
  victim
} from '../support/hostile/attack.ts'
import { ATTACKS } from '../support/hostile/dependencies.ts'
import { Authority, type Identity } from '../support/network/certificates.ts'
import { redirectTo, useWebServers, type WebServer } from '../support/network/web-servers.ts'
import { runCli } from '../support/program.ts'
import { useRawServers } from '../support/registry/raw-servers.ts'
import type { TestRegistry } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace, Workspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const serve = useWebServers()
const startRegistry = useRegistries()
const startRaw = useRawServers()
const keys = new Workspace()
const secrets = [awkwardCanary('repository'), awkwardCanary('registry'), awkwardCanary('in a URL')]
const search = new CanarySearch(secrets)
let server: Identity
let authority: Authority

beforeAll(async () => {
  await keys.open()
  authority = new Authority(keys)
  server = authority.issue('server', { names: 'IP:127.0.0.1,DNS:localhost' })
})

afterAll(() => keys.close())

test.each(ATTACKS)(
  'is refused before anything is pushed, and no secret strays: $title',
  async (attack) => {
    const stage = await prepare(attack)
    const published = await runAttack(stage)
    expect(published.stderr).toMatch(attack.says)
    expect(published.code).toBe(attack.code)
    expect(stage.registry.log.filter((line) => /^(?:PUT|PATCH)/.test(line))).toEqual([])
    expect(await strayed(stage, `${published.stdout}${published.stderr}`)).toEqual([])
    expect(await workspace.leftovers()).toEqual([])
  }
)

test('a repository that never answers is given up in time, once for all charts', async () => {
  const { url, accepted } = await startRaw(() => undefined)
  const repository = `http://${url.host}/charts`
  for (const name of ['one', 'two', 'three']) {
    const extra = `dependencies:\n${dependency(repository)}`
    await workspace.write(name, chartFiles({ name, extra }))
  }
  const registry = await startRegistry()
  const charts = ['one', 'two', 'three']
  const target = [`--registry=oci://${registry.host}/charts`, `--plain-http=${registry.host}`]
  const published = await runCli(workspace, ['publish', ...charts, ...target, '--timeout=2s'])
  expect(published.code).toBe(6)
  expect(published.stderr).toContain(`${url.host}`)
  expect(accepted()).toBeLessThanOrEqual(2)
  expect(registry.log.filter((line) => /^(?:PUT|PATCH)/.test(line))).toEqual([])
  expect(await workspace.leftovers()).toEqual([])
})

test('file:// charts that need each other are refused, with the circle', async () => {
  for (const [name, next] of [
    ['one', 'two'],
    ['two', 'three'],
    ['three', 'two']
  ] as const) {
    const extra = `dependencies:\n${dependency(`file://../${next}`, '', next).replace('1.0.0', '"*"')}`
    await workspace.write(name, chartFiles({ name, extra }))
  }
  const { code, stderr } = await runCli(workspace, ['package', 'one', 'three'])
  expect(code).toBe(4)
  expect(stderr).toMatch(/in a circle: "\S+\/t\w+" → "\S+\/t\w+" → "\S+\/t\w+"/)
  expect(await workspace.leftovers()).toEqual([])
})

test('charts of a run that need each other at its target are refused, with the circle', async () => {
  const registry = await startRegistry()
  const target = `oci://${registry.host}/charts`
  for (const [name, next] of [
    ['one', 'two'],
    ['two', 'one']
  ] as const) {
    const extra = `dependencies:\n${dependency(target, '', next)}`
    await workspace.write(name, chartFiles({ name, version: '1.0.0', extra }))
  }
  const flags = [`--registry=${target}`, '--plain-http']
  const { code, stderr } = await runCli(workspace, ['publish', 'one', 'two', ...flags])
  expect(code).toBe(4)
  expect(stderr).toMatch(/in a circle: "\S+\/(one|two)" → "\S+\/(one|two)" → "\S+\/\1"/)
  expect(registry.log.filter((line) => /^(?:PUT|PATCH)/.test(line))).toEqual([])
})

test.each([
  ['that wants another login', 401, 5],
  ['that forbids it', 403, 5],
  ['without the chart', 404, 4],
  ['that is broken', 500, 6]
])('a registry %s', async (_, status, code) => {
  const other = await startRegistry({
    fault: () => ({ status, body: '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"no"}]}' })
  })
  const extra = `dependencies:\n${dependency(`oci://${other.host}/charts`)}`
  await workspace.write('app', chartFiles({ name: 'app', extra }))
  const flags = [`--plain-http=${other.host}`, '--timeout=10s']
  const packaged = await runCli(workspace, ['package', 'app', ...flags])
  expect(packaged.stderr).toContain(other.host)
  expect(packaged.code).toBe(code)
})

test('a registry that holds something else than a chart', async () => {
  const other = await startRegistry()
  const content = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: {}, layers: [] }
  storeManifest(other, 'charts/alpha:1.0.0', { content })
  const extra = `dependencies:\n${dependency(`oci://${other.host}/charts`)}`
  await workspace.write('app', chartFiles({ name: 'app', extra }))
  const { code, stderr } = await runCli(workspace, ['package', 'app', `--plain-http=${other.host}`])
  expect(stderr).toContain('/charts/alpha:1.0.0')
  expect(code).toBe(4)
})

test('a repository whose certificate nobody has signed', async () => {
  const repository = await serve({}, { cert: server.cert, key: server.key })
  const extra = `dependencies:\n${dependency(repository.at('/charts'))}`
  await workspace.write('app', chartFiles({ name: 'app', extra }))
  const { code, stderr } = await runCli(workspace, ['package', 'app'])
  expect(stderr).toContain('certificate')
  expect(stderr).toContain('--ca')
  expect(code).toBe(6)
  expect(repository.requests).toEqual([])
})

test('an archive elsewhere is fetched without the login', async () => {
  const stage = await prepare({
    ...{ title: '', code: 0, says: '' },
    pages: ({ stranger }) => ({
      '/charts/index.yaml': indexOf(),
      '/charts/alpha-1.0.0.tgz': redirectTo(`${stranger}/store/alpha.tgz?signature=abc`)
    }),
    elsewhere: { '/charts/store/alpha.tgz': archive() }
  })
  const published = await runAttack(stage)
  expect(published).toMatchObject({ code: 0 })
  expect(published.stderr).not.toContain('signature')
  expect(stage.stranger.requests).toHaveLength(1)
  expect(await strayed(stage, `${published.stdout}${published.stderr}`)).toEqual([])
})

interface Stage {
  readonly scene: Scene
  readonly registry: TestRegistry
  readonly stranger: WebServer
}

async function prepare(attack: Attack): Promise<Stage> {
  const { cert, key } = server
  const registry = await startRegistry({
    auth: { kind: 'basic', username: 'ci', password: secretOf('registry') }
  })
  const stranger = await serve(attack.elsewhere ?? {}, { cert, key })
  const scene = {
    stranger: stranger.at('/charts').replace('127.0.0.1', 'localhost'),
    registry: registry.host
  }
  const pages = attack.pages?.({ ...scene, repository: '' }) ?? {}
  const repository = await serve(pages, { cert, key })
  const whole = { ...scene, repository: repository.at('/charts') }
  const inUrl = encodeURIComponent(secretOf('in a URL'))
  const files = Object.entries(victim(attack, whole)).map(([path, text]) => {
    return [path, text.replace('LOGIN', inUrl)]
  })
  await workspace.write('app', Object.fromEntries(files))
  const login = (name: string) => ({ username: 'ci', password: secretOf(name) })
  const logins = { [repository.host]: login('repository'), [registry.host]: login('registry') }
  await writeFile(keys.path('auth.json'), JSON.stringify(logins))
  return { scene: whole, registry, stranger }
}

function runAttack({ registry }: Stage) {
  const target = [`--registry=oci://${registry.host}/charts`, `--plain-http=${registry.host}`]
  const access = [
    `--registry-auth-file=${keys.path('auth.json')}`,
    `--ca=${authority.root.certFile}`
  ]
  return runCli(workspace, ['publish', 'app', ...target, ...access])
}

/** Where a secret was found that does not belong there. */
async function strayed({ registry, stranger }: Stage, output: string): Promise<readonly string[]> {
  await rm(workspace.path('app'), { recursive: true })
  const heard = registry.requests.map(({ headers, ...request }) => {
    const { authorization = '', ...others } = headers
    return `${JSON.stringify(others)}${JSON.stringify(request)}`
  })
  return [
    ...search.in(output),
    ...search.in(JSON.stringify(stranger.requests)),
    ...search.in(heard.join('\n')),
    ...(await search.inTree(workspace.path()))
  ]
}

function secretOf(name: string): string {
  return secrets.find((secret) => secret.name === name)?.value ?? ''
}
