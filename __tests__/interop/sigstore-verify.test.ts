import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { buildArtifact } from '../../src/artifact/artifact.ts'
import { readArchive } from '../../src/chart/archive.ts'
import { parseVerifyRequest } from '../../src/inputs/verify-inputs.ts'
import type { Artifact } from '../../src/oci/spec/blob.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { SIGNATURE_PREDICATE } from '../../src/sigstore/statement.ts'
import { verifyAll } from '../../src/verify/verify.ts'
import { archiveOf } from '../support/charts/archives.ts'
import { RecordingLogger } from '../support/log.ts'
import { type ProgramResult, run } from '../support/program.ts'
import { openRegistry, type SignedRegistry } from '../support/sigstore/attach.ts'
import { type SigstoreStand, startSigstore } from '../support/sigstore/stand.ts'
import { type Json, TAMPERINGS } from '../support/sigstore/tamperings.ts'
import { Workspace } from '../support/workspace.ts'
import { useRegistryServers } from './docker-registry.ts'

const WORKFLOW = 'https://github.com/acme/charts/.github/workflows/release.yml@refs/heads/main'
const PASSWORD = 'the password of the key'
const workspace = new Workspace()
const startRegistry = useRegistryServers()
const registries: SignedRegistry[] = []
let stand: SigstoreStand

beforeAll(async () => {
  await workspace.open()
  stand = await startSigstore(workspace.path('sigstore'))
  await makeSigningConfig()
  for (const name of ['cosign', 'other']) {
    const made = await cosign('generate-key-pair', '--output-key-prefix', name)
    expect(made).toMatchObject({ code: 0 })
  }
  await writeFile(workspace.path('predicate.json'), '{"made":"by a test"}')
})

afterAll(async () => {
  await Promise.all([...registries.map(({ close }) => close()), stand?.stop()])
  await workspace.close()
})

function cosign(...args: readonly string[]): Promise<ProgramResult> {
  const environment = {
    PATH: '/usr/bin:/bin',
    HOME: workspace.path('home'),
    TMPDIR: workspace.path('tmp'),
    COSIGN_PASSWORD: PASSWORD
  }
  return run(toolPath('cosign'), args, { environment, directory: workspace.path() })
}

/** By which cosign signs with the services of the stand. */
async function makeSigningConfig(): Promise<void> {
  const more = 'start-time=2020-01-01T00:00:00Z,operator=local'
  const made = await cosign(
    ...['signing-config', 'create', '--out', 'signing-config.json'],
    `--fulcio=url=${stand.fulcio.origin},api-version=1,${more}`,
    `--oidc-provider=url=${stand.issuer.url},api-version=1,${more}`,
    ...[`--rekor=url=${stand.rekor.origin},api-version=2,${more}`, '--rekor-config=ANY'],
    ...[`--tsa=url=${stand.timestamp.href},api-version=1,${more}`, '--tsa-config=EXACT:1']
  )
  expect(made).toMatchObject({ code: 0 })
}

async function open(kind: 'distribution' | 'olareg'): Promise<SignedRegistry> {
  const { host } = await startRegistry(kind, workspace)
  const registry = openRegistry(host)
  registries.push(registry)
  return registry
}

/** A chart whose digest is another one for every text. */
function chartOf(text: string): Artifact {
  const { archive } = readArchive(archiveOf())
  if (!archive) throw new Error('the archive is refused')
  const annotations = new Map([['text', text]])
  return buildArtifact(archive, { created: '2024-01-02T03:04:05Z', annotations })
}

const BY_KEY = ['--key', 'cosign.key', '--use-signing-config=false', '--tlog-upload=false']

function keyless(): readonly string[] {
  const root = ['--trusted-root', stand.trustedRoot]
  return ['--signing-config=signing-config.json', ...root, '--identity-token', stand.issuer.token()]
}

/** Has cosign sign, or attest, an artifact and attach that. */
async function letCosign(
  command: 'sign' | 'attest',
  ref: string,
  means: readonly string[]
): Promise<void> {
  const predicate = ['--predicate', 'predicate.json', '--type', 'https://example.com/made']
  const what = command === 'attest' ? predicate : []
  const made = await cosign(command, ...means, ...what, '--allow-http-registry', '-y', ref)
  expect(made).toMatchObject({ code: 0 })
}

type Texts = Parameters<typeof parseVerifyRequest>[0]['texts']

/** What `verify` says, with the root of the stand. */
async function verify(ref: string, texts: Texts = {}) {
  const plain = { 'plain-http': 'true', 'registry-config': 'none' }
  const request = parseVerifyRequest({
    references: [`oci://${ref}`],
    texts: { ...plain, 'trusted-root': stand.trustedRoot, ...texts },
    secrets: { password: undefined }
  })
  const { reports, errors, exitCode } = await verifyAll(request, {
    environment: {},
    homeFolder: undefined,
    secrets: new SecretRegistry(() => undefined),
    logger: new RecordingLogger(),
    signal: new AbortController().signal
  })
  expect(errors).toEqual([])
  return { ...reports[0], exitCode }
}

