import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { archiveOf } from '../support/charts/archives.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { release } from '../support/charts/releases.ts'
import { Authority } from '../support/network/certificates.ts'
import { useProxies } from '../support/network/forward-proxy.ts'
import { KEYS } from '../support/pgp/pgp-keys.ts'
import { runCli } from '../support/program.ts'
import { TestRegistry } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { runAction } from '../support/runner/runner.ts'
import { FakeService } from '../support/sigstore/fake-service.ts'
import { type Issuer, REQUEST_TOKEN, startIssuer } from '../support/sigstore/issuer.ts'
import { type CosignKeyPair, makeCosignKey } from '../support/sigstore/make-cosign-key.ts'
import { writeSigningConfig } from '../support/sigstore/signing-config-file.ts'
import { useWorkspace } from '../support/workspace.ts'

const PASSWORD = 'the password of the key of cosign'
const workspace = useWorkspace()
const startRegistry = useRegistries()
const startProxy = useProxies()
let pair: CosignKeyPair
let registry: TestRegistry

beforeAll(() => {
  pair = makeCosignKey(PASSWORD)
})

beforeEach(async () => {
  registry = await startRegistry()
  await writeFile(workspace.path('demo.tgz'), archiveOf())
  await writeFile(workspace.path('cosign.key'), pair.key)
  await writeFile(workspace.path('key.asc'), KEYS.encrypted.secret)
})

type Variables = Readonly<Record<string, string>>

async function publish(flags: readonly string[], environment: Variables = {}) {
  const target = `${registry.host}/charts`
  const run = await release(workspace, [target], ['demo.tgz', ...flags], { environment })
  return { ...run, first: run.error ?? run.results[0]?.error }
}

/** A job of GitHub for a pull request; from a fork unless the head is said to be the base. */
async function pullRequest(head = 'mallory/charts'): Promise<Variables> {
  const repo = (name: string) => ({ repo: { full_name: name } })
  const event = { pull_request: { head: repo(head), base: repo('acme/charts') } }
  await writeFile(workspace.path('event.json'), JSON.stringify(event))
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: workspace.path('event.json'),
    GITHUB_REPOSITORY: 'acme/charts',
    GITHUB_SERVER_URL: 'https://github.com'
  }
}

describe('what cannot be signed for is a usage error, before anything is sent:', () => {
  const gitHub = { GITHUB_ACTIONS: 'true' }

  test.each<readonly [string, readonly string[], Variables, string]>([
    ['a key that is not given', ['--sign=key'], {}, '--sign key is given, --cosign-key is missing'],
    [
      'a key that is not used',
      ['--cosign-key=cosign.key'],
      {},
      '--cosign-key is given, but is not used to sign'
    ],
    [
      'a key that is no file',
      ['--sign=key', '--cosign-key=absent.key'],
      {},
      '--cosign-key is neither PEM text nor the path of a readable file'
    ],
    [
      'provenance outside of GitHub',
      ['--attest=provenance'],
      {},
      '--attest provenance records which GitHub workflow created a chart'
    ],
    [
      'provenance on GitLab',
      ['--attest=provenance'],
      { GITLAB_CI: 'true', SIGSTORE_ID_TOKEN: 'x.y.z' },
      'this is not a job of GitHub Actions'
    ],
    [
      'nothing that could be stored at GitHub',
      ['--github-attestation=true'],
      gitHub,
      '--github-attestation true is given, but no provenance is created'
    ],
    [
      'no token that could store it',
      ['--attest=provenance', '--github-attestation=true'],
      { ...gitHub, GITHUB_REPOSITORY: 'acme/charts' },
      '--github-attestation true is given, but --github-token-file is not set'
    ],
    [
      'services that are not described',
      ['--sign=key', '--cosign-key=cosign.key', '--sigstore=absent.json'],
      { COSIGN_PASSWORD: PASSWORD },
      'The signing configuration absent.json cannot be read'
    ],
    [
      'a root that is none',
      ['--sign=key', '--cosign-key=cosign.key', '--trusted-root=demo.tgz'],
      { COSIGN_PASSWORD: PASSWORD },
      'The trusted root demo.tgz is not of the type'
    ]
  ])('%s', async (_, flags, environment, message) => {
    const { code, first } = await publish(flags, environment)
    expect([code, first?.exitCode]).toEqual([2, 2])
    expect(first?.message).toContain(message)
    expect(first?.fix).not.toBe('')
    expect(registry.log.filter((line) => line.startsWith('PUT'))).toEqual([])
  })

  test.each(['--sign=keyless', '--attest=provenance'])('%s without a registry', async (flag) => {
    const inputs = {
      chart: 'demo.tgz',
      [flag.slice(2).split('=')[0] ?? '']: `${flag.split('=')[1]}`
    }
    const { code, stdout } = await runAction(workspace, inputs)
    expect(code).toBe(2)
    expect(stdout).toMatch(/is given, but `registry` is not/)
  })
})

