import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { loadMetadata } from '../../src/chart/metadata/load-metadata.ts'
import { readLock } from '../../src/chart/metadata/lock.ts'
import { readIndex } from '../../src/dependencies/index/index-file.ts'
import {
  chooseVersion,
  exactVersion,
  versionsOfTags
} from '../../src/dependencies/rules/choose-version.ts'
import { lockText } from '../../src/dependencies/rules/lock-file.ts'
import { isLockInStep, withUrls } from '../../src/dependencies/rules/repository-name.ts'
import { Workspace } from '../support/workspace.ts'
import { useRegistryServers } from './docker-registry.ts'

const VERSIONS = ['0.1.0', '1.0.0', '1.2.0', '1.10.0', '2.0.0-rc.1', '1.3.0+b', 'v3.1.0', '4.0']
/** An OCI registry takes strict versions alone into account. */
const LOCAL_VERSION = '1.2.3'

const workspace = new Workspace()
const startRegistry = useRegistryServers()
let server: Server
let http = ''
let oci = ''

beforeAll(async () => {
  await workspace.open()
  const { host } = await startRegistry('docker-registry', workspace)
  oci = `oci://${host}/charts`
  for (const version of VERSIONS) {
    await workspace.write(`lib-${version}`, { 'Chart.yaml': chartYaml('lib', version) })
    await helm(['package', workspace.path(`lib-${version}`), '-d', workspace.path('repo')])
    const archive = workspace.path('repo', `lib-${version}.tgz`)
    await helm(['push', archive, oci, '--plain-http'])
  }
  await workspace.write('local', { 'Chart.yaml': chartYaml('local', LOCAL_VERSION) })
  await helm(['repo', 'index', workspace.path('repo')])
  server = createServer((request, response) => {
    readFile(workspace.path('repo', (request.url ?? '').replace('/charts/', ''))).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end()
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address: AddressInfo | string | null = server.address()
  http = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/charts`
  await helm(['repo', 'add', 'stable', `${http}/`])
})

afterAll(async () => {
  server.close()
  await workspace.close()
})

/** By name, repository and range. */
const CHARTS: readonly (readonly (readonly [string, string, string, string?])[])[] = [
  [['lib', 'HTTP', '1.2.0']],
  [['lib', 'HTTP', '^1']],
  [['lib', 'HTTP/', '~1.2']],
  [['lib', 'HTTP', '>=1-0 <3']],
  [['lib', 'HTTP', '*']],
  [['lib', 'HTTP', '3.x']],
  [['lib', 'HTTP', '4.0']],
  [['lib', '@stable', '^1.0.0 || >3', 'alias: other']],
  [['lib', 'alias:stable', '<= 1.2', 'condition: lib.enabled']],
  [['lib', 'OCI', '1.2.0']],
  [['lib', 'OCI', '^1']],
  [['lib', 'OCI', '1.3.0+b']],
  [['lib', 'OCI', '>= 1.0.0 < 2.0.0', 'tags: [a, "<b>"]']],
  [['lib', 'OCI', '*-0', 'import-values: [data, {child: a, parent: b}]']],
  [['local', 'file://../local', '>=1.0.0']],
  [['local', 'file://LOCAL/', '1.x', 'alias: one']],
  [['inner', '', '~0.1', 'enabled: true']],
  [['inner', '', '>= 0.1.0 < 0.2.0']],
  [
    ['lib', 'HTTP', '^1', 'alias: a'],
    ['lib', 'HTTP', '^1', 'alias: b'],
    ['local', 'file://../local', '~1.2.0'],
    ['inner', '', '0.1.0']
  ]
]

const CASES = CHARTS.flatMap((dependencies) => [
  { apiVersion: 'v2', dependencies },
  { apiVersion: 'v1', dependencies }
])

test.each(CASES)(
  'the lock of helm is ours: $apiVersion $dependencies',
  async ({ apiVersion, dependencies }) => {
    const folder = await writeChart(apiVersion, dependencies)
    await helm(['dependency', 'update', folder, '--plain-http'])
    const name = apiVersion === 'v1' ? 'requirements.lock' : 'Chart.lock'
    const written = await readFile(join(folder, name), 'utf8')
    const generated = /^generated: "(.*)"$/m.exec(written)?.[1] ?? ''
    const metadata = await metadataOf(folder)
    const repositories = new Map([['stable', `${http}/`]])
    const declared = withUrls(
      metadata.dependencies.filter((one) => one !== null),
      repositories
    ).dependencies
    const locked = await Promise.all(
      declared.map(async ({ name: lib, repository, version }) => {
        return { name: lib, repository, version: await resolved(repository, version) }
      })
    )
    expect(lockText({ declared, locked, generated })).toBe(written)
    expect(isLockInStep(readLock(Buffer.from(written)), metadata, repositories)).toBe(true)
    await helm(['dependency', 'build', folder, '--plain-http']).catch((error) => {
      // helm wants classic repositories to be added by their name.
      expect(String(error)).toContain('no repository definition')
    })
  }
)

async function resolved(repository: string, declared: string): Promise<string> {
  const wanted = { name: 'lib', declared, locked: undefined }
  if (repository === '') return declared
  if (repository.startsWith('file:')) return LOCAL_VERSION
  const exact = repository.startsWith('oci:') ? exactVersion(wanted) : undefined
  if (exact !== undefined) return exact
  const choice = chooseVersion(await listed(repository), wanted)
  if (choice.kind !== 'chosen') throw new Error(choice.kind)
  return choice.version.version
}

async function listed(repository: string): Promise<readonly { readonly version: string }[]> {
  if (repository.startsWith('oci:')) {
    return versionsOfTags(VERSIONS.map((version) => version.replace('+', '_')))
  }
  const index = await readFile(workspace.path('repo', 'index.yaml'))
  return readIndex(index, ['lib']).get('lib')?.usable ?? []
}

let charts = 0

async function writeChart(apiVersion: string, dependencies: (typeof CHARTS)[number]) {
  const list = dependencies.map(([name, repository, version, more]) => {
    const url = repository
      .replace('HTTP', http)
      .replace('OCI', oci)
      .replace('LOCAL', workspace.path('local'))
    const extra = more === undefined ? '' : `  ${more}\n`
    return `- name: ${name}\n  repository: ${JSON.stringify(url)}\n  version: ${JSON.stringify(version)}\n${extra}`
  })
  const block = `dependencies:\n${list.join('')}`
  const own = chartYaml('parent', '1.0.0').replace('v2', apiVersion)
  const files =
    apiVersion === 'v1'
      ? { 'Chart.yaml': own, 'requirements.yaml': block }
      : { 'Chart.yaml': own + block }
  return workspace.write(`chart-${charts++}`, {
    ...files,
    'charts/inner/Chart.yaml': chartYaml('inner', '0.1.0')
  })
}

async function metadataOf(folder: string) {
  const names = (await readdir(folder)).filter((name) =>
    /^(?:Chart|requirements)\.yaml$/.test(name)
  )
  const files = await Promise.all(
    names.map(async (path) => ({ path, bytes: await readFile(join(folder, path)) }))
  )
  const loaded = loadMetadata(files)
  if ('problem' in loaded) throw new Error(loaded.problem.message)
  return loaded.metadata
}

function chartYaml(name: string, version: string): string {
  return `apiVersion: v2\nname: ${name}\nversion: ${JSON.stringify(version)}\n`
}

async function helm(args: readonly string[]): Promise<string> {
  const home = workspace.path('home')
  const environment = { PATH: process.env['PATH'], HOME: home, HELM_NO_PLUGINS: '1' }
  const { stdout } = await promisify(execFile)(toolPath('helm'), [...args], { env: environment })
  return stdout
}