function identity(workflow = WORKFLOW): Texts {
  return {
    'certificate-identity': workflow,
    'certificate-oidc-issuer': stand.issuer.url,
    'certificate-github-workflow-repository': 'acme/charts'
  }
}

const keyOf = (name: string): Texts => ({ key: workspace.path(`${name}.pub`) })

describe.each(['distribution', 'olareg'] as const)('what cosign attached at %s', (kind) => {
  let registry: SignedRegistry
  let other: Json

  beforeAll(async () => {
    registry = await open(kind)
    other = await bundleOf(await pushed('other'))
  })

  async function pushed(text: string): Promise<string> {
    const artifact = chartOf(`${kind} ${text}`)
    await registry.push(artifact)
    return registry.refOf(artifact)
  }

  test('without a key is valid for the identity, and for no other', async () => {
    const ref = await pushed('keyless')
    expect(await verify(ref)).toMatchObject({ verdict: 'absent', exitCode: 9 })
    await letCosign('sign', ref, keyless())
    await letCosign('attest', ref, keyless())
    const report = await verify(ref, identity())
    expect(report).toMatchObject({ verdict: 'valid', exitCode: 0, problems: [] })
    const statements = report.statements?.map((statement) => {
      return [statement.kind, statement.predicateType, statement.verdict, statement.logs]
    })
    expect(statements?.toSorted()).toEqual([
      ['other', 'https://example.com/made', 'valid', ['rekor-local']],
      ['signature', SIGNATURE_PREDICATE, 'valid', ['rekor-local']]
    ])
    expect(await verify(ref)).toMatchObject({ verdict: 'valid', exitCode: 0 })
    const other = WORKFLOW.replace('acme', 'evil')
    expect(await verify(ref, identity(other))).toMatchObject({ verdict: 'invalid', exitCode: 9 })
    expect(await verify(ref, keyOf('cosign'))).toMatchObject({ verdict: 'absent', exitCode: 9 })
  })

  test('with a key is valid for that key, and unchecked without it', async () => {
    const ref = await pushed('key')
    await letCosign('sign', ref, BY_KEY)
    await letCosign('attest', ref, BY_KEY)
    expect(await verify(ref, keyOf('cosign'))).toMatchObject({
      verdict: 'valid',
      exitCode: 0,
      statements: [{ verdict: 'valid' }, { verdict: 'valid' }]
    })
    expect(await verify(ref, keyOf('other'))).toMatchObject({ verdict: 'unchecked', exitCode: 9 })
    expect(await verify(ref)).toMatchObject({ verdict: 'unchecked', exitCode: 9 })
    expect(await verify(ref, identity())).toMatchObject({ verdict: 'absent', exitCode: 9 })
  })

  test('is unchecked for those who trust only the built-in root', async () => {
    const ref = await pushed('built-in')
    await letCosign('sign', ref, keyless())
    const report = await verify(ref, { 'trusted-root': '', ...identity() })
    expect(report).toMatchObject({ verdict: 'unchecked', exitCode: 9 })
  })

  /** The bundle that cosign has made for an artifact. */
  async function bundleOf(ref: string): Promise<Json> {
    const path = workspace.path('made.bundle')
    const what = ['--allow-http-registry', '-y', '--upload=false', '--bundle', path]
    const made = await cosign('sign', ...keyless(), ...what, ref)
    expect(made).toMatchObject({ code: 0 })
    return JSON.parse(await readFile(path, 'utf8'))
  }

  test.each(Object.entries(TAMPERINGS))(
    'is refused with %s, and fails nobody who asks for a valid statement beside it',
    async (name, tamper) => {
      const artifact = chartOf(`${kind} ${name}`)
      await registry.push(artifact)
      const ref = registry.refOf(artifact)
      const bundle = await bundleOf(ref)
      tamper(bundle, structuredClone(other))
      await registry.attach(artifact, Buffer.from(JSON.stringify(bundle)), SIGNATURE_PREDICATE)
      for (const texts of [{}, identity()]) {
        expect(await verify(ref, texts)).toMatchObject({
          verdict: 'invalid',
          exitCode: 9,
          statements: [{ verdict: 'invalid' }]
        })
      }
      await letCosign('attest', ref, keyless())
      expect(await verify(ref, identity())).toMatchObject({ verdict: 'valid', exitCode: 0 })
      expect(await verify(ref)).toMatchObject({ verdict: 'invalid', exitCode: 9 })
    }
  )
})
