import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import type { Artifact } from '../../src/oci/spec/blob.ts'
import { takeIdentitySources } from '../../src/sigstore/identity-sources.ts'
import type { IdentityToken } from '../../src/sigstore/identity-token.ts'
import { policyOf } from '../../src/sigstore/policy.ts'
import { type SignedStatement, Signer } from '../../src/sigstore/signer.ts'
import {
  provenanceStatement,
  SIGNATURE_PREDICATE,
  signatureStatement
} from '../../src/sigstore/statement.ts'
import { readTrustedRoots, type TrustedRoots } from '../../src/sigstore/trusted-root.ts'
import { verifyBundle } from '../../src/sigstore/verify-bundle.ts'
import { type ProgramResult, run } from '../support/program.ts'
import { artifactOf } from '../support/registry/clients.ts'
import { accessForTests } from '../support/sigstore/access.ts'
import { openRegistry, type SignedRegistry } from '../support/sigstore/attach.ts'
import { type SigstoreStand, servicesOf, startSigstore } from '../support/sigstore/stand.ts'
import { type Json, TAMPERINGS } from '../support/sigstore/tamperings.ts'
import { Workspace } from '../support/workspace.ts'
import { useRegistryServers } from './docker-registry.ts'

const SERVER = 'https://github.com'
const WORKFLOW = `${SERVER}/acme/charts/.github/workflows/release.yml@refs/heads/main`
const workspace = new Workspace()
const startRegistry = useRegistryServers()
const registries: SignedRegistry[] = []
let stand: SigstoreStand
let signer: Signer
let identity: IdentityToken
let roots: TrustedRoots

beforeAll(async () => {
  await workspace.open()
  stand = await startSigstore(workspace.path('sigstore'))
  const access = accessForTests()
  roots = await readTrustedRoots(stand.trustedRoot, access.signal)
  await writeFile(workspace.path('root.jsonl'), `${await oneLine(stand.trustedRoot)}\n`)
  const sources = takeIdentitySources({ ...stand.issuer.variables }, access.secrets)
  signer = new Signer({ kind: 'keyless', sources, services: servicesOf(stand) }, { access, roots })
  const prepared = await signer.prepare()
  if (!prepared.identity) throw new Error('there is no token')
  identity = prepared.identity
})

afterAll(async () => {
  await signer?.close()
  await Promise.all([...registries.map(({ close }) => close()), stand?.stop()])
  await workspace.close()
})

async function oneLine(path: string): Promise<string> {
  return JSON.stringify(JSON.parse(await readFile(path, 'utf8')))
}

function subjectOf({ manifest: { digest } }: Artifact, host: string) {
  return { name: `${host}/team/demo`, digest }
}

function signArtifact(artifact: Artifact, host: string): Promise<readonly SignedStatement[]> {
  const subject = subjectOf(artifact, host)
  return Promise.all([
    signer.sign(signatureStatement(subject)),
    signer.sign(provenanceStatement(subject, identity, SERVER))
  ])
}

async function open(kind: 'distribution' | 'olareg' | 'crane'): Promise<SignedRegistry> {
  const { host } = await startRegistry(kind, workspace)
  const registry = openRegistry(host)
  registries.push(registry)
  return registry
}

function call(tool: string, args: readonly string[]): Promise<ProgramResult> {
  const environment = {
    PATH: '/usr/bin:/bin',
    HOME: workspace.path('home'),
    TMPDIR: workspace.path('tmp'),
    GH_TOKEN: 'x'
  }
  return run(toolPath(tool), args, { environment, directory: workspace.path() })
}

function cosign(
  command: string,
  ref: string,
  more: readonly string[] = []
): Promise<ProgramResult> {
  const who = ['--certificate-identity', WORKFLOW, '--certificate-oidc-issuer', stand.issuer.url]
  const root = ['--trusted-root', stand.trustedRoot, '--allow-http-registry']
  return call('cosign', [command, ...root, ...who, ...more, ref])
}

