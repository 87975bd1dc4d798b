import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { KEYS } from '../support/pgp/pgp-keys.ts'
import { killWhen, runCli } from '../support/program.ts'
import { useClients } from '../support/registry/clients.ts'
import type { RegistryAuth } from '../support/registry/registry.ts'
import { errorAnswer } from '../support/registry/registry-store.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { FakeSigstore } from '../support/sigstore/fake-sigstore.ts'
import { provenanceOf, SignedChart } from '../support/sigstore/signed-chart.ts'
import { makeKey, signAs, signWith } from '../support/sigstore/statements.ts'
import { useWorkspace } from '../support/workspace.ts'

const LOGIN: RegistryAuth = { kind: 'bearer', username: 'ci', password: 'correct horse' }
const sigstore = new FakeSigstore()
const workspace = useWorkspace()
const startRegistry = useRegistries()
const openClient = useClients()

beforeAll(() => sigstore.start())
afterAll(() => sigstore.stop())
beforeEach(async () => {
  await writeFile(workspace.path('root.json'), JSON.stringify(sigstore.trustedRoot()))
})

async function storeChart(auth?: RegistryAuth, provenance?: Buffer): Promise<SignedChart> {
  const registry = await startRegistry(auth && { auth })
  const login = auth?.kind === 'bearer' ? { login: auth } : {}
  return SignedChart.store(registry, openClient(registry, login).client, provenance)
}

async function signedChart(auth?: RegistryAuth, provenance?: Buffer): Promise<SignedChart> {
  const chart = await storeChart(auth, provenance)
  await chart.attach(await signAs(sigstore, chart.statement()))
  return chart
}

function verify(args: readonly string[], options?: Parameters<typeof runCli>[2]) {
  return runCli(workspace, ['verify', '--plain-http', '--trusted-root=root.json', ...args], options)
}

function identityFlags(workflow = sigstore.workflow): readonly string[] {
  return [`--certificate-identity=${workflow}`, `--certificate-oidc-issuer=${sigstore.issuer.url}`]
}

describe('a signed chart', () => {
  test('is a calm block of lines on standard output, and nothing is logged', async () => {
    const chart = await signedChart()
    const result = await verify([chart.ref()])
    expect(result).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        `valid      ${chart.ref()}  ${chart.digest}\n`,
        '  valid      signature\n',
        `             identity: ${sigstore.workflow}\n`,
        `             issuer: ${sigstore.issuer.url}\n`,
        '             source: https://github.com/acme/charts\n',
        '             log: rekor.test\n',
        '  absent     Artifact Hub\n',
        '  identity not checked: use --certificate-identity and --certificate-oidc-issuer, or --key\n'
      ].join('')
    })
    expect(await workspace.leftovers()).toEqual([])
  })

  test('is one object with --json, with every key', async () => {
    const chart = await signedChart()
    const { code, stdout } = await verify([chart.ref(), '--json', ...identityFlags()])
    const { results, ...rest } = JSON.parse(stdout)
    expect([code, rest]).toEqual([0, { schemaVersion: 1, error: null }])
    expect(results).toHaveLength(1)
    expect(Object.keys(results[0])).toEqual([
      ...['input', 'ref', 'digest', 'verdict', 'identityChecked', 'statements'],
      ...['provenanceFile', 'artifactHub', 'problems']
    ])
    expect(Object.keys(results[0].statements[0])).toEqual([
      ...['kind', 'predicateType', 'digest', 'verdict', 'reason', 'signedBy', 'logs', 'warnings']
    ])
    expect(results[0]).toMatchObject({ verdict: 'valid', identityChecked: true })
  })

  test('by somebody else: exit code 9, with what to compare', async () => {
    const chart = await signedChart()
    const result = await verify([chart.ref(), ...identityFlags(`${sigstore.workflow}-other`)])
    expect(result.code).toBe(9)
    expect(result.stdout).toContain(
      `  foreign    signature: the identity is ${sigstore.workflow}, expected ${sigstore.workflow}-other\n`
    )
    expect(result.stdout).toContain('  error identity-not-found: ')
    expect(result.stdout).toContain('    Fix: Compare who signed with --certificate-identity')
  })

  test('is read with the login, by pull alone, and in few requests', async () => {
    const chart = await signedChart(LOGIN)
    const before = chart.registry.requests.length
    const flags = ['--username=ci', '--password-stdin']
    const result = await verify([chart.ref(), ...flags], { stdin: 'correct horse\n' })
    expect(result).toMatchObject({ code: 0, stderr: expect.stringContaining('--password-stdin') })
    const requests = chart.registry.requests.slice(before)
    const scopes = requests
      .filter(({ url }) => url.startsWith('/token?'))
      .map(({ url }) => new URL(url, 'http://h').searchParams.get('scope'))
    expect(scopes).toEqual(['repository:charts/demo:pull'])
    const paths = requests.map(({ url }) => url).filter((url) => url.startsWith('/v2/charts/'))
    // Its manifest (asked twice for the login), the two lists of referrers, the bundle, and Artifact Hub's tag.
    expect(paths.length).toBeLessThanOrEqual(7)
    expect(requests.filter(({ method }) => method !== 'GET')).toEqual([])
  })
})

