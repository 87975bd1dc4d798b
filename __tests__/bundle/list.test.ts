import { describe, expect, test } from '@jest/globals'
import { gzipOf, tarOf } from '../support/charts/archives.ts'
import { storeChart, storeManifest } from '../support/charts/stored-chart.ts'
import { killWhen, runCli } from '../support/program.ts'
import type { RegistryAuth, TestRegistry } from '../support/registry/registry.ts'
import { errorAnswer } from '../support/registry/registry-store.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace } from '../support/workspace.ts'

const LOGIN: RegistryAuth = { kind: 'bearer', username: 'ci', password: 'correct horse battery' }
const workspace = useWorkspace()
const startRegistry = useRegistries()

async function store(registry: TestRegistry, tag: string, more = ''): Promise<string> {
  const version = tag.replace(/^v/, '').replace('_', '+')
  const body = `apiVersion: v2\nname: demo\nversion: ${version}\n${more}`
  const archive = gzipOf(tarOf([{ name: 'demo/Chart.yaml', body }]))
  const { manifest } = await storeChart(registry, `charts/demo:${tag}`, archive)
  return manifest.digest
}

function list(
  { host }: { readonly host: string },
  args: readonly string[] = [],
  options?: Parameters<typeof runCli>[2]
) {
  return runCli(workspace, ['list', `oci://${host}/charts/demo`, '--plain-http', ...args], options)
}

test('versions are a table on standard output, the newest first, and nothing is logged', async () => {
  const registry = await startRegistry()
  const old = await store(registry, '1.9.0', 'appVersion: "7"\n')
  const build = await store(registry, '1.10.0_5')
  const v = await store(registry, 'v2.0.0')
  const { code, stdout, stderr } = await list(registry)
  expect([code, stderr]).toEqual([0, ''])
  const rows = stdout.split('\n').map((line) => line.replace(/ {2,}/g, '|').replace(/ B\|/, '|'))
  expect(rows).toEqual([
    'VERSION|CREATED|SIZE|APP VERSION|ATTACHED (NOT VERIFIED)|DIGEST',
    expect.stringMatching(`^1\\.10\\.0\\+5\\|2024-01-02T03:04:05Z\\|\\d+\\|-\\|none\\|${build}$`),
    expect.stringMatching(`^1\\.9\\.0\\|2024-01-02T03:04:05Z\\|\\d+\\|7\\|none\\|${old}$`),
    '',
    'OTHER TAG|POINTS TO|DIGEST',
    `v2.0.0|2.0.0|${v}`,
    ''
  ])
  expect(await workspace.leftovers()).toEqual([])
})

test('--json is one object with every key', async () => {
  const registry = await startRegistry()
  const digest = await store(registry, '1.0.0')
  await store(registry, 'v1.0.0')
  const { code, stdout } = await list(registry, ['--json', '--limit=1'])
  const { versions, otherTags, ...rest } = JSON.parse(stdout)
  const total = { versions: 1, otherTags: 1 }
  expect([code, rest]).toEqual([0, { schemaVersion: 1, total, error: null }])
  expect(versions).toMatchObject([{ version: '1.0.0', digest }])
  for (const entry of [...versions, ...otherTags]) {
    expect(Object.keys(entry)).toEqual([
      ...['tag', 'version', 'digest', 'created', 'size', 'appVersion'],
      ...['usable', 'problems', 'signatures']
    ])
  }
})

test('what is no chart has its reason, and the exit code that inspect has', async () => {
  const registry = await startRegistry()
  await store(registry, '1.0.0')
  storeManifest(registry, 'charts/demo:1.1.0', { content: { schemaVersion: 2, layers: [] } })
  const { code, stdout, stderr } = await list(registry)
  expect(code).toBe(4)
  expect(stdout).toMatch(/^1\.1\.0 .*\n {2}error config-type: The config is missing/m)
  expect(stderr).toContain('Not usable: 1 of 2 versions. The exit code for this is 4.')
  const reference = `oci://${registry.host}/charts/demo:1.1.0`
  expect((await runCli(workspace, ['inspect', reference, '--plain-http'])).code).toBe(4)
})

test('what the limit leaves out is told', async () => {
  const registry = await startRegistry()
  for (const tag of ['1.0.0', '1.1.0', '1.2.0', 'v1.0.0', 'v1.1.0']) await store(registry, tag)
  const { stderr } = await list(registry, ['--limit', '1'])
  expect(stderr).toBe('Not shown: 2 versions, 1 other tag. --limit COUNT shows more.\n')
})