describe('a password of cosign in the environment of the job', () => {
  test.each(['package', 'publish'])('is no reason not to %s', async (command) => {
    await workspace.write('chart', chartFiles())
    const target =
      command === 'publish' ? [`--registry=${registry.host}/charts`, '--plain-http'] : []
    const environment = { COSIGN_PASSWORD: PASSWORD }
    const { code, stderr } = await runCli(workspace, [command, 'chart', ...target], { environment })
    expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
  })
})

describe('a key of cosign', () => {
  const KEY = ['--sign=key', '--cosign-key=cosign.key']

  test('signs once, also when it is run again', async () => {
    const environment = { COSIGN_PASSWORD: PASSWORD }
    const signatures = []
    for (let run = 0; run < 2; run++) {
      signatures.push((await publish(KEY, environment)).results[0]?.signature)
    }
    expect(signatures).toEqual(['signed', 'present'])
  })

  test.each([
    ['a run', []],
    ['a dry run', ['--dry-run']]
  ])('with a wrong password ends %s with 9, before anything is sent', async (_, flags) => {
    const { code, first, stderr } = await publish([...KEY, ...flags], {
      COSIGN_PASSWORD: 'wrong password'
    })
    expect([code, first?.exitCode]).toEqual([9, 9])
    expect(first?.message).toContain('--cosign-key cannot be decrypted with COSIGN_PASSWORD')
    expect(stderr).not.toContain('wrong password')
    expect(registry.log.filter((line) => line.startsWith('PUT'))).toEqual([])
  })

  test('is really opened in a dry run, which then says that it would sign', async () => {
    const { code, results, stderr } = await publish([...KEY, '--dry-run'], {
      COSIGN_PASSWORD: PASSWORD
    })
    expect([code, results[0]?.status, results[0]?.signature]).toEqual([0, 'planned', 'signed'])
    expect(stderr).toContain('With it: signature.')
  })
})

describe('a dry run for a fork, which gets no secrets and no ID token,', () => {
  const NOT_CHECKED = /not checked: not available to forks/

  test.each<readonly [string, readonly string[]]>([
    ['without an ID token', ['--sign=keyless']],
    ['without an ID token, to attest with', ['--sign=keyless', '--attest=provenance']],
    ['without the key', ['--sign=key']],
    ['without the password of the key', ['--sign=key', '--cosign-key=cosign.key']],
    ['without the PGP key', ['--gpg-key-id=AABBCCDD11223344']],
    ['without the passphrase of the PGP key', ['--gpg-private-key=key.asc']]
  ])('%s, warns and plans', async (_, flags) => {
    const { code, results, stderr } = await publish([...flags, '--dry-run'], await pullRequest())
    expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
    expect(results[0]?.status).toBe('planned')
    expect(stderr.match(/^ *Warning: .*/gm)).toEqual([expect.stringMatching(NOT_CHECKED)])
  })

  test.each<readonly [string, readonly string[], number]>([
    ['services', ['--sign=keyless', '--sigstore=absent.json'], 2],
    ['the trusted root', ['--sign=keyless', '--trusted-root=absent.json'], 2],
    ['a key that is there', ['--sign=key', '--cosign-key=demo.tgz'], 9],
    ['a PGP key that is there', ['--gpg-private-key=cosign.key'], 9]
  ])('still checks %s', async (_, flags, expected) => {
    expect((await publish([...flags, '--dry-run'], await pullRequest())).code).toBe(expected)
  })

  test('still checks charts', async () => {
    await writeFile(workspace.path('demo.tgz'), 'no archive')
    const { code } = await publish(['--sign=keyless', '--dry-run'], await pullRequest())
    expect(code).toBe(4)
  })

  test('is the only one that may lack them', async () => {
    const own = await publish(['--sign=keyless', '--dry-run'], await pullRequest('acme/charts'))
    expect([own.code, own.first?.message]).toEqual([9, expect.stringContaining('need an ID token')])
    expect(own.first?.fix).toContain('permissions: id-token: write')
    const real = await publish(['--sign=keyless'], await pullRequest())
    expect([real.code, real.first?.fix]).toEqual([9, expect.stringContaining('forks')])
    expect(registry.log.filter((line) => line.startsWith('PUT'))).toEqual([])
  })
})

