import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { chartFiles } from '../helpers/charts.ts'
import { runCli } from '../helpers/program.ts'
import { TestRegistry } from '../helpers/registry.ts'
import { Workspace } from '../helpers/workspace.ts'

const workspace = new Workspace()
let registry: TestRegistry
let certificate: string

beforeAll(async () => {
  await workspace.open()
  await workspace.write('chart', chartFiles())
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

const publish = (environment: Readonly<Record<string, string>> = {}) => {
  return runCli(workspace, ['publish', 'chart', `--registry=oci://${registry.host}/tls`], {
    environment
  })
}

test('a certificate that nobody trusts ends the run: exit code 6, no request was sent', async () => {
  const result = await publish()
  expect(result.code).toBe(6)
  expect(result.stderr).toContain('its certificate is self-signed')
  expect(result.stderr).toContain('NODE_EXTRA_CA_CERTS')
  expect(registry.requests).toEqual([])
})

test('NODE_EXTRA_CA_CERTS makes it trusted, as the message says', async () => {
  expect(await publish({ NODE_EXTRA_CA_CERTS: certificate })).toMatchObject({ code: 0 })
})
