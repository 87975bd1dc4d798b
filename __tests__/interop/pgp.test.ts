import { createHash } from 'node:crypto'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { toolPath } from '../../scripts/tools.mjs'
import { readArchive } from '../../src/chart/archive.ts'
import { provenanceText } from '../../src/pgp/provenance-text.ts'
import { signProvenance } from '../../src/pgp/sign-provenance.ts'
import { verifyProvenance } from '../../src/pgp/verify-provenance.ts'
import { CHART } from '../support/charts/chart-arbitrary.ts'
import { CHART_SHAPES } from '../support/charts/chart-shapes.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { seedFor } from '../support/charts/seed.ts'
import { dearmored, KEYS, type KeyName, PASSPHRASE, signingKey } from '../support/pgp/pgp-keys.ts'
import { environmentIn, run } from '../support/program.ts'
import { Workspace } from '../support/workspace.ts'
import { type DockerRegistry, useDockerRegistries } from './docker-registry.ts'

/** Others may be named, as `HELMS=/path/of/helm`, separated by colons. */
const MORE = (process.env['HELMS'] ?? '').split(':').filter((path) => path !== '')
const HELM = toolPath('helm')
const HELMS = [HELM, toolPath('helm41'), toolPath('helm3'), ...MORE]
const NAMES: readonly KeyName[] = ['rsa2048', 'rsa4096', 'ed25519', 'p256', 'encrypted']
const PARTS: readonly KeyName[] = [
  'subkey',
  'offlinePrimary',
  'usual',
  'usualOffline',
  'extended',
  'lateSubkey',
  'renamed'
]
const SOURCE_DATE = new Date('2024-06-01T00:00:00Z')
const CHARTS = 40

const workspace = new Workspace()
const startRegistry = useDockerRegistries()
let registry: DockerRegistry

beforeAll(async () => {
  await workspace.open()
  registry = await startRegistry(workspace, { kind: 'none' })
  await workspace.write('chart', chartFiles({ version: '1.2.3+build.5', extra: EXTRA }))
  await helm(HELM, ['package', workspace.path('chart'), '-d', workspace.path()])
  for (const [name, key] of Object.entries(KEYS)) {
    await writeFile(workspace.path(`${name}.gpg`), dearmored(key.public))
    await writeFile(workspace.path(`${name}-secret.gpg`), dearmored(key.secret))
  }
})

afterAll(() => workspace.close())

/** With lines that a clear-signed message has to escape, and blanks that it drops. */
const EXTRA =
  'description: "- a: b "\nannotations:\n  "- key": "1"\n  text: |\n    - one  \n    two\n'
const FILE = 'demo-1.2.3+build.5.tgz'

function helm(path: string, args: readonly string[]) {
  return run(path, args, { environment: environmentIn(workspace), directory: workspace.path() })
}

