import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { chartFiles } from '../support/charts/charts.ts'
import { Authority } from '../support/network/certificates.ts'
import { runCli } from '../support/program.ts'
import { TestRegistry } from '../support/registry/registry.ts'
import { Workspace } from '../support/workspace.ts'

const workspace = new Workspace()
let registry: TestRegistry
let certificate: string
let otherAuthority: string

beforeAll(async () => {
  await workspace.open()
  await workspace.write('chart', chartFiles())
  otherAuthority = new Authority(workspace, 'other authority').root.certFile
  certificate = workspace.path('cert.pem')
  const key = workspace.path('key.pem')
  const names = ['-subj', '/CN=registry', '-addext', 'subjectAltName=IP:127.0.0.1']
  const files = ['-keyout', key, '-out', certificate, '-days', '1']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...names, ...files], {
    stdio: 'ignore'
  })
  registry = await TestRegistry.start({
    tls: { key: readFileSync(key, 'utf8'), cert: readFileSync(certificate, 'utf8') }
  })
})

afterEach(async () => expect(await workspace.leftovers()).toEqual([]))

afterAll(async () => {
  await registry.stop()
  await workspace.close()
})

const publish = (
  environment: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
  node = process.execPath
) => {
  const dated = ['publish', 'chart', '--source-date-epoch=1704164645']
  const args = [...dated, `--registry=oci://${registry.host}/tls`, ...flags]
  return runCli(workspace, args, { environment, node })
}

test('a certificate that nobody trusts ends the run: exit code 6, no request was sent', async () => {
  const result = await publish()
  expect(result.code).toBe(6)
  expect(result.stderr).toContain('its certificate is self-signed')
  expect(result.stderr).toContain('--ca (or NODE_EXTRA_CA_CERTS')
  expect(registry.requests).toEqual([])
})

describe.each([
  ['the Node of the tests', process.execPath],
  ['the oldest Node', toolPath('node20')]
])('with %s', (_, node) => {
  test('NODE_EXTRA_CA_CERTS makes it trusted, as the message says', async () => {
    expect(await publish({ NODE_EXTRA_CA_CERTS: certificate }, [], node)).toMatchObject({ code: 0 })
  })

  test.each(['SSL_CERT_FILE', 'SSL_CERT_DIR'])('%s makes it trusted, as for helm', async (name) => {
    const value = name === 'SSL_CERT_FILE' ? certificate : workspace.path('trusted')
    await workspace.write('trusted', { 'any-name': readFileSync(certificate, 'utf8') })
    const result = await publish({ [name]: value }, ['--debug'], node)
    expect(result).toMatchObject({ code: 0 })
    expect(result.stderr).toContain(
      `${registry.host} is verified with the certificate authorities of this machine.`
    )
  })

  test('SSL_CERT_FILE that cannot be read is a warning in addition to the error', async () => {
    const result = await publish({ SSL_CERT_FILE: '/nowhere/ca.pem' }, [], node)
    expect(result.code).toBe(6)
    expect(result.stderr).toContain(
      'SSL_CERT_FILE names /nowhere/ca.pem, which cannot be read: it does not exist (ENOENT).'
    )
    expect(result.stderr.match(/SSL_CERT_FILE names/g)).toHaveLength(1)
  })

  test('what Node and `ca` trust needs nothing of the machine', async () => {
    const environment = { SSL_CERT_FILE: '/nowhere/ca.pem' }
    const result = await publish(environment, [`--ca=${certificate}`], node)
    expect(result).toMatchObject({ code: 0 })
    expect(result.stderr).not.toContain('SSL_CERT_FILE')
  })

  test('`ca` makes it trusted', async () => {
    expect(await publish({}, [`--ca=${certificate}`], node)).toMatchObject({ code: 0 })
  })

  test('`ca` takes nothing away from NODE_EXTRA_CA_CERTS', async () => {
    const environment = { NODE_EXTRA_CA_CERTS: certificate }
    expect(await publish(environment, [`--ca=${otherAuthority}`], node)).toMatchObject({ code: 0 })
  })

  test('`insecure-skip-tls-verify` takes it as it is, and says so in the log and in the results', async () => {
    const result = await publish({}, ['--insecure-skip-tls-verify', '--json'], node)
    expect(result).toMatchObject({ code: 0 })
    expect(result.stderr).toContain(`Warning: The certificate of ${registry.host} is NOT VERIFIED`)
    const { results } = JSON.parse(result.stdout)
    expect(results[0].warnings).toEqual([expect.stringContaining('NOT VERIFIED')])
  })
})

test('a key in the arguments is refused: arguments can be seen', async () => {
  const flag = '--client-key=-----BEGIN PRIVATE KEY-----'
  const result = await publish({}, [flag])
  expect(result.code).toBe(2)
  expect(result.stderr).toContain('every user of the machine can see arguments')
})

test('a conversation that takes too long ends with exit code 6, and says what it waited for', async () => {
  registry.fault = ({ method }) => (method === 'POST' ? 'hang' : undefined)
  const flags = [`--ca=${certificate}`, '--timeout=1s', '--version=9.0.0']
  const result = await publish({}, flags)
  registry.fault = undefined
  expect(result.code).toBe(6)
  expect(result.stderr).toContain(
    'took longer than 1 s; it was waiting for the answer to POST https://'
  )
  expect(result.stderr).toContain('--timeout')
})
