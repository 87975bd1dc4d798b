import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { findOwnStatement } from '../../src/sigstore/own-statement.ts'
import {
  PROVENANCE_PREDICATE,
  provenanceStatement,
  SIGNATURE_PREDICATE,
  signatureStatement
} from '../../src/sigstore/statement.ts'
import { builtInRoots } from '../../src/sigstore/trusted-root.ts'
import { FakeSigstore } from '../support/sigstore/fake-sigstore.ts'

const sigstore = new FakeSigstore()
let made: ReturnType<typeof signed>
const SUBJECT = { name: 'registry.test/team/demo', digest: `sha256:${'ab'.repeat(32)}` }
const OTHER = { name: 'registry.test/team/demo', digest: `sha256:${'cd'.repeat(32)}` }

async function signed() {
  const { signer, roots } = await sigstore.signer()
  const signatory = await signer.prepare()
  const { identity } = signatory
  if (!identity) throw new Error('there is no token')
  const statements = [
    signatureStatement(OTHER),
    provenanceStatement(SUBJECT, identity, 'https://github.com'),
    signatureStatement(SUBJECT)
  ]
  const bundles = await Promise.all(statements.map(async (one) => (await signer.sign(one)).bundle))
  const wanted = { digest: SUBJECT.digest, signatory, roots }
  return { bundles: [Buffer.from('broken'), ...bundles], wanted }
}

beforeAll(async () => {
  await sigstore.start()
  made = signed()
  await made
})

afterAll(() => sigstore.stop())

describe('a statement of the same workflow', () => {
  test('is found by artifact and predicate, among others and broken ones', async () => {
    const { bundles, wanted } = await made
    const find = (predicateType: string) => findOwnStatement(bundles, { ...wanted, predicateType })
    expect(await find(SIGNATURE_PREDICATE)).toMatchObject({ index: 3, warnings: [] })
    expect(await find(PROVENANCE_PREDICATE)).toMatchObject({ index: 2, warnings: [] })
    expect(await find('https://spdx.dev/Document/v2.3')).toBeUndefined()
  })

  test('is not that of another repository', async () => {
    const { bundles, wanted } = await made
    const policy = {
      ...wanted.signatory.policy,
      repository: { is: 'https://github.com/acme/other' }
    }
    const signatory = { ...wanted.signatory, policy }
    const predicateType = SIGNATURE_PREDICATE
    expect(await findOwnStatement(bundles, { ...wanted, predicateType, signatory })).toBeUndefined()
  })

  test('counts with a warning when the built-in root does not know its authority', async () => {
    const { bundles, wanted } = await made
    const [predicateType, roots] = [SIGNATURE_PREDICATE, await builtInRoots()]
    const signatory = { ...wanted.signatory, isAuthorityKnown: false }
    const found = await findOwnStatement(bundles, { ...wanted, predicateType, roots, signatory })
    expect(found).toMatchObject({ index: 3, warnings: [expect.stringContaining('authority')] })
  })

  test('is not that of an authority that nobody knows, where the own one is known', async () => {
    const { bundles, wanted } = await made
    const [predicateType, roots] = [SIGNATURE_PREDICATE, await builtInRoots()]
    expect(wanted.signatory.isAuthorityKnown).toBe(true)
    expect(await findOwnStatement(bundles, { ...wanted, predicateType, roots })).toBeUndefined()
  })

  test('is not that of a key', async () => {
    const { bundles, wanted } = await made
    const signatory = {
      signedBy: { kind: 'key', hint: 'x' },
      policy: {},
      isAuthorityKnown: true,
      identity: undefined
    } as const
    const predicateType = SIGNATURE_PREDICATE
    expect(await findOwnStatement(bundles, { ...wanted, predicateType, signatory })).toBeUndefined()
  })
})
