import { execFileSync } from 'node:child_process'
import { copyFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { bundleProgram, LIBRARY } from '../support/bundled-program.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { KEYS } from '../support/pgp/pgp-keys.ts'
import { environmentIn, run, runCli } from '../support/program.ts'
import { useClients } from '../support/registry/clients.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { runAction } from '../support/runner/runner.ts'
import { FakeSigstore } from '../support/sigstore/fake-sigstore.ts'
import { provenanceOf, SignedChart } from '../support/sigstore/signed-chart.ts'
import { makeKey, signAs, signWith } from '../support/sigstore/statements.ts'
import { Workspace } from '../support/workspace.ts'
import { type DockerRegistry, useDockerRegistries } from './docker-registry.ts'

const node = toolPath('node20')
const workspace = new Workspace()
const startRegistry = useDockerRegistries()
const startRegistryInMemory = useRegistries()
const openClient = useClients()
let registry: DockerRegistry

beforeAll(async () => {
  await workspace.open()
  await workspace.write('chart', chartFiles())
  registry = await startRegistry(workspace, { kind: 'none' })
})

afterAll(() => workspace.close())

test('the oldest Node is the one that package.json names', async () => {
  expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toBe('v20.18.1\n')
})

test('the command publishes on the oldest Node', async () => {
  const args = ['publish', 'chart', `--registry=oci://${registry.host}/command`, '--plain-http']
  const result = await runCli(workspace, args, { node })
  expect(result).toMatchObject({ code: 0 })
  expect(result.stderr).not.toContain('Warning')
})

test('sixteen charts at once are no leak to the oldest Node', async () => {
  const names = Array.from({ length: 16 }, (_, index) => `chart-${index}`)
  for (const name of names) await workspace.write(name, chartFiles({ name }))
  const args = ['publish', ...names, `--registry=oci://${registry.host}/many`, '--plain-http']
  const result = await runCli(workspace, [...args, '--concurrency=16'], { node })
  expect(result).toMatchObject({ code: 0 })
  expect(result.stderr).not.toContain('Warning')
})

test('the action publishes on the oldest Node', async () => {
  const inputs = { chart: 'chart', registry: `${registry.host}/action`, 'plain-http': 'true' }
  expect(await runAction(workspace, inputs, { node })).toMatchObject({ code: 0, stderr: '' })
})

const SIGNING = `
  import { signProvenance } from 'src/pgp/sign-provenance.ts'
  import { readSigningKey } from 'src/pgp/signing-key.ts'
  import { verifyProvenance } from 'src/pgp/verify-provenance.ts'
  import { Secret } from 'src/shared/secret.ts'
  const archive = { digest: 'sha256:0', fileName: 'a.tgz' }
  async function main(secret) {
    const key = await readSigningKey({ key: new Secret(secret) }, new Date())
    const text = 'a: b\\n\\n...\\nfiles:\\n  a.tgz: sha256:0\\n'
    const { provenance } = await signProvenance(key, text, new Date('2024-06-01'))
    const { kind } = await verifyProvenance({ provenance, archive, keyring: [key.publicKey] })
    console.log(kind)
  }
  for (const secret of JSON.parse(process.argv[2])) main(secret)`

test('PGP signatures are made and verified on the oldest Node, without its warnings', async () => {
  const program = await bundleProgram(workspace, SIGNING)
  await copyFile(LIBRARY, workspace.path('program/openpgp.cjs'))
  const keys = [KEYS.rsa2048.secret, KEYS.ed25519.secret, KEYS.p256.secret]
  const environment = environmentIn(workspace)
  const result = await run(node, [program, JSON.stringify(keys)], { environment })
  expect(result).toEqual({ code: 0, stdout: 'valid\nvalid\nvalid\n', stderr: '' })
})

test('the command verifies on the oldest Node: certificates, keys and PGP', async () => {
  const sigstore = new FakeSigstore()
  try {
    await sigstore.start()
    const key = makeKey()
    const memory = await startRegistryInMemory()
    const chart = SignedChart.store(memory, openClient(memory).client, await provenanceOf())
    await chart.attach(await signAs(sigstore, chart.statement()))
    await chart.attach(signWith(key, chart.provenanceStatement()))
    await workspace.write('.', {
      'root.json': JSON.stringify(sigstore.trustedRoot()),
      'cosign.pub': key.pem,
      'public.asc': KEYS.rsa2048.public
    })
    const who = [
      `--certificate-identity=${sigstore.workflow}`,
      `--certificate-oidc-issuer=${sigstore.issuer.url}`
    ]
    const files = ['--trusted-root=root.json', '--key=cosign.pub', '--keyring=public.asc']
    const args = ['verify', chart.ref(), '--plain-http', ...who, ...files]
    expect(await runCli(workspace, args, { node })).toMatchObject({ code: 0, stderr: '' })
  } finally {
    await sigstore.stop()
  }
})