function gh(ref: string): Promise<ProgramResult> {
  const root = ['--bundle-from-oci', '--custom-trusted-root', workspace.path('root.jsonl')]
  const who = ['--owner', 'acme', '--cert-oidc-issuer', stand.issuer.url, '--format', 'json']
  return call('gh', ['attestation', 'verify', `oci://${ref}`, ...root, ...who])
}

describe.each(['distribution', 'olareg', 'crane'] as const)('signatures at %s', (kind) => {
  test('are accepted by cosign, gh and ourselves, and provenance is', async () => {
    const registry = await open(kind)
    const artifact = artifactOf(kind)
    await registry.push(artifact)
    for (const { bundle, statement } of await signArtifact(artifact, registry.host)) {
      await registry.attach(artifact, bundle, statement.predicateType)
    }
    const ref = registry.refOf(artifact)
    const verified = await cosign('verify', ref)
    expect(verified).toMatchObject({ code: 0 })
    const provenance = await cosign('verify-attestation', ref, ['--type', 'slsaprovenance1'])
    expect(provenance).toMatchObject({ code: 0 })
    const attested = await gh(ref)
    expect(attested).toMatchObject({ code: 0 })
    expect(attested.stdout).toContain('https://actions.github.io/buildtypes/workflow/v1')
  })
})

describe('a bundle that was tampered with', () => {
  let registry: SignedRegistry
  let other: Json

  beforeAll(async () => {
    registry = await open('distribution')
    // With a certificate and a key of its own.
    const access = accessForTests()
    const sources = takeIdentitySources({ ...stand.issuer.variables }, access.secrets)
    const services = servicesOf(stand)
    const stranger = new Signer({ kind: 'keyless', sources, services }, { access, roots })
    const subject = subjectOf(artifactOf('other'), registry.host)
    const { bundle } = await stranger.sign(signatureStatement(subject))
    other = JSON.parse(bundle.toString('utf8'))
    await stranger.close()
  })

  test.each(Object.entries(TAMPERINGS))(
    'has %s: refused by cosign, and by us',
    async (name, tamper) => {
      const artifact = artifactOf(name)
      await registry.push(artifact)
      const subject = subjectOf(artifact, registry.host)
      const { bundle } = await signer.sign(signatureStatement(subject))
      const json: Json = JSON.parse(bundle.toString('utf8'))
      tamper(json, structuredClone(other))
      const tampered = Buffer.from(JSON.stringify(json))
      expect(tampered.equals(bundle)).toBe(false)
      const found = await verifyBundle(tampered, { digest: artifact.manifest.digest, roots })
      expect(found).toMatchObject({ kind: 'invalid' })
      await registry.attach(artifact, tampered, SIGNATURE_PREDICATE)
      const refused = await cosign('verify', registry.refOf(artifact))
      expect(refused.code).not.toBe(0)
    }
  )

  test('has the wrong identity: refused by cosign, and by us', async () => {
    const artifact = artifactOf('identity')
    await registry.push(artifact)
    const { digest } = artifact.manifest
    const { bundle, facts } = await signer.sign(
      signatureStatement(subjectOf(artifact, registry.host))
    )
    await registry.attach(artifact, bundle, SIGNATURE_PREDICATE)
    const refused = await call('cosign', [
      ...['verify', '--trusted-root', stand.trustedRoot, '--allow-http-registry'],
      ...['--certificate-identity', WORKFLOW.replace('acme', 'evil')],
      ...['--certificate-oidc-issuer', stand.issuer.url, registry.refOf(artifact)]
    ])
    expect(refused.code).not.toBe(0)
    if (facts.signedBy.kind !== 'certificate') throw new Error('a key signed it')
    const policy = policyOf(facts.signedBy)
    const wrong = { ...policy, repository: { is: `${SERVER}/evil/charts` } }
    const check = (wanted: typeof policy) => verifyBundle(bundle, { digest, roots, policy: wanted })
    expect(await check(policy)).toMatchObject({ kind: 'valid', warnings: [] })
    expect(await check(wrong)).toMatchObject({ kind: 'invalid' })
  })
})