async function textOf(archive: string): Promise<string> {
  const bytes = await readFile(archive)
  const metadata = readArchive(bytes).metadata
  if (!metadata) throw new Error(`${archive} has no metadata`)
  const fileName = archive.replace(/^.*\//, '')
  return provenanceText({ metadata, fileName, digest: digestOf(bytes) })
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** Signs the archive by us; puts both into a folder of their own. */
async function signedByUs(name: KeyName): Promise<string> {
  const folder = await workspace.write(`ours-${name}`, {})
  const archive = workspace.path(`ours-${name}`, FILE)
  await cp(workspace.path(FILE), archive)
  const key = await signingKey(KEYS[name].secret, { passphrase: PASSPHRASE })
  const { provenance } = await signProvenance(key, await textOf(archive), SOURCE_DATE)
  await writeFile(`${archive}.prov`, provenance)
  await writeFile(`${folder}/public.gpg`, key.publicKey)
  return folder
}

describe.each(HELMS)('%s', (path) => {
  test.each([...NAMES, ...PARTS])('verifies what the key %s has signed here', async (name) => {
    const folder = await signedByUs(name)
    for (const keyring of [workspace.path(`${name}.gpg`), `${folder}/public.gpg`]) {
      const args = ['verify', `${folder}/${FILE}`, '--keyring', keyring]
      const { code, stdout, stderr } = await helm(path, args)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toContain(KEYS[name].fingerprint)
    }
  })

  test.each(['rsa4096', 'subkey'] as const)('verifies it when it pulls: %s', async (name) => {
    const archive = `${await signedByUs(name)}/${FILE}`
    const base = `oci://${registry.host}/${name}`
    expect(await helm(path, ['push', archive, base, '--plain-http'])).toMatchObject({ code: 0 })
    const keyring = `--keyring=${workspace.path(`${name}.gpg`)}`
    const args = ['pull', `${base}/demo`, '--version=1.2.3+build.5', '--verify', keyring]
    const pulled = await helm(path, [...args, '--plain-http', '-d', workspace.path('tmp')])
    expect(pulled).toMatchObject({ code: 0 })
  })

  test('signs what is verified here', async () => {
    for (const name of ['rsa2048', 'ed25519', 'p256'] as const) {
      const { provenance, bytes } = await signedByHelm(path, name)
      const archive = { digest: digestOf(bytes), fileName: FILE }
      const keyring = [Buffer.from(KEYS[name].public)]
      const verdict = await verifyProvenance({ provenance, archive, keyring })
      expect(verdict).toMatchObject({
        kind: 'valid',
        signer: {
          fingerprint: KEYS[name].fingerprint,
          userId: `Acme ${name} <${name}@example.com>`
        }
      })
    }
  })

  test('signs with keys that are refused here, and both refuse the signature', async () => {
    for (const name of ['expired', 'revoked', 'certifyOnly'] as const) {
      await expect(signingKey(KEYS[name].secret)).rejects.toMatchObject({ kind: 'signing' })
      const { provenance, bytes, archive } = await signedByHelm(path, name)
      const keyring = workspace.path(`${name}.gpg`)
      expect(await helm(path, ['verify', archive, '--keyring', keyring])).toMatchObject({ code: 1 })
      const verdict = await verifyProvenance({
        provenance,
        archive: { digest: digestOf(bytes), fileName: FILE },
        keyring: [await readFile(keyring)]
      })
      expect([name, verdict.kind]).toEqual([name, 'invalid'])
    }
  })
})

async function signedByHelm(path: string, name: KeyName) {
  const keyring = workspace.path(`${name}-secret.gpg`)
  const out = await workspace.write(`helm-${name}`, {})
  const args = ['package', workspace.path('chart'), '-d', out, '--sign', '--key', 'Acme']
  const { code, stderr } = await helm(path, [...args, '--keyring', keyring])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const archive = `${out}/${FILE}`
  const [bytes, provenance] = await Promise.all([readFile(archive), readFile(`${archive}.prov`)])
  return { archive, bytes, provenance }
}

describe('the text that is signed', () => {
  test.each(CHART_SHAPES)('is the one that helm 4.3 signs: a chart $title', async ({ files }) => {
    await workspace.write('shape', files)
    expect(await textsOf('shape')).toEqual([])
  })

  test('is the one that helm 4.3 signs, whatever Chart.yaml says', async () => {
    let number = 0
    const property = fc.asyncProperty(CHART, async ({ files }) => {
      number += 1
      await workspace.write(`random-${number}`, files)
      const texts = await textsOf(`random-${number}`)
      fc.pre(texts !== undefined)
      expect(texts).toEqual([])
    })
    await fc.assert(property, { seed: seedFor('pgp'), numRuns: CHARTS, endOnFailure: true })
  }, 300_000)
})

/** Our text and helm's for the chart in `folder`, where they differ; undefined for a chart that helm refuses. */
async function textsOf(folder: string): Promise<readonly string[] | undefined> {
  const out = await workspace.write(`${folder}-out`, {})
  const keyring = workspace.path('ed25519-secret.gpg')
  const args = ['package', workspace.path(folder), '-d', out, '--sign', '--key', 'Acme']
  const { code, stdout } = await helm(HELM, [...args, '--keyring', keyring])
  if (code !== 0) return undefined
  const archive = /saved it to: (.*)\n/.exec(stdout)?.[1] ?? ''
  const key = await signingKey(KEYS.ed25519.secret)
  const { provenance } = await signProvenance(key, await textOf(archive), SOURCE_DATE)
  const texts = [provenance, await readFile(`${archive}.prov`)].map((file) => {
    return file.toString('utf8').replace(/\n-----BEGIN PGP SIGNATURE-----[\s\S]*/, '')
  })
  return texts[0] === texts[1] ? [] : texts
}
