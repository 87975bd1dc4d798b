import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { chartFiles } from '../support/charts/charts.ts'
import { release } from '../support/charts/releases.ts'
import { environmentIn, type ProgramResult, run } from '../support/program.ts'
import { writeSigningConfig } from '../support/sigstore/signing-config-file.ts'
import { type SigstoreStand, startSigstore } from '../support/sigstore/stand.ts'
import { Workspace } from '../support/workspace.ts'
import { type DockerRegistry, useRegistryServers } from './docker-registry.ts'

const WORKFLOW = 'https://github.com/acme/charts/.github/workflows/release.yml@refs/heads/main'
const PASSWORD = 'the password of the key'
const workspace = new Workspace()
const startRegistry = useRegistryServers()
let stand: SigstoreStand
let sigstore: readonly string[]
let job: Readonly<Record<string, string>>
let runs = 0

beforeAll(async () => {
  await workspace.open()
  stand = await startSigstore(workspace.path('sigstore'))
  const { fulcio, rekor, timestamp, trustedRoot } = stand
  await writeSigningConfig(workspace.path('services.json'), { fulcio, rekor, timestamp })
  sigstore = ['--sigstore=services.json', `--trusted-root=${trustedRoot}`]
  const root = JSON.stringify(JSON.parse(await readFile(trustedRoot, 'utf8')))
  await writeFile(workspace.path('root.jsonl'), `${root}\n`)
  job = {
    ...stand.issuer.variables,
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'acme/charts'
  }
  await workspace.write('chart', chartFiles())
})

afterAll(async () => {
  await stand?.stop()
  await workspace.close()
})

beforeEach(() => {
  runs += 1
})

function call(tool: string, args: readonly string[]): Promise<ProgramResult> {
  const environment = { ...environmentIn(workspace), GH_TOKEN: 'x', COSIGN_PASSWORD: PASSWORD }
  return run(toolPath(tool), args, { environment, directory: workspace.path() })
}

function cosign(command: string, ref: string, more: readonly string[]): Promise<ProgramResult> {
  const root = ['--trusted-root', stand.trustedRoot, '--allow-http-registry']
  return call('cosign', [command, ...root, ...more, ref])
}

function byWorkflow(): readonly string[] {
  return ['--certificate-identity', WORKFLOW, '--certificate-oidc-issuer', stand.issuer.url]
}

function publish({ host }: DockerRegistry, flags: readonly string[], more = {}) {
  const path = `${host}/run-${runs}`
  return release(workspace, [path], ['chart', '--lint=off', ...sigstore, ...flags], {
    environment: { ...job, ...more }
  })
}

const KINDS = ['distribution', 'olareg', 'crane'] as const

describe.each(KINDS)('at %s', (kind) => {
  const KEYLESS = ['--sign=keyless', '--attest=provenance', '--github-attestation=false']
  let registry: DockerRegistry

  beforeAll(async () => {
    registry = await startRegistry(kind, workspace)
  })

  test('what is published is signed and attested, as cosign and gh verify', async () => {
    const { code, stderr, results } = await publish(registry, KEYLESS)
    expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
    const [result] = results
    expect(result).toMatchObject({
      status: 'published',
      signature: 'signed',
      signatureDigest: expect.stringMatching(/^sha256:/),
      attestationDigest: expect.stringMatching(/^sha256:/),
      warnings: []
    })
    const ref = `${result?.refDigest}`
    expect(await cosign('verify', ref, byWorkflow())).toMatchObject({ code: 0 })
    const type = ['--type', 'slsaprovenance1', ...byWorkflow()]
    expect(await cosign('verify-attestation', ref, type)).toMatchObject({ code: 0 })
    const gh = await call('gh', [
      ...['attestation', 'verify', `oci://${ref}`, '--bundle-from-oci', '--owner', 'acme'],
      ...['--custom-trusted-root', 'root.jsonl', '--cert-oidc-issuer', stand.issuer.url],
      ...['--format', 'json']
    ])
    expect(gh).toMatchObject({ code: 0 })
  })

  test('a run again adds nothing, and finds what is there', async () => {
    const first = await publish(registry, KEYLESS)
    const second = await publish(registry, KEYLESS)
    expect(first.results[0]).toMatchObject({ status: 'published', signature: 'signed' })
    const { signatureDigest, attestationDigest } = first.results[0] ?? {}
    expect(second.results[0]).toMatchObject({
      status: 'unchanged',
      signature: 'present',
      signatureDigest,
      attestationDigest
    })
  })

  test('a version that was published unsigned is signed', async () => {
    const unsigned = await publish(registry, [])
    expect(unsigned.results[0]).toMatchObject({ status: 'published', signature: 'off' })
    const { code, results } = await publish(registry, KEYLESS)
    expect(code).toBe(0)
    expect(results[0]).toMatchObject({ status: 'unchanged', signature: 'signed' })
    const verified = await cosign('verify', `${results[0]?.refDigest}`, byWorkflow())
    expect(verified).toMatchObject({ code: 0 })
  })

  test('a key signs, and its signature is verified without a log', async () => {
    await call('cosign', ['generate-key-pair', '--output-key-prefix', `key-${runs}`])
    const flags = ['--sign=key', `--cosign-key=key-${runs}.key`]
    const environment = { COSIGN_PASSWORD: PASSWORD }
    const { code, stderr, results } = await release(
      workspace,
      [`${registry.host}/run-${runs}`],
      ['chart', '--lint=off', ...flags],
      { environment }
    )
    expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
    expect(results[0]).toMatchObject({ status: 'published', signature: 'signed' })
    const key = ['--key', `key-${runs}.pub`, '--insecure-ignore-tlog']
    expect(await cosign('verify', `${results[0]?.refDigest}`, key)).toMatchObject({ code: 0 })
    const again = await release(
      workspace,
      [`${registry.host}/run-${runs}`],
      ['chart', '--lint=off', ...flags],
      { environment }
    )
    expect(again.results[0]).toMatchObject({ status: 'unchanged', signature: 'present' })
  })
})
