import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { bundleJson } from '../../src/sigstore/bundle.ts'
import { signPayload } from '../../src/sigstore/dsse.ts'
import { SIGNATURE_PREDICATE, signatureStatement } from '../../src/sigstore/statement.ts'
import type { TrustedRoots } from '../../src/sigstore/trusted-root.ts'
import { builtInRoots } from '../../src/sigstore/trusted-root.ts'
import { verifyBundle } from '../../src/sigstore/verify-bundle.ts'
import { FakeSigstore } from '../support/sigstore/fake-sigstore.ts'

const DIGEST = `sha256:${'ab'.repeat(32)}`
const SUBJECT = { name: 'registry.test/team/demo', digest: DIGEST }
const STATEMENT = signatureStatement(SUBJECT)

// biome-ignore lint/suspicious/noExplicitAny: it is taken apart as an attacker would
type Json = { [key: string]: any }

/** Two instances that know nothing of each other, and a valid bundle of each. */
const instances = [new FakeSigstore(), new FakeSigstore()] as const
const made: Made[] = []

interface Made {
  readonly sigstore: FakeSigstore
  /** The root that the bundle is valid for. */
  readonly roots: TrustedRoots
  readonly bundle: Buffer
  readonly json: () => Json
}

beforeAll(async () => {
  for (const sigstore of instances) {
    await sigstore.start()
    const { signer, roots } = await sigstore.signer()
    const { bundle } = await signer.sign(STATEMENT)
    made.push({ sigstore, roots, bundle, json: () => JSON.parse(bundle.toString('utf8')) })
  }
})

afterAll(async () => {
  await Promise.all(instances.map((sigstore) => sigstore.stop()))
})

function bundleOf(instance: 0 | 1): Made {
  const found = made[instance]
  if (!found) throw new Error('nothing was made')
  return found
}

/** As a root that is built in: what it does not know only warns. */
function lenient(roots: TrustedRoots): TrustedRoots {
  return { ...roots, name: 'the built-in trusted root', isStrict: false }
}

function verify(bundle: Buffer | Json, roots: TrustedRoots) {
  const bytes = Buffer.isBuffer(bundle) ? bundle : Buffer.from(JSON.stringify(bundle))
  return verifyBundle(bytes, { digest: DIGEST, roots })
}

describe('a valid bundle', () => {
  test('says who signed what, and which log has it', async () => {
    const { bundle, roots } = bundleOf(0)
    expect(await verify(bundle, roots)).toMatchObject({
      kind: 'valid',
      warnings: [],
      facts: {
        predicateType: SIGNATURE_PREDICATE,
        logs: ['rekor.test'],
        signedBy: { kind: 'certificate', repository: 'https://github.com/acme/charts' }
      }
    })
  })

  test('is not about another artifact, nor another kind of statement', async () => {
    const { bundle, roots } = bundleOf(0)
    const other = `sha256:${'cd'.repeat(32)}`
    expect(await verifyBundle(bundle, { digest: other, roots })).toMatchObject({ kind: 'invalid' })
    const predicateTypes = ['https://slsa.dev/provenance/v1']
    const found = await verifyBundle(bundle, { digest: DIGEST, roots, predicateTypes })
    expect(found).toMatchObject({ kind: 'invalid', facts: { predicateType: SIGNATURE_PREDICATE } })
  })

  test('is not by somebody else', async () => {
    const { bundle, roots } = bundleOf(0)
    const policy = { repository: { is: 'https://github.com/evil/charts' } }
    const found = await verifyBundle(bundle, { digest: DIGEST, roots, policy })
    expect(found).toMatchObject({ kind: 'invalid', reason: expect.stringContaining('repository') })
  })
})

