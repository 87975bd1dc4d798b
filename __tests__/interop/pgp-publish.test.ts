import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { chartFiles } from '../support/charts/charts.ts'
import { release } from '../support/charts/releases.ts'
import { dearmored, KEYS, type KeyName, PASSPHRASE } from '../support/pgp/pgp-keys.ts'
import { environmentIn, run, runCli } from '../support/program.ts'
import { Workspace } from '../support/workspace.ts'
import { type DockerRegistry, useDockerRegistries } from './docker-registry.ts'

const HELMS = [
  ['Helm 4', toolPath('helm')],
  ['Helm 4.1', toolPath('helm41')],
  ['Helm 3', toolPath('helm3')]
] as const
const workspace = new Workspace()
const startRegistry = useDockerRegistries()
let registry: DockerRegistry
let runs = 0
let path = ''

beforeAll(async () => {
  await workspace.open()
  registry = await startRegistry(workspace, { kind: 'none' })
  await workspace.write('chart', chartFiles())
  for (const [name, key] of Object.entries(KEYS)) {
    await writeFile(workspace.path(`${name}.asc`), key.secret)
    await writeFile(workspace.path(`${name}-secret.gpg`), dearmored(key.secret))
    await writeFile(workspace.path(`${name}.gpg`), dearmored(key.public))
  }
  await writeFile(workspace.path('passphrase'), `${PASSPHRASE}\n`)
})

afterAll(() => workspace.close())

beforeEach(() => {
  runs += 1
  path = `signed-${runs}`
})

function publish(args: readonly string[], chart = 'chart') {
  return release(workspace, [`${registry.host}/${path}`], [chart, '--lint=off', ...args])
}

/** What `helm pull --verify` says, with the public key in a keyring. */
async function pulled(helm: string, key: KeyName) {
  const folder = workspace.path(`pulled-${runs}`)
  await mkdir(folder, { recursive: true })
  const chart = `oci://${registry.host}/${path}/demo`
  const keyring = workspace.path(`${key}.gpg`)
  const args = ['pull', chart, '--version', '1.2.3', '--verify', '--keyring', keyring]
  const options = { environment: environmentIn(workspace), directory: folder }
  return run(helm, [...args, '--plain-http'], options)
}

describe.each(HELMS)('%s verifies what was published', (_, helm) => {
  test.each<[KeyName, readonly string[]]>([
    ['rsa4096', []],
    ['ed25519', []],
    ['p256', []],
    ['subkey', []],
    ['offlinePrimary', []],
    ['encrypted', ['--gpg-passphrase-file=passphrase']]
  ])('with the key %s', async (key, flags) => {
    const { code, stderr } = await publish([`--gpg-private-key=${key}.asc`, ...flags])
    expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
    expect(stderr).toContain('Signed with the PGP key')
    const { code: verified, stdout, stderr: said } = await pulled(helm, key)
    expect([verified, verified === 0 ? '' : said]).toEqual([0, ''])
    expect(`${stdout}${said}`).toContain(KEYS[key].fingerprint.slice(-16))
  })
})