test('the login is used, to pull alone', async () => {
  const registry = await startRegistry({ auth: LOGIN })
  await store(registry, '1.0.0')
  const flags = ['--username=ci', '--password-stdin']
  const { code, stderr } = await list(registry, flags, { stdin: 'correct horse battery\n' })
  expect([code, stderr]).toEqual([0, expect.stringContaining('--password-stdin')])
  const scopes = registry.requests
    .filter(({ url }) => url.startsWith('/token?'))
    .map(({ url }) => new URL(url, 'http://h').searchParams.get('scope'))
  expect(new Set(scopes)).toEqual(new Set(['repository:charts/demo:pull']))
  expect(registry.requests.filter(({ method }) => !['GET', 'HEAD'].includes(method))).toEqual([])
})

describe('what cannot be read is told on standard error', () => {
  test.each([
    ['a repository that is not there', errorAnswer(404, 'NAME_UNKNOWN', 'no such name'), 5],
    ['no right to read', errorAnswer(403, 'DENIED', 'not for you'), 5],
    ['a registry in trouble', { status: 503, body: 'down' }, 6],
    ['something else than a list', { status: 200, body: '<html>' }, 6]
  ])('%s', async (_, answer, exitCode) => {
    const registry = await startRegistry({ fault: () => answer })
    const { code, stdout, stderr } = await list(registry, ['--json'])
    expect(code).toBe(exitCode)
    expect(JSON.parse(stdout)).toMatchObject({ versions: [], total: null, error: { exitCode } })
    expect(stderr).toContain('Fix: ')
  })

  test.each([
    ['nothing to list', [], '`list` needs a chart.'],
    ['a version', ['oci://h/a:1.0.0'], 'Leave ":1.0.0" out'],
    ['a flag of publish', ['oci://h/a', '--dry-run'], '`list` has no flag --dry-run.']
  ])('%s is an error of usage', async (_, args, message) => {
    const { code, stdout, stderr } = await runCli(workspace, ['list', ...args, '--json'])
    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(JSON.parse(stdout)).toMatchObject({ versions: [], error: { exitCode: 2 } })
  })

  test('one version: the others are shown, and the error is told once', async () => {
    const registry = await startRegistry()
    for (const tag of ['1.0.0', '1.1.0']) await store(registry, tag)
    registry.fault = ({ url }) => {
      return url.endsWith('/1.1.0') ? errorAnswer(401, 'UNAUTHORIZED', 'log in') : undefined
    }
    const { code, stdout, stderr } = await list(registry)
    expect(code).toBe(5)
    expect(stdout).toMatch(/^1\.1\.0 .*-\n {2}error manifest-unread: /m)
    expect(stdout).toMatch(/^1\.0\.0 .*sha256:/m)
    expect(stderr.match(/^Error: /gm)).toHaveLength(1)
  })

  test('an interruption ends it: exit code 130', async () => {
    const registry = await startRegistry({ fault: () => 'hang' })
    const { code, stdout } = await list(registry, ['--json'], {
      started: killWhen(() => registry.requests.length > 0, 'SIGINT')
    })
    expect(code).toBe(130)
    expect(JSON.parse(stdout).error.exitCode).toBe(130)
  })
})

test('a secret of the run is hidden where a registry repeats it, and hostile texts are text', async () => {
  const registry = await startRegistry({ auth: LOGIN })
  await store(registry, '1.0.0', `appVersion: "${LOGIN.password}"\n`)
  await store(registry, '1.1.0', 'appVersion: "a\\e[31m\\n::error::b##[error]c"\n')
  await workspace.write('.', { password: LOGIN.password })
  for (const more of [[], ['--json']]) {
    const flags = ['--username=ci', '--password-file=password', ...more]
    const { code, stdout } = await list(registry, flags)
    expect(code).toBe(0)
    for (const sign of [LOGIN.password, '\u001b', '\n::', '##[']) expect(stdout).not.toContain(sign)
  }
})

test('help list names flags and the exit code', async () => {
  const { code, stdout } = await runCli(workspace, ['help', 'list'])
  expect(code).toBe(0)
  for (const word of ['--limit COUNT', '--password-stdin', 'not verified', 'is 4 if']) {
    expect(stdout).toContain(word)
  }
  expect((await runCli(workspace, ['help'])).stdout).toContain('publish-helm-chart list oci://')
})