describe('a log that the root does not know', () => {
  const withoutLog = (root: Record<string, unknown>) => {
    root['tlogs'] = []
  }

  test('warns with the built-in root: the rest is verified', async () => {
    const { bundle, sigstore, json } = bundleOf(0)
    const roots = lenient(await sigstore.roots(withoutLog))
    expect(await verify(bundle, roots)).toMatchObject({
      kind: 'valid',
      warnings: [expect.stringContaining('the transparency log is not in the built-in')]
    })
    const wrong = json()
    wrong['dsseEnvelope'].signatures[0].sig = 'MEUCIQ=='
    expect(await verify(wrong, roots)).toMatchObject({ kind: 'invalid' })
  })

  test("makes it invalid with the user's own root", async () => {
    const { bundle, sigstore } = bundleOf(0)
    expect(await verify(bundle, await sigstore.roots(withoutLog))).toMatchObject({
      kind: 'invalid'
    })
  })

  test('is no way around a log that the root has', async () => {
    const { json, roots } = bundleOf(0)
    const bundle = json()
    bundle['verificationMaterial'].tlogEntries = []
    expect(await verify(bundle, lenient(roots))).toMatchObject({ kind: 'invalid' })
  })
})

describe('an authority that the root does not know', () => {
  test('leaves it unchecked with the built-in root: anybody may have made the certificate', async () => {
    const { bundle, json } = bundleOf(0)
    const roots = await builtInRoots()
    const found = await verify(bundle, roots)
    expect(found).toMatchObject({ kind: 'unchecked', because: 'unknown-authority' })
    const wrong = json()
    wrong['dsseEnvelope'].signatures[0].sig = 'MEUCIQ=='
    expect(await verify(wrong, roots)).toMatchObject({ kind: 'invalid' })
  })

  test("makes it invalid with the user's own root", async () => {
    const { bundle } = bundleOf(0)
    const { roots } = bundleOf(1)
    expect(await verify(bundle, roots)).toMatchObject({ kind: 'invalid' })
  })

  test('of the same name is not the known one', async () => {
    const { bundle } = bundleOf(0)
    const { roots } = bundleOf(1)
    // Both authorities have one name; their keys differ.
    expect(await verify(bundle, lenient(roots))).not.toMatchObject({ kind: 'valid' })
  })
})

describe('several roots', () => {
  test('are tried until one holds', async () => {
    const { bundle, roots } = bundleOf(0)
    const { roots: others } = bundleOf(1)
    const both = { ...roots, roots: [...others.roots, ...roots.roots] }
    expect(await verify(bundle, both)).toMatchObject({ kind: 'valid' })
  })
})

test('a timestamp that nobody can judge is no proof, and no harm', async () => {
  const { json, roots } = bundleOf(0)
  const bundle = json()
  const stamps = [{ signedTimestamp: 'MAA=' }]
  bundle['verificationMaterial'].timestampVerificationData = { rfc3161Timestamps: stamps }
  expect(await verify(bundle, roots)).toMatchObject({ kind: 'invalid' })
  const warnings = [expect.stringContaining('the timestamp authority')]
  expect(await verify(bundle, lenient(roots))).toMatchObject({ kind: 'valid', warnings })
})

