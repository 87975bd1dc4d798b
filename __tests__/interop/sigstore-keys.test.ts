import { execFileSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { openSigningKey } from '../../src/sigstore/cosign-key.ts'
import { Signer, type SigningMeans } from '../../src/sigstore/signer.ts'
import { readSigningConfig } from '../../src/sigstore/signing-config.ts'
import { SIGNATURE_PREDICATE, signatureStatement } from '../../src/sigstore/statement.ts'
import { readTrustedRoots, type TrustedRoots } from '../../src/sigstore/trusted-root.ts'
import { verifyBundle } from '../../src/sigstore/verify-bundle.ts'
import { type ProgramResult, run } from '../support/program.ts'
import { artifactOf } from '../support/registry/clients.ts'
import { accessForTests } from '../support/sigstore/access.ts'
import { openRegistry, type SignedRegistry } from '../support/sigstore/attach.ts'
import { type SigstoreStand, servicesOf, startSigstore } from '../support/sigstore/stand.ts'
import { Workspace } from '../support/workspace.ts'
import { useRegistryServers } from './docker-registry.ts'

const PASSWORD = 'the password of the key'
const WITHOUT_LOG = ['--insecure-ignore-tlog']
const workspace = new Workspace()
const startRegistry = useRegistryServers()
let stand: SigstoreStand
let registry: SignedRegistry
let roots: TrustedRoots

beforeAll(async () => {
  await workspace.open()
  stand = await startSigstore(workspace.path('sigstore'))
  roots = await readTrustedRoots(stand.trustedRoot, new AbortController().signal)
  const { host } = await startRegistry('distribution', workspace)
  registry = openRegistry(host)
})

afterAll(async () => {
  await Promise.all([registry?.close(), stand?.stop()])
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

function verify(key: string, ref: string, more: readonly string[] = []): Promise<ProgramResult> {
  const root = ['--trusted-root', stand.trustedRoot, '--allow-http-registry']
  return cosign('verify', '--key', `${key}.pub`, ...root, ...more, ref)
}

/** A key as cosign keeps it, made by openssl and imported, or made by cosign. */
async function makeKey(name: string, openssl?: readonly string[]): Promise<void> {
  if (openssl) {
    const out = ['-out', workspace.path(`${name}.pem`)]
    execFileSync('openssl', ['genpkey', ...openssl, ...out], { stdio: 'pipe' })
  }
  const made = openssl
    ? await cosign('import-key-pair', '--key', `${name}.pem`, '--output-key-prefix', name)
    : await cosign('generate-key-pair', '--output-key-prefix', name)
  expect(made).toMatchObject({ code: 0 })
}

async function publicKeyOf(name: string) {
  return createPublicKey(await readFile(workspace.path(`${name}.pub`), 'utf8'))
}

/** Signs an artifact with a key of a file. */
async function sign(
  name: string,
  services?: Extract<SigningMeans, { kind: 'key' }>['services'],
  file = `${name}.key`
) {
  const access = accessForTests()
  const pem = access.secrets.register(await readFile(workspace.path(file), 'utf8'))
  const key = await openSigningKey({ key: pem, password: access.secrets.register(PASSWORD) })
  const signer = new Signer({ kind: 'key', key, services }, { access, roots })
  const artifact = artifactOf(`${name} ${services ? 'logged' : 'not logged'} ${file}`)
  await registry.push(artifact)
  const subject = { name: `${registry.host}/team/demo`, digest: artifact.manifest.digest }
  const signed = await signer.sign(signatureStatement(subject))
  await signer.close()
  await registry.attach(artifact, signed.bundle, SIGNATURE_PREDICATE)
  return { artifact, ref: registry.refOf(artifact), ...signed }
}

const KEYS = {
  p256: undefined,
  rsa: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:3072'],
  ed25519: ['-algorithm', 'ED25519']
} as const

describe.each(Object.entries(KEYS))('a key of cosign (%s)', (name, openssl) => {
  beforeAll(() => makeKey(name, openssl))

  test('signs what cosign verifies without a log', async () => {
    const { ref } = await sign(name)
    expect(await verify(name, ref, WITHOUT_LOG)).toMatchObject({ code: 0 })
    expect((await verify(name, ref)).code).not.toBe(0)
  })

  test('verifies what cosign signed, but for Ed25519ph', async () => {
    const artifact = artifactOf(`${name} by cosign`)
    const args = [
      '--use-signing-config=false',
      '--tlog-upload=false',
      '--allow-http-registry',
      '-y'
    ]
    await registry.push(artifact)
    const bundle = workspace.path(`${name}.bundle`)
    const signed = await cosign(
      ...['sign', '--key', `${name}.key`, ...args, '--bundle', bundle],
      registry.refOf(artifact)
    )
    expect(signed).toMatchObject({ code: 0 })
    const keys = [await publicKeyOf(name)]
    const { digest } = artifact.manifest
    const found = await verifyBundle(await readFile(bundle), { digest, roots, keys })
    const isPrehashed = name === 'ed25519'
    const expected = isPrehashed
      ? { kind: 'unchecked', because: 'unknown-algorithm' }
      : { kind: 'valid' }
    expect(found).toMatchObject({ ...expected, facts: { predicateType: SIGNATURE_PREDICATE } })
  })
})

describe('a key', () => {
  beforeAll(() => makeKey('other'))

  test.each(['p256', 'rsa'])('%s may be logged, and needs no flag then', async (name) => {
    const { ref } = await sign(name, servicesOf(stand))
    expect(await verify(name, ref)).toMatchObject({ code: 0 })
  })

  test('in PKCS#8 signs as well', async () => {
    const { ref } = await sign('rsa', undefined, 'rsa.pem')
    expect(await verify('rsa', ref, WITHOUT_LOG)).toMatchObject({ code: 0 })
  })

  test('that did not sign is refused by cosign, and not enough for us', async () => {
    const { ref, bundle, artifact } = await sign('p256')
    expect((await verify('other', ref, WITHOUT_LOG)).code).not.toBe(0)
    const { digest } = artifact.manifest
    const found = await verifyBundle(bundle, { digest, roots, keys: [await publicKeyOf('other')] })
    expect(found).toMatchObject({ kind: 'unchecked', because: 'no-key' })
  })
})

test('a signing configuration of cosign leads to the same services, and its bundles are valid for us', async () => {
  const file = workspace.path('signing-config.json')
  const more = 'start-time=2020-01-01T00:00:00Z,operator=local'
  const made = await cosign(
    ...['signing-config', 'create', '--out', file],
    `--fulcio=url=${stand.fulcio.origin},api-version=1,${more}`,
    `--oidc-provider=url=${stand.issuer.url},api-version=1,${more}`,
    ...[`--rekor=url=${stand.rekor.origin},api-version=2,${more}`, '--rekor-config=ANY'],
    ...[`--tsa=url=${stand.timestamp.href},api-version=1,${more}`, '--tsa-config=EXACT:1']
  )
  expect(made).toMatchObject({ code: 0 })
  const { signal } = new AbortController()
  const services = await readSigningConfig(file, { now: new Date(), signal })
  const { name, ...expected } = servicesOf(stand)
  expect(services).toMatchObject(expected)
  const artifact = artifactOf('by cosign, without a key')
  await registry.push(artifact)
  const bundle = workspace.path('keyless.bundle')
  const signed = await cosign(
    ...['sign', '--signing-config', file, '--trusted-root', stand.trustedRoot],
    ...['--identity-token', stand.issuer.token(), '--bundle', bundle],
    ...['--allow-http-registry', '-y', registry.refOf(artifact)]
  )
  expect(signed).toMatchObject({ code: 0 })
  const { digest } = artifact.manifest
  const found = await verifyBundle(await readFile(bundle), { digest, roots })
  expect(found).toMatchObject({ kind: 'valid', warnings: [] })
})