describe('a signed release', () => {
  const SIGN = ['--gpg-private-key=rsa2048.asc']

  test('that is run again is unchanged, with the same digest', async () => {
    const first = await publish(SIGN)
    const second = await publish(SIGN)
    expect(second.results[0]).toMatchObject({
      status: 'unchanged',
      digest: first.results[0]?.digest
    })
    path = `${path}-other`
    const elsewhere = await publish(SIGN)
    expect(elsewhere.results[0]?.digest).toBe(first.results[0]?.digest)
  })

  test('is unchanged, whatever the bytes of its signature are', async () => {
    const first = await publish(SIGN)
    const second = await publish(['--gpg-private-key=p256.asc'])
    expect(second.code).toBe(0)
    expect(second.results[0]).toMatchObject({
      status: 'unchanged',
      digest: first.results[0]?.digest
    })
  })

  test('takes a binary key, and saves the provenance with the archive', async () => {
    const args = ['--gpg-private-key=rsa2048-secret.gpg', '--destination=out']
    expect((await publish(args)).code).toBe(0)
    const provenance = await readFile(workspace.path('out', 'demo-1.2.3.tgz.prov'), 'utf8')
    expect(provenance).toContain('-----BEGIN PGP SIGNED MESSAGE-----')
    const verify = ['verify', workspace.path('out', 'demo-1.2.3.tgz')]
    const keyring = ['--keyring', workspace.path('rsa2048.gpg')]
    const { code } = await run(toolPath('helm'), [...verify, ...keyring], {
      environment: environmentIn(workspace)
    })
    expect(code).toBe(0)
  })

  test('may be of a given archive: its own provenance is replaced in the push, and stays beside it', async () => {
    await publish(['--destination=given', '--gpg-private-key=ed25519.asc'])
    const before = await readFile(workspace.path('given', 'demo-1.2.3.tgz.prov'))
    path = `${path}-again`
    const { code } = await publish(SIGN, workspace.path('given', 'demo-1.2.3.tgz'))
    expect(code).toBe(0)
    expect(await readFile(workspace.path('given', 'demo-1.2.3.tgz.prov'))).toEqual(before)
    expect((await pulled(toolPath('helm'), 'rsa2048')).code).toBe(0)
    expect((await pulled(toolPath('helm'), 'ed25519')).code).not.toBe(0)
  })
})

test('neither key nor passphrase is in the output, and no file of them is left', async () => {
  const flags = ['--gpg-private-key=encrypted.asc', '--gpg-passphrase-file=passphrase', '--debug']
  const { code, stderr, results } = await publish(flags)
  expect(code).toBe(0)
  const lines = KEYS.encrypted.secret
    .split('\n')
    .filter((line) => /^[A-Za-z0-9+/]{40,}$/.test(line))
  expect(lines.length).toBeGreaterThan(5)
  const output = `${stderr}${JSON.stringify(results)}`
  for (const secret of [PASSPHRASE, ...lines]) expect(output).not.toContain(secret)
  expect(await workspace.leftovers()).toEqual([])
})

describe('nothing is pushed, and the exit code is 9', () => {
  test.each<[string, KeyName, readonly string[], string]>([
    ['an expired key', 'expired', [], 'expired on'],
    ['a revoked key', 'revoked', [], 'revoked'],
    ['a key that only certifies', 'certifyOnly', [], 'sign'],
    ['no passphrase', 'encrypted', [], '--gpg-passphrase'],
    ['a wrong passphrase', 'encrypted', ['--gpg-passphrase-file=wrong'], 'passphrase']
  ])('with %s', async (_, key, flags, text) => {
    await writeFile(workspace.path('wrong'), 'not the passphrase of it')
    const { code, stderr } = await publish([`--gpg-private-key=${key}.asc`, ...flags])
    expect(code).toBe(9)
    expect(stderr).toContain(text)
    expect(stderr).toContain('Fix:')
    expect(stderr).not.toContain('not the passphrase of it')
    const tags = await fetch(`http://${registry.host}/v2/${path}/demo/tags/list`)
    expect(tags.status).toBe(404)
    expect(await workspace.leftovers()).toEqual([])
  })

  test('also in a dry run', async () => {
    const { code } = await publish(['--gpg-private-key=expired.asc', '--dry-run'])
    expect(code).toBe(9)
  })
})

test('an id or a passphrase without a key is an error of usage', async () => {
  const { code, error } = await publish(['--gpg-key-id=ABC'])
  expect([code, error?.message]).toEqual([
    2,
    '--gpg-key-id is given, --gpg-private-key is missing or empty.'
  ])
})

test('a chart of a layout cannot be signed, since its manifest is fixed', async () => {
  const layout = `--oci-layout=${workspace.path('layout')}`
  const packaged = await runCli(workspace, ['package', 'chart', '--lint=off', layout])
  expect(packaged.code).toBe(0)
  const { code, stderr } = await publish(
    ['--gpg-private-key=rsa2048.asc'],
    `oci-layout:${workspace.path('layout')}`
  )
  expect(code).toBe(2)
  expect(stderr).toContain('would change the manifest of oci-layout:')
})