test('keys and keyrings are files, and may be several', async () => {
  const [old, fresh] = [makeKey(), makeKey()]
  const chart = await storeChart(undefined, await provenanceOf())
  await chart.attach(signWith(old, chart.statement()))
  await workspace.write('.', {
    'old.pub': old.pem,
    'new.pub': fresh.pem,
    'a.asc': KEYS.ed25519.public,
    'b.asc': KEYS.rsa2048.public
  })
  const without = await verify([chart.ref()])
  expect(without.code).toBe(9)
  expect(without.stdout).toContain('Fix: Give --key FILE or --keyring FILE.')
  const keys = ['--key=new.pub', '--key=old.pub', '--keyring=a.asc', '--keyring', 'b.asc']
  const result = await verify([chart.ref(), ...keys])
  expect(result).toMatchObject({ code: 0, stderr: '' })
  expect(result.stdout).toContain(`             key: ${KEYS.rsa2048.fingerprint}\n`)
})

test('without a root of its own, a certificate that anybody may have made is unchecked', async () => {
  const chart = await signedChart()
  const result = await runCli(workspace, ['verify', chart.ref(), '--plain-http'])
  expect(result.code).toBe(9)
  expect(result.stdout).toContain('is not in the built-in trusted root of ')
  expect(result.stdout).toContain('Fix: Give --trusted-root FILE.')
})

describe('what cannot be read is told on standard error', () => {
  test.each([
    ['a version that is not there', errorAnswer(404, 'MANIFEST_UNKNOWN', 'no such tag'), 2],
    ['a repository that is not there', errorAnswer(404, 'NAME_UNKNOWN', 'no such name'), 5],
    ['no right to read', errorAnswer(403, 'DENIED', 'not for you'), 5],
    ['a registry in trouble', { status: 503, body: 'down' }, 6]
  ])('%s, with the exit code that inspect has', async (_, answer, exitCode) => {
    const registry = await startRegistry({ fault: () => answer })
    const reference = `oci://${registry.host}/charts/demo:1.2.3`
    const { code, stdout, stderr } = await verify([reference, '--json'])
    const inspected = await runCli(workspace, ['inspect', reference, '--plain-http'])
    expect([code, inspected.code]).toEqual([exitCode, exitCode])
    expect(JSON.parse(stdout)).toMatchObject({ results: [], error: { exitCode } })
    expect(stderr).toContain('Fix: ')
  })

  test.each([
    ['nothing to verify', [], '`verify` needs a reference to verify.'],
    ['a file', ['demo-1.2.3.tgz'], 'its scheme is not "oci"'],
    [
      'an identity without issuer',
      ['--certificate-identity=x'],
      'without --certificate-oidc-issuer'
    ],
    [
      'a flag of publish',
      ['oci://h/a:1', '--sign-nothing'],
      '`verify` has no flag --sign-nothing.'
    ],
    [
      'a key that is absent',
      ['oci://h/a:1', '--key=x.pub'],
      'The key file x.pub cannot be read: it does not exist (ENOENT)'
    ]
  ])('%s is an error of usage', async (_, args, message) => {
    const result = await verify([...args, '--json'])
    expect(result.code).toBe(2)
    expect(result.stderr).toContain(message)
    expect(JSON.parse(result.stdout)).toMatchObject({ results: [], error: { exitCode: 2 } })
  })

  test('an interruption ends it: exit code 130', async () => {
    const registry = await startRegistry({ fault: () => 'hang' })
    const { code, stdout } = await verify([`oci://${registry.host}/a/demo:1.2.3`, '--json'], {
      started: killWhen(() => registry.requests.length > 0, 'SIGINT')
    })
    expect(code).toBe(130)
    expect(JSON.parse(stdout).error.exitCode).toBe(130)
  })

  test('a registry that answers no more is given up after the time-out: exit code 6', async () => {
    const chart = await signedChart()
    chart.registry.fault = ({ url }) => (url.includes('/referrers/') ? 'hang' : undefined)
    const result = await verify([chart.ref(), '--timeout=1'])
    expect(result).toMatchObject({ code: 6, stdout: '' })
    expect(result.stderr).toContain('took longer than 1 s')
  })
})

test('hostile texts of a registry reach the terminal and the JSON as visible text', async () => {
  const chart = await storeChart()
  const workflow = 'https://github.com/acme/x\\n::error::y\\#\\#[error]z\u001b[31m'
  await chart.attach(await signAs(sigstore, chart.statement(), { workflow }))
  chart.setArtifactHub('owners: [{name: "a\\e[31m\\n::error::b", email: "##[error]c"}]\n')
  for (const more of [[], ['--json']]) {
    const { code, stdout } = await verify([chart.ref(), ...more])
    expect(code).toBe(0)
    for (const sign of ['\u001b', '\n::', '##[']) expect(stdout).not.toContain(sign)
  }
})

test('a secret of the run is hidden where somebody has stated it', async () => {
  const password = 'correct-horse-battery-staple'
  const chart = await storeChart({ ...LOGIN, password })
  const workflow = `https://github.com/acme/${password}/x`
  await chart.attach(await signAs(sigstore, chart.statement(), { workflow }))
  chart.setArtifactHub(`owners: [{name: ${password}, email: a@example.com}]\n${password}: x\n`)
  await writeFile(workspace.path('password'), password)
  for (const more of [[], ['--json']]) {
    const flags = ['--username=ci', '--password-file=password', ...more]
    const { code, stdout } = await verify([chart.ref(), ...flags])
    expect(code).toBe(0)
    expect(stdout).toContain('a@example.com')
    expect(stdout).not.toContain(password)
  }
})

test('help verify names flags, verdicts and the exit code', async () => {
  const { code, stdout } = await runCli(workspace, ['help', 'verify'])
  expect(code).toBe(0)
  for (const word of ['foreign', 'unchecked', '--keyring FILE', '--password-stdin', 'is 9.']) {
    expect(stdout).toContain(word)
  }
  expect((await runCli(workspace, ['help'])).stdout).toContain('publish-helm-chart verify oci://')
})
