import { describe, expect, test } from '@jest/globals'
import { gzipOf, tarOf } from '../support/charts/archives.ts'
import { writesOf } from '../support/charts/published-chart.ts'
import { KEYS } from '../support/pgp/pgp-keys.ts'
import { runCli } from '../support/program.ts'
import type { RegistryAuth, TestRegistry } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { SourceChart } from '../support/registry/source-chart.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()
const STAGING = 'the password of staging'
const PRODUCTION = 'the password of production'

/** A registry with a login, and how it is asked for. */
const login = (kind: 'basic' | 'bearer', password: string): RegistryAuth => {
  return { kind, username: 'robot', password }
}

async function open(kind: 'basic' | 'bearer') {
  const from = await startRegistry({ auth: login(kind, STAGING) })
  const to = await startRegistry({ auth: login(kind, PRODUCTION) })
  return { from, to, source: new SourceChart(from) }
}

function authOf(logins: Readonly<Record<string, string>>): string {
  const lines = Object.entries(logins).map(([host, password]) => {
    return `"${host}": { username: robot, password: "${password}" }`
  })
  return lines.join('\n')
}

/** All that a registry was told. */
function toldTo({ requests }: TestRegistry): string {
  const told = requests.map(({ url, headers, body }) => `${url} ${JSON.stringify(headers)} ${body}`)
  return told.join('\n')
}

const inBasic = (password: string) => Buffer.from(`robot:${password}`).toString('base64')

async function copy(
  { to, source }: { readonly to: TestRegistry; readonly source: SourceChart },
  flags: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {}
) {
  const target = [`--registry=oci://${to.host}/prod`, '--plain-http', '--json']
  return runCli(workspace, ['publish', source.ref(), ...target, ...flags], { environment })
}

describe.each(['basic', 'bearer'] as const)('with logins by host (%s)', (kind) => {
  test('each password goes to its own host alone, and stands nowhere', async () => {
    const scene = await open(kind)
    const { from, to, source } = scene
    const auth = authOf({ [from.host]: STAGING, [to.host]: PRODUCTION })
    await workspace.write('.', { 'auth.yaml': auth })
    const { code, stdout, stderr } = await copy(scene, [
      '--registry-auth-file=auth.yaml',
      '--debug'
    ])
    expect(code).toBe(0)
    expect(to.store.manifest('prod/demo', '1.2.3')).toEqual(source.artifact.manifest.bytes)
    expect(toldTo(from)).toContain(inBasic(STAGING))
    expect(toldTo(from)).not.toContain(inBasic(PRODUCTION))
    expect(toldTo(to)).toContain(inBasic(PRODUCTION))
    expect(toldTo(to)).not.toContain(inBasic(STAGING))
    for (const secret of [STAGING, PRODUCTION, inBasic(STAGING), inBasic(PRODUCTION)]) {
      expect(`${stdout}${stderr}`).not.toContain(secret)
    }
  })
})

test('of the source no more is asked for than the right to pull', async () => {
  const scene = await open('bearer')
  const { from, to } = scene
  await workspace.write('.', {
    'auth.yaml': authOf({ [from.host]: STAGING, [to.host]: PRODUCTION })
  })
  await copy(scene, ['--registry-auth-file=auth.yaml'])
  const scopes = ({ requests }: TestRegistry) => {
    const urls = requests.map(({ url }) => url).filter((url) => url.startsWith('/token?'))
    return new Set(urls.map((url) => new URLSearchParams(url.split('?')[1]).get('scope')))
  }
  expect(scopes(from)).toEqual(new Set(['repository:staging/demo:pull']))
  expect(scopes(to)).toEqual(new Set(['repository:prod/demo:pull,push']))
})

describe('a secret of the run', () => {
  const chartWith = (values: string) => {
    return gzipOf(
      tarOf([
        { name: 'demo/Chart.yaml', body: 'apiVersion: v2\nname: demo\nversion: 1.2.3\n', mtime: 1 },
        { name: 'demo/values.yaml', body: values, mtime: 1 }
      ])
    )
  }

  async function withSecret(inChart: string, attached: string) {
    const from = await startRegistry({ auth: login('basic', STAGING) })
    const to = await startRegistry({ auth: login('basic', STAGING) })
    const source = new SourceChart(from, { archive: chartWith(`a: ${inChart}\n`) })
    source.attach(attached)
    const environment = { PUBLISH_HELM_CHART_PASSWORD: STAGING }
    const ran = await copy({ to, source }, ['--username=robot'], environment)
    return { ...ran, writes: writesOf(to) }
  }

  test('in the chart keeps it from being copied', async () => {
    const { code, stderr, writes } = await withSecret(STAGING, 'an SBOM')
    expect([code, writes]).toEqual([4, []])
    expect(stderr).toContain('contains a secret of this run')
  })

  test('in what is attached keeps the chart from being copied, and is not shown', async () => {
    const { code, stderr, writes } = await withSecret('1', `{"login":"${STAGING}"}`)
    expect([code, writes]).toEqual([4, []])
    expect(stderr.replace(/\s+/g, ' ')).toContain('A secret of this run is in what is attached to')
    expect(stderr).not.toContain(STAGING)
  })

  test('elsewhere does not', async () => {
    const { code } = await withSecret('1', 'an SBOM')
    expect(code).toBe(0)
  })
})

test('a login in the reference is refused, and shown nowhere', async () => {
  const { to } = await open('basic')
  const args = ['publish', 'oci://robot:hunter-two-three@h.test/demo:1.2.3']
  const target = [`--registry=oci://${to.host}/prod`, '--plain-http', '--json']
  const { code, stdout, stderr } = await runCli(workspace, [...args, ...target])
  expect([code, to.requests]).toEqual([2, []])
  expect(`${stdout}${stderr}`).not.toContain('hunter')
})

test('a PGP key is refused for a copy, before anything is asked for', async () => {
  const scene = await open('basic')
  await workspace.write('.', { 'key.asc': KEYS.rsa2048.secret })
  const { code, stderr } = await copy(scene, ['--gpg-private-key=key.asc'])
  expect([code, scene.from.requests, writesOf(scene.to)]).toEqual([2, [], []])
  expect(stderr.replace(/\s+/g, ' ')).toContain(
    '--gpg-private-key would change the manifest of oci:'
  )
})