describe('`sigstore: auto`', () => {
  let issuer: Issuer

  beforeAll(async () => {
    issuer = await startIssuer()
  })

  afterAll(() => issuer.stop())

  /** A job of GitHub whose token has these claims, behind a proxy that leads to a Fulcio of GitHub that refuses. */
  async function run(claims: Readonly<Record<string, unknown>>) {
    const value = issuer.token(claims)
    const tokens = new FakeService(() => ({ status: 200, body: { value } }))
    await tokens.start()
    const authority = new Authority(workspace)
    const tls = authority.issue('fulcio', { names: 'DNS:fulcio.githubapp.com' })
    const refused = { code: 7, message: 'There was an error processing the identity token' }
    const answer = { status: 403, body: JSON.stringify(refused) }
    const fulcio = await TestRegistry.start({ tls, fault: () => answer })
    const proxy = await startProxy({ routes: { 'fulcio.githubapp.com:443': fulcio.host } })
    try {
      const released = await publish(['--sign=keyless', `--ca=${authority.root.certFile}`], {
        GITHUB_ACTIONS: 'true',
        GITHUB_REPOSITORY: 'acme/charts',
        GITHUB_SERVER_URL: 'https://github.com',
        HTTPS_PROXY: `http://${proxy.host}`,
        ACTIONS_ID_TOKEN_REQUEST_URL: `${tokens.url.origin}/token?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN
      })
      return { ...released, value, asked: fulcio.requests.length, lines: proxy.requests }
    } finally {
      await Promise.all([tokens.stop(), fulcio.stop()])
    }
  }

  test.each(['private', 'internal'])(
    'of a repository that is %s names three ways where the instance of GitHub refuses',
    async (visibility) => {
      const { code, first, stderr, value, asked } = await run({ repository_visibility: visibility })
      expect([code, asked]).toEqual([9, 1])
      expect(first?.message).toContain('fulcio.githubapp.com')
      expect(first?.message).toContain('There was an error processing the identity token')
      for (const way of [
        'Enterprise Cloud',
        '--sign key',
        '--sigstore public-good',
        'permanently'
      ]) {
        expect(first?.fix).toContain(way)
      }
      expect(stderr).not.toContain(value)
      expect(registry.log.filter((line) => line.startsWith('PUT'))).toEqual([])
    }
  )

  test('of a repository that does not say so asks nobody', async () => {
    const { code, first, lines } = await run({ repository_visibility: '' })
    expect([code, lines]).toEqual([9, []])
    expect(first?.message).toContain('does not say whether its project is public')
    expect(first?.fix).toContain('--sigstore public-good')
  })
})

test('control characters and workflow commands of a service reach no runner', async () => {
  const issuer = await startIssuer()
  const fulcio = new FakeService(() => ({
    status: 400,
    body: { message: 'no\n::set-output name=digest::forged\r\n::error::\u001b[31mred' }
  }))
  await fulcio.start()
  try {
    const urls = { fulcio: fulcio.url, rekor: fulcio.url }
    await writeSigningConfig(workspace.path('services.json'), urls, 1)
    const inputs = {
      chart: 'demo.tgz',
      registry: `${registry.host}/charts`,
      'plain-http': 'true',
      sign: 'keyless',
      sigstore: 'services.json'
    }
    const { variables } = issuer
    const result = await runAction(workspace, inputs, { environment: variables, debug: true })
    expect(result.code).toBe(9)
    expect(result.commands.map(({ name }) => name)).not.toContain('set-output')
    expect(result.outputs['digest']).toBe('')
    expect(result.annotations.filter(({ level }) => level === 'error')).toHaveLength(1)
    expect(`${result.stdout}${result.stderr}${result.summary}`).not.toContain('\u001b')
  } finally {
    await Promise.all([issuer.stop(), fulcio.stop()])
  }
})
