// Without Jest, so that scripts can use it too.
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { bundleJson } from '../../../src/sigstore/bundle.ts'
import { requestCertificate } from '../../../src/sigstore/certificate.ts'
import { signPayload } from '../../../src/sigstore/dsse.ts'
import { fetchIdentity } from '../../../src/sigstore/identity.ts'
import { takeIdentitySources } from '../../../src/sigstore/identity-sources.ts'
import { ServiceClient } from '../../../src/sigstore/service-client.ts'
import type { Statement } from '../../../src/sigstore/statement.ts'
import { Witnesses } from '../../../src/sigstore/witnesses.ts'
import { accessForTests } from './access.ts'
import type { FakeSigstore } from './fake-sigstore.ts'

/** Whom a certificate names, whatever the token says; a backslash is an escape of openssl's configuration. */
export interface NamedSigner {
  readonly workflow?: string
  readonly repository?: string
}

/** A bundle with a certificate that names somebody, valid for the root of these services. */
export async function signAs(
  sigstore: FakeSigstore,
  { payload }: Statement,
  { workflow = sigstore.workflow, repository = sigstore.repository }: NamedSigner = {}
): Promise<Buffer> {
  const access = accessForTests()
  const client = new ServiceClient(access)
  const usual = { workflow: sigstore.workflow, repository: sigstore.repository }
  try {
    Object.assign(sigstore, { workflow, repository })
    const { services } = sigstore
    const sources = takeIdentitySources({ ...sigstore.issuer.variables }, access.secrets)
    const identity = await fetchIdentity(sources, client, access)
    const signing = await requestCertificate(
      client,
      { authority: services.authority, identity },
      access
    )
    const envelope = signPayload(payload, signing.privateKey)
    const verifier = { kind: 'certificate', ...signing } as const
    const witnesses = new Witnesses({ services, client, access, rate: { count: 1, withinMs: 0 } })
    const proofs = await witnesses.witness({ envelope, verifier })
    if (proofs === 'exists') throw new Error('the log has it already')
    return bundleJson({ envelope, verifier, ...proofs })
  } finally {
    Object.assign(sigstore, usual)
    await client.close()
  }
}

/** A key as users have them, and its public half as a file has it. */
export interface TestKey {
  readonly privateKey: KeyObject
  readonly pem: string
}

export function makeKey(): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { privateKey, pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() }
}

/** A bundle of a key, without a log. */
export function signWith({ privateKey }: TestKey, { payload }: Statement): Buffer {
  const envelope = signPayload(payload, privateKey)
  const verifier = { kind: 'key', publicKey: createPublicKey(privateKey) } as const
  return bundleJson({ envelope, verifier, logEntries: [], timestamps: [] })
}
