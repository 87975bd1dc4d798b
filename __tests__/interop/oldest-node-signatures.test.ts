import { generateKeyPairSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toolPath } from '../../scripts/tools.mjs'
import { bundleProgram } from '../support/bundled-program.ts'
import { environmentIn, run } from '../support/program.ts'
import { COSIGN_KEY, PASSWORD } from '../support/sigstore/cosign-key.ts'
import { FakeSigstore } from '../support/sigstore/fake-sigstore.ts'
import type { Doing } from '../support/sigstore/sign-and-verify.ts'
import { Workspace } from '../support/workspace.ts'

const PROGRAM = join(import.meta.dirname, '../support/sigstore/sign-and-verify.ts')
/** Provenance that a workflow of GitHub had signed by the public instance in May 2024: entry 96 764 485 of its log. */
const RECORDED = join(import.meta.dirname, '../fixtures/sigstore/public-good.json')
const DIGEST = 'sha256:49a3aa6075e0f49f82843e74b5baa614ad2a588e6675612bf108a0a008c5ac25'

const workspace = new Workspace()
let program = ''

beforeAll(async () => {
  await workspace.open()
  program = await bundleProgram(workspace, `import '${PROGRAM}'`)
})

afterAll(() => workspace.close())

/** Has the oldest Node sign or verify. */
function onOldestNode(doing: Doing, given: object) {
  const args = [program, doing, JSON.stringify(given)]
  return run(toolPath('node20'), args, { environment: environmentIn(workspace) })
}

test('a bundle of the public instance is valid on the oldest Node, without its warnings', async () => {
  const result = await onOldestNode('verify', { file: RECORDED, digest: DIGEST })
  expect(result).toEqual({ code: 0, stdout: 'valid\n', stderr: '' })
})

test('that bundle is invalid on the oldest Node when its payload has a byte more', async () => {
  const bundle = JSON.parse(await readFile(RECORDED, 'utf8'))
  const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64')
  bundle.dsseEnvelope.payload = Buffer.concat([payload, Buffer.from(' ')]).toString('base64')
  await workspace.write('changed', { 'bundle.json': JSON.stringify(bundle) })
  const given = { file: workspace.path('changed/bundle.json'), digest: DIGEST }
  expect((await onOldestNode('verify', given)).stdout).toMatch(/^invalid; /)
})

const PEM = { type: 'pkcs8', format: 'pem' } as const
const KEYS = {
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(PEM),
  RSA: generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey.export(PEM),
  Ed25519: generateKeyPairSync('ed25519').privateKey.export(PEM)
}

test('the key of cosign is opened on the oldest Node, and signs', async () => {
  const result = await onOldestNode('signByKey', { pem: COSIGN_KEY, password: PASSWORD })
  expect(result).toEqual({ code: 0, stdout: 'valid; invalid\n', stderr: '' })
})

test.each(Object.entries(KEYS))(
  'a key (%s) signs and verifies on the oldest Node',
  async (_, pem) => {
    const result = await onOldestNode('signByKey', { pem })
    expect(result).toEqual({ code: 0, stdout: 'valid; invalid\n', stderr: '' })
  }
)

test('a certificate signs and verifies on the oldest Node, with the log of its signature', async () => {
  const sigstore = new FakeSigstore()
  await sigstore.start()
  try {
    const [root] = (await sigstore.roots()).roots.map((each) => TrustedRoot.toJSON(each))
    await workspace.write('root', { 'root.json': JSON.stringify(root) })
    const result = await onOldestNode('signWithoutKey', {
      root: workspace.path('root/root.json'),
      variables: sigstore.issuer.variables,
      authority: sigstore.fulcio.url.href,
      log: sigstore.rekor.url.href
    })
    expect(result).toEqual({ code: 0, stdout: 'valid; invalid\n', stderr: '' })
  } finally {
    await sigstore.stop()
  }
})