describe('what is no bundle', () => {
  const broken: Readonly<Record<string, (bundle: Json) => void>> = {
    'no version': (bundle) => {
      bundle['mediaType'] = 'application/json'
    },
    'no envelope': (bundle) => {
      delete bundle['dsseEnvelope']
    },
    'no signature': (bundle) => {
      bundle['dsseEnvelope'].signatures = []
    },
    'a second signature': (bundle) => {
      bundle['dsseEnvelope'].signatures.push({ sig: 'MEUCIQ==' })
    },
    'another type of payload': (bundle) => {
      bundle['dsseEnvelope'].payloadType = 'text/plain'
    },
    'a payload that is no statement': (bundle) => {
      bundle['dsseEnvelope'].payload = Buffer.from('[]').toString('base64')
    },
    'a certificate that is none': (bundle) => {
      bundle['verificationMaterial'].certificate = { rawBytes: 'MIIB' }
    },
    'an empty certificate': (bundle) => {
      bundle['verificationMaterial'].certificate = { rawBytes: '' }
    },
    'numbers for texts': (bundle) => {
      bundle['verificationMaterial'].tlogEntries[0].logIndex = {}
    },
    'an entry without a body': (bundle) => {
      bundle['verificationMaterial'].tlogEntries[0].canonicalizedBody = ''
    }
  }

  test.each(Object.entries(broken))(
    'with %s is invalid, and nothing is thrown',
    async (_, change) => {
      const { json, roots } = bundleOf(0)
      const bundle = json()
      change(bundle)
      expect(await verify(bundle, roots)).toMatchObject({ kind: 'invalid' })
      expect(await verify(bundle, lenient(roots))).toMatchObject({ kind: 'invalid' })
    }
  )

  test.each([
    ['nothing', Buffer.alloc(0), 'not JSON'],
    ['bytes', Buffer.from([0xff, 0xfe]), 'not JSON'],
    ['a list', Buffer.from('[]'), 'not JSON'],
    ['deep JSON', Buffer.from('['.repeat(100_000)), 'not JSON'],
    ['more than 1 MiB', Buffer.alloc(1024 * 1024 + 1, ' '), 'larger than 1 MiB']
  ])('%s is invalid', async (_, bytes, reason) => {
    const roots = await builtInRoots()
    expect(await verify(bytes, roots)).toMatchObject({
      kind: 'invalid',
      reason: expect.stringContaining(reason)
    })
  })
})

describe('a bundle of a key', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const envelope = signPayload(STATEMENT.payload, privateKey)
  const parts = {
    envelope,
    verifier: { kind: 'key', publicKey },
    logEntries: [],
    timestamps: []
  } as const
  const bundle = bundleJson(parts)

  test('is valid with that key alone', async () => {
    const roots = await builtInRoots()
    const other = createPublicKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
    const found = (keys: readonly (typeof publicKey)[]) => {
      return verifyBundle(bundle, { digest: DIGEST, roots, keys })
    }
    expect(await found([other, publicKey])).toMatchObject({ kind: 'valid', warnings: [] })
    expect(await found([other])).toMatchObject({ kind: 'unchecked', because: 'no-key' })
    expect(await found([])).toMatchObject({ kind: 'unchecked', because: 'no-key' })
  })

  test('is invalid with a wrong signature of that key', async () => {
    const roots = await builtInRoots()
    const wrong = { payload: STATEMENT.payload, signature: Buffer.alloc(64, 1) }
    const bytes = bundleJson({ ...parts, envelope: wrong })
    const found = await verifyBundle(bytes, { digest: DIGEST, roots, keys: [publicKey] })
    expect(found).toMatchObject({ kind: 'invalid', reason: 'the signature is wrong' })
  })

  test('is found by its key when its hint says nothing', async () => {
    const roots = await builtInRoots()
    const json: Json = JSON.parse(bundle.toString('utf8'))
    json['verificationMaterial'].publicKey.hint = ''
    const bytes = Buffer.from(JSON.stringify(json))
    const found = await verifyBundle(bytes, { digest: DIGEST, roots, keys: [publicKey] })
    expect(found).toMatchObject({ kind: 'valid' })
  })

  test('has the log entry of another signature: invalid where the log is known', async () => {
    const { roots, json } = bundleOf(0)
    const own: Json = JSON.parse(bundle.toString('utf8'))
    own['verificationMaterial'].tlogEntries = json()['verificationMaterial'].tlogEntries
    const bytes = Buffer.from(JSON.stringify(own))
    const expected = { digest: DIGEST, keys: [publicKey] }
    expect(await verifyBundle(bytes, { ...expected, roots })).toMatchObject({ kind: 'invalid' })
    const builtIn = await verifyBundle(bytes, { ...expected, roots: await builtInRoots() })
    expect(builtIn).toMatchObject({ kind: 'valid', warnings: [expect.stringContaining('log')] })
  })
})
