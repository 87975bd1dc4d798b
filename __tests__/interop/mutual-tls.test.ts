import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { chartFiles } from '../support/charts/charts.ts'
import { Authority, encryptedKey, type Identity } from '../support/network/certificates.ts'
import { TestProxy } from '../support/network/forward-proxy.ts'
import { type ProgramOptions, runCli } from '../support/program.ts'
import { runAction } from '../support/runner/runner.ts'
import { Workspace } from '../support/workspace.ts'
import { type TlsRegistryOptions, useTlsRegistries } from './tls-registries.ts'

const PASSWORD = 'pa"ss & <wörd>'
/** bcrypt of it, cost 5. */
const HTPASSWD = 'ci:$2y$05$eZLUaUYGAv58lQouqEdgDuG6b0RIvrTBX0zGwOVgbDujRTVgDBtC6\n'
const PROGRAMS: readonly TlsRegistryOptions['program'][] = ['docker-registry', 'distribution']

const workspace = new Workspace()
const startRegistry = useTlsRegistries()
const hosts: Record<string, string> = {}
let client: Identity
let stranger: Identity
let encrypted: string
let ca: string

beforeAll(async () => {
  await workspace.open()
  await workspace.write('chart', chartFiles())
  const authority = new Authority(workspace)
  ca = authority.root.certFile
  const server = authority.issue('server', { names: 'IP:127.0.0.1,DNS:registry.test' })
  client = authority.issue('client')
  stranger = new Authority(workspace, 'unknown authority').issue('stranger')
  encrypted = workspace.path('client-encrypted.key')
  writeFileSync(encrypted, encryptedKey(client, 'a-pass-phrase'))
  const htpasswd = `${await workspace.write('htpasswd', { users: HTPASSWD })}/users`
  for (const program of PROGRAMS) {
    hosts[program] = await startRegistry(workspace, {
      program,
      server,
      clientAuthority: ca,
      htpasswd
    })
  }
})

afterAll(async () => {
  expect(await workspace.leftovers()).toEqual([])
  await workspace.close()
})

function publish(host: string, flags: readonly string[], options: ProgramOptions = {}) {
  const login = ['--username=ci', '--password-stdin', '--source-date-epoch=1704164645']
  const args = ['publish', 'chart', `--registry=oci://${host}/mtls`, ...login, ...flags]
  return runCli(workspace, args, { stdin: PASSWORD, ...options })
}

describe.each(PROGRAMS)('%s, which demands a client certificate and a password', (program) => {
  test('takes the push with both, and inspect reads it with both', async () => {
    const host = hosts[program] ?? ''
    const identity = [
      `--ca=${ca}`,
      `--client-cert=${client.certFile}`,
      `--client-key=${client.keyFile}`
    ]
    expect(await publish(host, identity)).toMatchObject({ code: 0 })
    const inspect = [
      'inspect',
      `oci://${host}/mtls/demo:1.2.3`,
      '--username=ci',
      '--password-stdin'
    ]
    const inspected = await runCli(workspace, [...inspect, ...identity], { stdin: PASSWORD })
    expect(inspected.stdout).toMatch(/^genuine/)
  })

  test('takes an encrypted key with its passphrase, from the environment and from a file', async () => {
    const host = hosts[program] ?? ''
    const identity = [`--ca=${ca}`, `--client-cert=${client.certFile}`, `--client-key=${encrypted}`]
    const environment = { PUBLISH_HELM_CHART_CLIENT_KEY_PASSPHRASE: 'a-pass-phrase' }
    const first = await publish(host, [...identity, '--version=2.0.0'], { environment })
    expect(first).toMatchObject({ code: 0 })
    const file = `${await workspace.write('secrets', { passphrase: 'a-pass-phrase\n' })}/passphrase`
    const flag = `--client-key-passphrase-file=${file}`
    expect(await publish(host, [...identity, flag, '--version=2.0.0'])).toMatchObject({ code: 0 })
  })

  test('refuses the connection without one: exit code 6, and the fix names the input', async () => {
    const result = await publish(hosts[program] ?? '', [`--ca=${ca}`])
    expect(result.code).toBe(6)
    expect(result.stderr).toContain('--client-cert')
  })

  test('refuses the connection with one of another authority: exit code 6, and the fix names the input', async () => {
    const identity = [`--client-cert=${stranger.certFile}`, `--client-key=${stranger.keyFile}`]
    const result = await publish(hosts[program] ?? '', [`--ca=${ca}`, ...identity])
    expect(result.code).toBe(6)
    expect(result.stderr).toContain('--client-cert')
  })

  test.each([
    ['3.0.0', 'the Node of the tests', process.execPath],
    ['3.1.0', 'the oldest Node', toolPath('node20')]
  ])(
    'takes it through a proxy that demands a login as well, which sees none of the secrets: %s, %s',
    async (version, _, node) => {
      const host = hosts[program] ?? ''
      const proxy = await TestProxy.start({
        login: 'proxy-user:proxy-password',
        routes: { 'registry.test:443': host }
      })
      try {
        const identity = [
          `--ca=${ca}`,
          `--client-cert=${client.certFile}`,
          `--client-key=${client.keyFile}`
        ]
        const environment = { https_proxy: `http://proxy-user:proxy-password@${proxy.host}` }
        const flags = [...identity, `--version=${version}`, '--debug']
        const result = await publish('registry.test', flags, { environment, node })
        expect(result).toMatchObject({ code: 0 })
        expect(result.stderr).toContain(`registry.test is reached through the proxy ${proxy.host}`)
        expect(proxy.requests.length).toBeLessThanOrEqual(3)
        const seen = `${JSON.stringify(proxy.requests)}${proxy.sent.toString('latin1')}`
        const pair = Buffer.from(`ci:${PASSWORD}`).toString('base64')
        for (const canary of [PASSWORD, pair, 'Basic Y2k6', client.key])
          expect(seen).not.toContain(canary)
        for (const canary of [
          'proxy-password',
          Buffer.from('proxy-user:proxy-password').toString('base64')
        ]) {
          expect(result.stderr).not.toContain(canary)
        }
      } finally {
        await proxy.stop()
      }
    }
  )
})

test('the action takes certificate and key as text; key, passphrase and proxy login are masked first', async () => {
  const host = hosts['distribution'] ?? ''
  const proxy = await TestProxy.start({
    login: 'proxy-user:proxy-password',
    routes: { 'registry.test:443': host }
  })
  const encryptedPem = readFileSync(encrypted, 'utf8')
  const inputs = {
    chart: 'chart',
    registry: 'oci://registry.test/action',
    username: 'ci',
    password: PASSWORD,
    ca: readFileSync(ca, 'utf8'),
    'client-cert': client.cert,
    'client-key': encryptedPem,
    'client-key-passphrase': 'a-pass-phrase\n',
    'source-date-epoch': '1704164645'
  }
  const environment = { HTTPS_PROXY: `http://proxy-user:proxy-password@${proxy.host}` }
  const result = await runAction(workspace, inputs, { environment })
  await proxy.stop()
  expect(result).toMatchObject({ code: 0, outputs: { status: 'published' } })
  const keyLines = encryptedPem.trim().split('\n').slice(1, -1)
  const canaries = [...keyLines, 'a-pass-phrase', 'proxy-password', PASSWORD]
  expect(result.masks).toEqual(expect.arrayContaining(canaries))
  const printed = result.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'))
  for (const canary of canaries) expect(printed.join('\n')).not.toContain(canary)
  const results = String(result.outputs['results'])
  for (const canary of canaries) expect(results).not.toContain(canary)
})
